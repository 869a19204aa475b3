"""The promises on a ticket: started, paused, resumed, met; every change is a segment with its reason."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.inserts import insert_together, reserve_ids
from tickets.models import CalendarVersion, Clock, ClockSegment, ClockStep, Ticket
from tickets.models.sla import ClockKind
from tickets.models.ticket import NEVER, Status
from tickets.sla import business_time
from tickets.sla.policy import Promise, calendar_of
from tickets.sla.reads import clocks_of

State = Clock.State
Reason = ClockSegment.Reason
Move = Mapping[ClockKind, tuple[State, Reason]]
LIVE = (State.RUNNING, State.PAUSED)
ANSWERS = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)


def start_clocks(
    ticket: Ticket, promises: Iterable[Promise], *, reason: Reason, now: dt.datetime
) -> list[Clock]:
    """Stores a running clock for each promise and tells the ticket when it next wants attention.

    The ticket itself is changed in memory only; its writer stores it. Needs the ticket's lock.
    """
    promises = list(promises)
    clocks, segments = write_clocks(
        ticket, promises, ids=reserve_ids(*[Clock] * len(promises)), reason=reason, now=now
    )
    insert_together([*clocks, *segments])
    return clocks


def write_clocks(
    ticket: Ticket, promises: Iterable[Promise], *, ids: Iterable[int], reason: Reason, now: dt.datetime
) -> tuple[list[Clock], list[ClockSegment]]:
    """A running clock with its first segment for each promise, under reserved ids, for the caller to store.

    Tells the ticket, in memory, when it next wants attention.
    """
    clocks = [
        Clock(
            pk=clock_id,
            ticket=ticket,
            kind=promise.kind,
            policy_version_id=promise.policy_version_id,
            calendar_version=promise.calendar_version,
            target_seconds=promise.seconds,
            started_at=now,
            due_at=promise.due_at(now),
            plan=[list(step) for step in promise.plan],
        )
        for clock_id, promise in zip(ids, promises, strict=True)
    ]
    segments = [
        ClockSegment(clock=clock, state=State.RUNNING, reason=reason, started_at=now) for clock in clocks
    ]
    for clock in clocks:
        clock.next_step_at = next_step_at(clock, [])
    ticket.attention_at = min(ticket.attention_at, attention_at(clocks))
    ticket.awaits_answer = ticket.awaits_answer or awaits_answer(clocks)
    return clocks, segments


@dataclass(frozen=True)
class Moved:
    """A ticket's clocks after a move: all of them, those whose promise was found broken just now, and what is to be stored
    of how they came there."""

    clocks: list[Clock]
    late: list[Clock]
    segments: list[ClockSegment]


def move_clocks(ticket: Ticket, *moves: Move, now: dt.datetime) -> list[Clock]:
    """As `write_moves`, with the segments stored at once; returns those whose promise was broken just now."""
    moved = write_moves(ticket, *moves, now=now)
    insert_together(moved.segments)
    return moved.late


def write_moves(ticket: Ticket, *moves: Move, now: dt.datetime) -> Moved:
    """Brings the ticket's clocks into the wanted states, by one move after the other; the caller stores the segments.

    A kind without a clock that can change is passed over, and so is a state the clock is in already. Needs the
    ticket's lock; changes the ticket in memory only. A clock met late counts as breached at its due time.
    """
    clocks = clocks_of(ticket)
    told = {clock.pk: list(clock.segments.all()) for clock in clocks}
    added, late = list[ClockSegment](), list[Clock]()
    for clock, state, reason in _steps(clocks, moves):
        if clock.state == State.RUNNING and clock.due_at and clock.due_at < now and clock.breached_at is None:
            clock.breached_at = clock.due_at
            late.append(clock)
        added.append(ClockSegment(clock=clock, state=state, reason=reason, started_at=now))
        told[clock.pk].append(added[-1])
        _set(clock, state, told[clock.pk], now)
    changed = {segment.clock for segment in added}
    Clock.objects.bulk_update(changed, ["state", "due_at", "next_step_at", "met_at", "breached_at"])
    record_breaches(late, now=now)
    call_for_attention(ticket, clocks)
    return Moved(clocks, late, added)


def _steps(clocks: Iterable[Clock], moves: Iterable[Move]) -> Iterator[tuple[Clock, State, Reason]]:
    """What each move does to each clock that can change so; to be taken one by one, for the next looks at what came of it."""
    for move in moves:
        for clock in clocks:
            state, reason = move.get(ClockKind(clock.kind), (None, None))
            if state and reason and _may_become(clock, state):
                yield clock, state, reason


def go_on_with(clock: Clock, segments: Iterable[ClockSegment]) -> None:
    """Lets what `segments` tell, of another clock or new ones, happen to this one, and stores it. Needs the lock."""
    before = list(ClockSegment.objects.filter(clock=clock).order_by("pk"))
    added = [
        ClockSegment(clock=clock, state=segment.state, reason=segment.reason, started_at=segment.started_at)
        for segment in segments
    ]
    if not added:
        return
    ClockSegment.objects.bulk_create(added)
    last = added[-1]
    _set(clock, State(last.state), [*before, *added], last.started_at)
    clock.save(update_fields=["state", "due_at", "next_step_at", "met_at"])


def pin(
    clock: Clock, policy_version_id: int, calendar_version: CalendarVersion, seconds: int, *, now: dt.datetime
) -> None:
    """Lets a promise that runs or waits hold under other versions from where it began, in memory only.

    Reads `segments` of the clock. Needs the ticket's lock.
    """
    clock.policy_version_id, clock.calendar_version = policy_version_id, calendar_version
    clock.target_seconds = seconds
    _set(clock, State(clock.state), list(clock.segments.all()), now)


def record_breaches(clocks: Iterable[Clock], *, now: dt.datetime) -> None:
    """Marks the breach of each clock once, whoever comes first."""
    steps = [ClockStep(clock=clock, step=ClockStep.Step.BREACH, happened_at=now) for clock in clocks]
    ClockStep.objects.bulk_create(steps, ignore_conflicts=True)


def next_step_at(clock: Clock, segments: Sequence[ClockSegment]) -> dt.datetime | None:
    """When the sweep has to look at the clock next: at the next step of its plan, or when its time is over.

    None while it does not run, and when nothing more can fall due. It may have passed already.
    """
    if clock.state != State.RUNNING or clock.due_at is None:
        return None
    moments = [] if clock.breached_at else [clock.due_at]
    if clock.plan_done < len(clock.plan):
        step = step_at(clock, clock.plan[clock.plan_done][0], segments)
        moments += [step] if step else []
    return min(moments, default=None)


def step_at(clock: Clock, percent: int, segments: Sequence[ClockSegment]) -> dt.datetime | None:
    """When so much of the running clock's time is used; its due time at 100. Reads its `calendar_version`.

    None when the calendar is never open for so long: a step beyond the due time may lie where no hours are any more.
    """
    seconds = max(clock.target_seconds * percent // 100, 1)
    calendar = calendar_of(clock.calendar_version)
    try:
        return business_time.due_at(calendar, clock.started_at, seconds, pauses_of(segments))
    except business_time.BusinessTimeError:
        return None


def call_for_attention(ticket: Ticket, clocks: Collection[Clock]) -> None:
    """Tells the ticket, in memory, when it next wants a person and whether for an answer; `clocks` are all it has."""
    ticket.attention_at, ticket.awaits_answer = attention_at(clocks), awaits_answer(clocks)


def awaits_answer(clocks: Iterable[Clock]) -> bool:
    """Whether one of them runs until the customer gets an answer."""
    return any(clock.state == State.RUNNING and clock.due_at and clock.kind in ANSWERS for clock in clocks)


def attention_at(clocks: Iterable[Clock]) -> dt.datetime:
    """When the ticket next wants a person: the earliest due time of its running clocks, NEVER without one."""
    return min(
        (clock.due_at for clock in clocks if clock.state == State.RUNNING and clock.due_at), default=NEVER
    )


def wanted_by_status(status: Status) -> dict[ClockKind, tuple[State, Reason]]:
    """What a ticket's clocks do in this status (product page, "Rights, statuses, clocks")."""
    if status == Status.PENDING:
        return {
            ClockKind.NEXT_RESPONSE: (State.CANCELLED, Reason.CUSTOMER_TURN),
            ClockKind.RESOLUTION: (State.PAUSED, Reason.CUSTOMER_TURN),
            ClockKind.TIER: (State.PAUSED, Reason.CUSTOMER_TURN),
        }
    if status in {Status.SOLVED, Status.CLOSED}:
        return {
            ClockKind.FIRST_RESPONSE: (State.CANCELLED, Reason.CANCELLED),
            ClockKind.NEXT_RESPONSE: (State.CANCELLED, Reason.CANCELLED),
            ClockKind.RESOLUTION: (State.MET, Reason.MET),
            ClockKind.TIER: (State.MET, Reason.MET),
        }
    running = (State.RUNNING, Reason.DESK_TURN)
    return {ClockKind.RESOLUTION: running, ClockKind.TIER: running}


