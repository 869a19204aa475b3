"""A ticket moves through its statuses."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from tickets.actions.record import record_event, record_missed_promises
from tickets.models import Clock, ClockSegment, Participant, Ticket
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import Channel, Status
from tickets.rules import may_mark_solved, may_reopen
from tickets.sla.clocks import move_clocks, wanted_by_status


@transaction.atomic
def change_status(
    ticket: Ticket, *, status: Status, actor: Member | None, channel: Channel = Channel.DESK
) -> Ticket:
    """Moves the ticket to `status`; without an actor it was the system. Locks it; nothing happens when it is there.

    Raises Refused when the ticket is closed: that is final.
    """
    locked = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    if locked.status == Status.CLOSED and status != Status.CLOSED:
        raise Refused(_("This ticket is closed. Start a follow-up instead."), "status")
    if locked.status == status:
        return locked
    now = timezone.now()
    enter_status(locked, Status(status), actor=actor, now=now, channel=channel)
    locked.updated_at = now
    locked.save()
    return locked


def mark_solved(participant: Participant, *, channel: Channel = Channel.WEB) -> Ticket:
    """The customer says that it is solved. Raises Refused when it is not open."""
    if not may_mark_solved(participant.ticket):
        raise Refused(_("This ticket is solved already."))
    return change_status(participant.ticket, status=Status.SOLVED, actor=participant.member, channel=channel)


def reopen(participant: Participant, *, channel: Channel = Channel.WEB) -> Ticket:
    """The customer says that it is not solved after all. Raises Refused when it is not solved, or closed."""
    if not may_reopen(participant.ticket):
        raise Refused(_("Only a solved ticket can be opened again."))
    return change_status(participant.ticket, status=Status.OPEN, actor=participant.member, channel=channel)


def enter_status(
    ticket: Ticket, status: Status, *, actor: Member | None, now: dt.datetime, channel: Channel = Channel.DESK
) -> None:
    """Sets the status with its clocks and event. The caller holds the ticket's lock and stores the ticket."""
    before = Status(ticket.status)
    if before == status:
        return
    was_solved = before == Status.SOLVED
    wanted = wanted_by_status(status)
    if was_solved and status not in {Status.SOLVED, Status.CLOSED, Status.PENDING}:
        wanted = {ClockKind.RESOLUTION: (Clock.State.RUNNING, ClockSegment.Reason.REOPENED)}
    record_missed_promises(ticket, move_clocks(ticket, wanted, now=now), now=now)
    ticket.status = status
    ticket.solved_at = (ticket.solved_at or now) if status in {Status.SOLVED, Status.CLOSED} else None
    ticket.closed_at = now if status == Status.CLOSED else None
    verb = Verb.REOPENED if was_solved and status != Status.CLOSED else Verb.STATUS_CHANGED
    record_event(ticket, verb, actor=actor, changes={"status": [before, status]}, channel=channel, now=now)
