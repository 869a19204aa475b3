"""The note with which a ticket came to its tier, at the head of its workspace."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_datetime

from accounts.models.team import Tier
from tickets.models import Ticket
from tickets.models.event import Verb
from tickets.rules import may_be_handed_over
from tickets.sensitive import masked
from tickets.tiers import HANDED


def hand_over_shown(ticket: Ticket) -> dict[str, Any] | None:
    """The note with which the ticket came to its tier, while somebody works on it; asks nothing.

    `ticket` comes from `ticket_of_workspace`.
    """
    handed: dict[str, Any] | None = ticket.handed  # type: ignore[attr-defined]
    if handed is None or handed["verb"] not in HANDED or not may_be_handed_over(ticket):
        return None
    return {
        "is_back": handed["verb"] == Verb.HANDED_BACK,
        "who": handed["name"] or handed["email"],
        "tier": Tier(handed["tier"][0]).label,
        "at": parse_datetime(handed["at"]),
        "message": handed["message"],
        "body": masked(handed["body"] or ""),
    }