def as_told(clock: Clock) -> Clock:
    """The clock as its customer knows it: one that stopped because the ticket is spam runs on in their eyes.

    Reads `calendar_version` and `segments` of the clock, and changes it in memory only.
    """
    segments = list(clock.segments.all())
    if clock.state == State.PAUSED and segments and segments[-1].reason == Reason.SPAM:
        _set(clock, State.RUNNING, segments[:-1], clock.started_at)
    return clock


def pauses_of(segments: Sequence[ClockSegment]) -> list[business_time.Pause]:
    """The stretches in which the clock did not run; the last one may have no end."""
    pauses: list[business_time.Pause] = []
    for position, segment in enumerate(segments):
        if segment.state != State.RUNNING:
            follower = segments[position + 1] if position + 1 < len(segments) else None
            pauses.append((segment.started_at, follower.started_at if follower else None))
    return pauses


def new_estimate(clock: Clock, usual_seconds: int, *, now: dt.datetime) -> dt.datetime | None:
    """For a promise that is late: so many times what is usual after it was due. Reads its `calendar_version`.

    It stays where it is until it has passed as well: who looks again is told the same. None when the desk never opens
    for so long.
    """
    assert clock.due_at is not None
    calendar = calendar_of(clock.calendar_version)
    turns = business_time.elapsed(calendar, clock.due_at, now) // usual_seconds + 1
    try:
        return business_time.due_at(calendar, clock.due_at, turns * usual_seconds)
    except business_time.BusinessTimeError:
        return None


