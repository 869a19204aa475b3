"""The promises of a ticket with all that they went through, prepared: pages show them, and every act moves them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from helpdesk.at_once import asking, at_once
from helpdesk.prepared import hand_out, prepared
from tickets.models import Clock, ClockSegment, Ticket


def clocks_of(ticket: Ticket) -> list[Clock]:
    """The promises of the ticket, oldest first, each with its `calendar_version` and `segments`. One statement.

    Under the ticket's lock nobody else changes them: whoever does holds it too.
    """
    clocks, segments = at_once(asking(clocks_read, ticket=ticket.pk), asking(segments_read, ticket=ticket.pk))
    hand_out(segments, to=clocks, name="segments", key="clock_id")
    return clocks


@prepared
def clocks_read(ticket: Any) -> QuerySet[Clock]:
    """The promises of a ticket."""
    return Clock.objects.filter(ticket=ticket).select_related("calendar_version").order_by("id")


@prepared
def segments_read(ticket: Any) -> QuerySet[ClockSegment]:
    """What its clocks went through, oldest first."""
    return ClockSegment.objects.filter(clock__ticket=ticket).order_by("id")
