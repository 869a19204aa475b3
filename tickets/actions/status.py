"""A ticket moves through its statuses."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.inserts import insert_together, insert_with
from tickets.actions.answers import refuse_unanswered
from tickets.actions.lock import lock_ticket
from tickets.actions.record import figures_due, write_event, write_missed_promises
from tickets.models import Clock, ClockSegment, Participant, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import CUSTOMER_STATUS, Channel, Status
from tickets.notify import announce_change
from tickets.rules import may_mark_solved, may_reopen
from tickets.sla.clocks import LIVE, Move, Moved, start_clocks, wanted_by_status, write_moves
from tickets.sla.policy import promises_for

SETTLED = frozenset({Status.SOLVED, Status.CLOSED})
ANSWERS = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)


@dataclass(frozen=True)
class Entered:
    """A status that a ticket came into: its event, None when it was there already; the ticket's clocks, where they moved;
    and what is to be stored before the event: their segments, and events of promises that were found broken."""

    event: TicketEvent | None
    clocks: list[Clock]
    segments: list[ClockSegment]
    broken: list[TicketEvent]


@transaction.atomic
def change_status(
    ticket: Ticket,
    *,
    status: Status,
    actor: Member | None,
    channel: Channel = Channel.DESK,
    only_from: Status | None = None,
) -> Ticket:
    """Moves the ticket to `status`; without an actor it was the system. Locks it; nothing happens when it is there.

    With `only_from` nothing happens either when the ticket has left that status by now.

    Raises Refused when the ticket is closed (that is final), and Unanswered when somebody would solve it before what
    its category needs is answered; the system and the customer may.
    """
    locked, now = lock_ticket(ticket)
    if locked.status == Status.CLOSED and status != Status.CLOSED:
        raise Refused(_("This ticket is closed. Start a follow-up instead."), "status")
    if only_from and locked.status != only_from:
        return locked
    if status == Status.SOLVED and actor and locked.status not in SETTLED:
        refuse_unanswered(locked)
    return _move(locked, status, actor=actor, now=now, channel=channel)


@transaction.atomic
def mark_solved(participant: Participant, *, channel: Channel = Channel.WEB) -> Ticket:
    """The customer says that it is solved. Locks the ticket. Raises Refused when it is not open."""
    locked, now = lock_ticket(participant.ticket)
    if not may_mark_solved(locked):
        raise Refused(_("This ticket is solved already."))
    return _move(locked, Status.SOLVED, actor=participant.member, now=now, channel=channel)


@transaction.atomic
def reopen(participant: Participant, *, channel: Channel = Channel.WEB) -> Ticket:
    """The customer says that it is not solved after all; an answer is promised again.

    Locks the ticket. Raises Refused when it is not solved, or closed.
    """
    locked, now = lock_ticket(participant.ticket)
    if not may_reopen(locked):
        raise Refused(_("Only a solved ticket can be opened again."))
    return _move(
        locked, Status.OPEN, actor=participant.member, now=now, channel=channel, promises_answer=True
    )


def enter_status(
    ticket: Ticket,
    status: Status,
    *,
    actor: Member | None,
    now: dt.datetime,
    channel: Channel = Channel.DESK,
) -> TicketEvent | None:
    """Sets the status with its clocks and event, which it returns; None when it was there already.

    The caller holds the ticket's lock and stores the ticket.
    """
    entered = write_status(ticket, status, actor=actor, now=now, channel=channel)
    insert_together([*entered.segments, *entered.broken, *figures_due(entered.broken)])
    if entered.event:
        insert_with(entered.event, figures_due([entered.event]))
    return entered.event


def write_status(
    ticket: Ticket,
    status: Status,
    *,
    actor: Member | None,
    now: dt.datetime,
    channel: Channel = Channel.DESK,
    after: Move | None = None,
) -> Entered:
    """Sets the status with its clocks; the caller stores the ticket, and what is returned. Needs the ticket's lock.

    What the clocks do `after` something else that happened, they do first, also when the ticket was there already.
    """
    before = Status(ticket.status)
    is_reopened = before == Status.SOLVED and status in {Status.NEW, Status.OPEN, Status.ON_HOLD}
    moves = [after] if after else []
    if before != status:
        moves.append(_clocks_in(ticket, status, is_reopened=is_reopened))
    moved = write_moves(ticket, *moves, now=now) if moves else Moved([], [], [])
    broken = write_missed_promises(ticket, moved.late, now=now)
    if before == status:
        return Entered(None, moved.clocks, moved.segments, broken)
    ticket.status, ticket.reminded_at = status, None
    ticket.solved_at = (ticket.solved_at or now) if status in {Status.SOLVED, Status.CLOSED} else None
    ticket.closed_at = now if status == Status.CLOSED else None
    event = write_event(
        ticket,
        Verb.REOPENED if is_reopened else Verb.STATUS_CHANGED,
        actor=actor,
        changes={"status": [before, status]},
        channel=channel,
        is_public=CUSTOMER_STATUS[before] != CUSTOMER_STATUS[status],
        now=now,
    )
    return Entered(event, moved.clocks, moved.segments, broken)


def _clocks_in(ticket: Ticket, status: Status, *, is_reopened: bool) -> Move:
    """What the ticket's clocks do when it comes into the status."""
    wanted = wanted_by_status(status)
    if is_reopened:
        wanted = {ClockKind.RESOLUTION: (Clock.State.RUNNING, ClockSegment.Reason.REOPENED)}
    if ticket.is_spam:  # nobody is waited for
        wanted = {kind: move for kind, move in wanted.items() if move[0] != Clock.State.RUNNING}
    return wanted


def promise_answer(ticket: Ticket, *, now: dt.datetime) -> None:
    """Starts the clock of the next response unless an answer is promised already, or the ticket is spam.

    The caller holds the lock.
    """
    if ticket.is_spam:
        return
    answers = Clock.objects.filter(ticket=ticket, kind__in=ANSWERS)
    if answers.filter(state__in=LIVE).exists():
        return
    audience = ticket.sender.audience if ticket.sender else ""
    promises = promises_for(
        ticket.category, priority=ticket.priority, tier=ticket.tier, audience=audience, now=now
    )
    if ClockKind.NEXT_RESPONSE in promises:
        next_response = [promises[ClockKind.NEXT_RESPONSE]]
        start_clocks(ticket, next_response, reason=ClockSegment.Reason.DESK_TURN, now=now)


def _move(
    locked: Ticket,
    status: Status,
    *,
    actor: Member | None,
    now: dt.datetime,
    channel: Channel,
    promises_answer: bool = False,
) -> Ticket:
    if locked.status == status:
        return locked
    event = enter_status(locked, Status(status), actor=actor, now=now, channel=channel)
    if promises_answer:
        promise_answer(locked, now=now)
    locked.updated_at = now
    locked.save()
    if event:
        announce_change(locked, event)
    return locked
