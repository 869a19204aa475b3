"""A customer says that a promise was not kept."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import Refused
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.actions.steps import pull_step
from tickets.models import Participant, TicketEvent
from tickets.models.event import Verb
from tickets.notify import announce_late
from tickets.queries import last_said_late, late_clock

AGAIN_AFTER = dt.timedelta(hours=24)


@transaction.atomic
def say_late(participant: Participant) -> TicketEvent:
    """Passes on that the ticket is late, to the person who has it and the leads of its team, and takes the next step of
    its escalation at once: once a missed promise, and again after AGAIN_AFTER while it stays missed.

    Locks the ticket. Idempotent in that time: a second press returns the event of the first. Raises Refused when nothing
    is late. `updated_at` stays, so that it is seen how long nothing happened.
    """
    ticket, now = lock_ticket(participant.ticket)
    clock = late_clock(ticket, now=now)
    if clock is None and not ticket.is_spam:  # whose clocks have stopped, which the customer is not told
        raise Refused(_("This ticket is not late."))
    about = [clock.kind, clock.pk] if clock else []
    before = last_said_late(ticket)
    if before and before.changes.get("clock") == about and before.at > now - AGAIN_AFTER:
        return before
    event = record_event(
        ticket,
        Verb.SAID_LATE,
        actor=participant.member,
        changes={"clock": about},
        is_public=True,
        now=now,
    )
    ticket.save(update_fields=["told_at"])
    if clock:
        announce_late(ticket, clock, event)
        pull_step(ticket, clock, now=now)
    return event
