"""Named reads of who was called into a ticket by a note of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet

from accounts.models import Member
from helpdesk.prepared import AnyOf, Given, prepared
from tickets.models import Mention


def was_called(member: Member) -> bool:
    """Whether a note ever called the member into a ticket; asked once of each object, which lives as long as a request."""
    known = vars(member)
    if "_was_called" not in known:
        known["_was_called"] = mentions_of.first(member=member.pk) is not None
    return bool(known["_was_called"])


def note_called(member: Member, found: Sequence[int]) -> None:
    """Takes what `mentions_of` found on the way of another statement."""
    vars(member)["_was_called"] = bool(found)


def is_mentioned(member: Member | Given) -> AnyOf:
    """Whether a note of the ticket called the member in; known as an array first, so that a list may be read by its keys."""
    return AnyOf("pk", ArraySubquery(Mention.objects.filter(member=member).values("ticket")))


@prepared
def mentions_of(member: Any) -> QuerySet[Mention, int]:
    """One of the mentions of the member, if there is any: see `note_called`."""
    return Mention.objects.filter(member=member).values_list("pk", flat=True)[:1]
