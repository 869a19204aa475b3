"""A ticket that waits for its customer says so once."""

import datetime as dt

from django.db import transaction

from accounts.queries import pending_days, reminder_days
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.models import Ticket
from tickets.models.event import Verb
from tickets.models.ticket import Channel, Status
from tickets.notify import announce_waiting


def remind_customers(*, now: dt.datetime, limit: int) -> int:
    """Reminds the people of the current tenant's tickets that wait for them since as long as its settings say.

    Once a turn: a new answer of the desk begins a new one. Nobody is reminded when the ticket would be solved first.
    `limit` tickets at most; returns how many. Idempotent: each is looked at again under its lock.
    """
    days, solved_after = reminder_days(), pending_days()
    if days >= solved_after:
        return 0
    silent = now - dt.timedelta(days=days)
    waiting = Ticket.objects.filter(
        status=Status.PENDING, updated_at__lte=silent, reminded_at=None, is_spam=False
    )
    return sum(
        _remind(ticket, silent=silent, solved_after=dt.timedelta(days=solved_after))
        for ticket in waiting.order_by("updated_at")[:limit]
    )


@transaction.atomic
def _remind(ticket: Ticket, *, silent: dt.datetime, solved_after: dt.timedelta) -> bool:
    locked, now = lock_ticket(ticket)
    if locked.status != Status.PENDING or locked.reminded_at or locked.updated_at > silent or locked.is_spam:
        return False
    locked.reminded_at = now
    # `updated_at` stays: the days until the ticket counts as solved run from the desk's last word.
    locked.save(update_fields=["reminded_at"])
    event = record_event(locked, Verb.REMINDED, actor=None, channel=Channel.DESK, now=now)
    announce_waiting(locked, event, reply_by=locked.updated_at + solved_after)
    return True
