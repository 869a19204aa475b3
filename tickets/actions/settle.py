"""Tickets that move on by themselves: solved when the customer stays silent, closed when nothing more came."""

import datetime as dt

from django.db.models import QuerySet

from accounts.queries import pending_days, reopen_days
from helpdesk.errors import Refused
from tickets.actions.status import change_status
from tickets.models import Ticket
from tickets.models.ticket import Status


def settle_tickets(*, now: dt.datetime, limit: int) -> int:
    """Solves and closes what the current tenant's settings say, `limit` of each at most; returns how many moved.

    Idempotent: each ticket is looked at again under its lock.
    """
    silent = now - dt.timedelta(days=pending_days())
    quiet = now - dt.timedelta(days=reopen_days())
    waiting = Ticket.objects.filter(status=Status.PENDING, updated_at__lte=silent).order_by("updated_at")
    solved = Ticket.objects.filter(status=Status.SOLVED, solved_at__lte=quiet).order_by("solved_at")
    return _move(waiting[:limit], Status.PENDING, Status.SOLVED) + _move(
        solved[:limit], Status.SOLVED, Status.CLOSED
    )


def _move(tickets: QuerySet[Ticket], before: Status, after: Status) -> int:
    moved = 0
    for ticket in tickets:
        try:
            moved += change_status(ticket, status=after, actor=None, only_from=before).status == after
        except Refused:  # closed by somebody in this moment
            continue
    return moved
