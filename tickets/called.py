"""Named reads of who was called into a ticket by a note of it."""

from __future__ import annotations

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
        known["_was_called"] = _mentions.first(member=member.pk) is not None
    return bool(known["_was_called"])


def is_mentioned(member: Member | Given) -> AnyOf:
    """Whether a note of the ticket called the member in; known as an array first, so that a list may be read by its keys."""
    return AnyOf("pk", ArraySubquery(Mention.objects.filter(member=member).values("ticket")))


@prepared
def _mentions(member: Any) -> QuerySet[Mention, int]:
    return Mention.objects.filter(member=member).values_list("pk", flat=True)[:1]