def explain(clock: Clock) -> list[str]:
    """How the due time of `clock` comes about, a line a stretch, in the reader's language and zone.

    The counted stretches add up to the target. Reads `calendar_version` and `segments` of the clock.
    """
    steps = business_time.explain_due(
        calendar_of(clock.calendar_version),
        clock.started_at,
        clock.target_seconds,
        pauses_of(list(clock.segments.all())),
    )
    lines = [
        _("%(hours)s from %(start)s")
        % {"hours": told_hours(clock.target_seconds), "start": _moment(clock.started_at)}
    ]
    for step in steps:
        end = _moment(step.end) if step.end else _("open end")
        words = (
            _("%(start)s to %(end)s: paused")
            if step.kind == "paused"
            else _("%(start)s to %(end)s: %(length)s")
        )
        lines.append(words % {"start": _moment(step.start), "end": end, "length": told_length(step.seconds)})
    return lines


def told_hours(seconds: float) -> str:
    """A target in business hours, in the reader's language."""
    hours = seconds / 3600
    shown = f"{hours:g}"
    return ngettext("%(hours)s business hour", "%(hours)s business hours", int(hours + 0.999)) % {
        "hours": shown
    }


def told_length(seconds: float) -> str:
    """A length of open time to the second (`6 h 20 min`), in the reader's language."""
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    parts = []
    if hours:
        parts.append(_("%(count)d h") % {"count": hours})
    if minutes:
        parts.append(_("%(count)d min") % {"count": minutes})
    if left or not parts:
        parts.append(_("%(count)d s") % {"count": left})
    return " ".join(parts)


def _may_become(clock: Clock, state: State) -> bool:
    if clock.state == state:
        return False
    if clock.state == State.RUNNING or (clock.state == State.PAUSED and state != State.PAUSED):
        return True
    # Only a goal that was met may run, or wait, again: when the ticket is no longer solved.
    is_met_goal = clock.kind == ClockKind.RESOLUTION and clock.state == State.MET
    return is_met_goal and state in LIVE


def _set(clock: Clock, state: State, segments: Sequence[ClockSegment], now: dt.datetime) -> None:
    clock.state = state
    clock.met_at = now if state == State.MET else None
    if state == State.RUNNING:
        calendar = calendar_of(clock.calendar_version)
        clock.due_at = business_time.due_at(
            calendar, clock.started_at, clock.target_seconds, pauses_of(segments)
        )
    elif state == State.PAUSED:
        clock.due_at = None
    clock.next_step_at = next_step_at(clock, segments)


def _moment(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), "D j M H:i")
