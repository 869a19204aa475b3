"""The clock of the tier that was handed a ticket: it runs from the hand-over, whatever was lost before."""

import datetime as dt

from tickets.actions.record import record_missed_promises
from tickets.models import Clock, ClockSegment, Ticket
from tickets.models.sla import ClockKind
from tickets.models.ticket import Status
from tickets.sla.clocks import move_clocks, start_clocks
from tickets.sla.policy import promises_for

Reason = ClockSegment.Reason


def begin_tier(ticket: Ticket, *, now: dt.datetime) -> None:
    """Ends the clock of the tier that had the ticket and starts the one of its tier now, where a promise names it.

    It stands still while the customer has the turn. The caller holds the lock and stores the ticket.
    """
    end_tier(ticket, now=now)
    audience = ticket.sender.audience if ticket.sender else ""
    promises = promises_for(
        ticket.category, priority=ticket.priority, tier=ticket.tier, audience=audience, now=now
    )
    if ClockKind.TIER in promises:
        start_clocks(ticket, [promises[ClockKind.TIER]], reason=Reason.HANDED_OVER, now=now)
        _wait_with_customer(ticket, now)


def end_tier(ticket: Ticket, *, now: dt.datetime) -> None:
    """Ends the clock of the tier that had the ticket. The caller holds the lock and stores the ticket."""
    ended = {ClockKind.TIER: (Clock.State.CANCELLED, Reason.HANDED_OVER)}
    record_missed_promises(ticket, move_clocks(ticket, ended, now=now), now=now)


def _wait_with_customer(ticket: Ticket, now: dt.datetime) -> None:
    if ticket.status == Status.PENDING:
        paused = {ClockKind.TIER: (Clock.State.PAUSED, Reason.CUSTOMER_TURN)}
        move_clocks(ticket, paused, now=now)
