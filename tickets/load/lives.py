"""How a generated ticket lives: what is said and done at which minute, and what its promises make of it. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from tickets.models import Clock, ClockSegment, Message
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import OPEN_STATUSES, Status
from tickets.sla.business_time import BusinessCalendar, Pause, due_at
from tickets.sla.clocks import ANSWERS, wanted_by_status
from tickets.sla.policy import Promise, calendar_of

STEP_MINUTES = 30  # between two messages
ASSIGNED_MINUTE = 10
ENDING_MINUTES = 20  # from the last message to the status the ticket is left in
CLOSED_MINUTES = 14 * 24 * 60  # from solved to closed
CUSTOMER, DESK, SYSTEM = Message.Side.CUSTOMER, Message.Side.DESK, Message.Side.SYSTEM
State, Reason = Clock.State, ClockSegment.Reason


@dataclass(frozen=True)
class Happened:
    """One event: who did what in which minute; `message` counts the ticket's messages from 1, 0 is none of them."""

    minute: int
    verb: Verb
    side: str
    message: int = 0
    before: str = ""
    after: str = ""


@dataclass
class Running:
    """One clock and the states it went through, as (state, reason, minute)."""

    kind: ClockKind
    segments: list[tuple[str, str, int]]

    @property
    def state(self) -> str:
        """Where it stands at the end."""
        return self.segments[-1][0]

    @property
    def is_live(self) -> bool:
        """Whether it still asks for something."""
        return self.state in {State.RUNNING, State.PAUSED}


@dataclass
class Life:
    """A ticket's whole talk, events and clocks from its first minute to `status`."""

    status: Status
    sides: list[str] = field(default_factory=list)
    events: list[Happened] = field(default_factory=list)
    clocks: list[Running] = field(default_factory=list)
    solved_minute: int | None = None
    closed_minute: int | None = None

    @property
    def last_minute(self) -> int:
        """When something last happened."""
        return self.events[-1].minute


@dataclass(frozen=True)
class Reckoned:
    """A clock with its instants, for a ticket that was submitted at a given moment."""

    started_at: dt.datetime
    due_at: dt.datetime | None
    next_step_at: dt.datetime | None
    met_at: dt.datetime | None
    breached_at: dt.datetime | None


def live(status: Status, messages: int) -> Life:
    """A life that ends in `status` after so many messages (at least one): the same moves as the actions make."""
    life = Life(status, _sides(status, messages))
    current = _submit(life)
    if status != Status.NEW:
        life.events.append(Happened(ASSIGNED_MINUTE, Verb.ASSIGNED, DESK))
    for position, side in enumerate(life.sides[1:], start=1):
        current = _speak(life, side, position, current)
    return _end(life, current)


def reckon(clock: Running, promise: Promise, submitted_at: dt.datetime, now: dt.datetime) -> Reckoned:
    """When the clock is due, and whether its promise was kept, as the product would have stored it by `now`."""
    moments = [submitted_at + dt.timedelta(minutes=minute) for _state, _reason, minute in clock.segments]
    states = [state for state, _reason, _minute in clock.segments]
    due, breached, pauses = None, None, []
    for position, (state, at) in enumerate(zip(states, moments, strict=True)):
        if due and breached is None and due < at and states[position - 1] == State.RUNNING:
            breached = due
        if state == State.RUNNING:
            pauses = _pauses(states[:position], moments)
            due = _due_at(promise, moments[0], tuple(pauses))
        elif state == State.PAUSED:
            due = None
    is_running = states[-1] == State.RUNNING
    if is_running and due and due < now:
        breached = breached or due
    return Reckoned(
        started_at=moments[0],
        due_at=due,
        next_step_at=due if is_running and breached is None else None,
        met_at=moments[-1] if states[-1] == State.MET else None,
        breached_at=breached,
    )


def _sides(status: Status, messages: int) -> list[str]:
    """Who speaks: the customer first, then in turns so that the right side has the last word."""
    if status == Status.NEW:
        return [CUSTOMER] * messages
    last = CUSTOMER if status == Status.OPEN else DESK
    other = DESK if last == CUSTOMER else CUSTOMER
    sides = [last if position % 2 == 0 else other for position in range(messages)][::-1]
    return [CUSTOMER, *sides[1:]]


def _submit(life: Life) -> Status:
    life.events.append(Happened(0, Verb.SUBMITTED, CUSTOMER, message=1))
    for kind in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION):
        life.clocks.append(Running(kind, [(State.RUNNING, Reason.SUBMITTED, 0)]))
    return Status.NEW


def _speak(life: Life, side: str, position: int, current: Status) -> Status:
    minute = position * STEP_MINUTES
    life.events.append(Happened(minute, Verb.REPLIED, side, message=position + 1))
    if side == DESK:
        _move(life, dict.fromkeys(ANSWERS, (State.MET, Reason.MET)), minute)
        return _enter(life, Status.PENDING, side, minute, current)
    current = current if current == Status.NEW else _enter(life, Status.OPEN, side, minute, current)
    if not any(clock.is_live for clock in life.clocks if clock.kind in ANSWERS):
        life.clocks.append(Running(ClockKind.NEXT_RESPONSE, [(State.RUNNING, Reason.DESK_TURN, minute)]))
    return current


def _end(life: Life, current: Status) -> Life:
    minute = life.events[-1].minute + ENDING_MINUTES
    if life.status in {Status.SOLVED, Status.CLOSED}:
        life.solved_minute = minute
        current = _enter(life, Status.SOLVED, DESK, minute, current)
    if life.status == Status.CLOSED:
        life.closed_minute = minute = minute + CLOSED_MINUTES
    _enter(life, life.status, SYSTEM if life.status == Status.CLOSED else DESK, minute, current)
    return life


def _enter(life: Life, status: Status, side: str, minute: int, before: Status) -> Status:
    if status != before:
        _move(life, wanted_by_status(status), minute)
        changed = Happened(minute, Verb.STATUS_CHANGED, side, before=before.value, after=status.value)
        life.events.append(changed)
    return status


def _move(life: Life, wanted: Mapping[ClockKind, tuple[str, str]], minute: int) -> None:
    for clock in life.clocks:
        state, reason = wanted.get(clock.kind, (clock.state, ""))
        is_pause_of_nothing = state == State.PAUSED and clock.state != State.RUNNING
        if reason and clock.is_live and state != clock.state and not is_pause_of_nothing:
            clock.segments.append((state, reason, minute))


def _pauses(states: Sequence[str], moments: Sequence[dt.datetime]) -> list[Pause]:
    return [
        (moments[position], moments[position + 1])
        for position, state in enumerate(states)
        if state == State.PAUSED
    ]


@cache
def _due_at(promise: Promise, start: dt.datetime, pauses: tuple[Pause, ...]) -> dt.datetime:
    calendar: BusinessCalendar = calendar_of(promise.calendar_version)
    due = due_at(calendar, start, promise.seconds, list(pauses))
    assert due is not None  # no pause here is without end
    return due


def fits(status: Status, age: dt.timedelta, messages: int) -> bool:
    """Whether a ticket of that age can have lived the whole life that ends in `status`."""
    talk = dt.timedelta(minutes=messages * STEP_MINUTES + ENDING_MINUTES)
    if status == Status.CLOSED:
        return age > talk + dt.timedelta(minutes=CLOSED_MINUTES)
    return age > talk if status != Status.NEW or messages > 1 else True


STATUSES = (*OPEN_STATUSES, Status.SOLVED, Status.CLOSED)
