"""What became of one demo ticket: pure arithmetic over its talk, nothing is stored."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from tickets.demo.content import Thread, Turn
from tickets.models.sla import Clock, ClockKind, ClockSegment
from tickets.models.ticket import NEVER, Status
from tickets.sla.business_time import BusinessCalendar, Pause, due_at
from tickets.sla.clocks import ANSWERS

HOUR = 3600
TARGETS = {
    ClockKind.FIRST_RESPONSE: 24 * HOUR,
    ClockKind.NEXT_RESPONSE: 24 * HOUR,
    ClockKind.RESOLUTION: 48 * HOUR,
}
State, Reason = Clock.State, ClockSegment.Reason


@dataclass
class Promise:
    """One clock of a demo ticket, with its segments as (state, reason, since)."""

    kind: ClockKind
    started_at: dt.datetime
    segments: list[tuple[str, str, dt.datetime]] = field(default_factory=list)

    def enter(self, state: str, reason: str, at: dt.datetime) -> None:
        """The clock goes over into `state`."""
        self.segments.append((state, reason, at))

    @property
    def state(self) -> str:
        """The state it is in at the end of the history."""
        return self.segments[-1][0]

    def due_at(self, calendar: BusinessCalendar) -> dt.datetime | None:
        """Until when it can be met; None while it is paused."""
        pauses: list[Pause] = []
        ends = [since for _state, _reason, since in self.segments[1:]] + [None]
        for (state, _reason, since), end in zip(self.segments, ends, strict=True):
            if state == State.PAUSED or (state != State.RUNNING and end is not None):
                pauses.append((since, end))
        return due_at(calendar, self.started_at, TARGETS[self.kind], pauses)


@dataclass
class History:
    """A ticket's talk with its times, the statuses it went through, and its promises."""

    spoken: list[tuple[Turn, dt.datetime]]
    statuses: list[tuple[Status, dt.datetime]]
    promises: list[Promise]

    @property
    def status(self) -> Status:
        """Where it stands now."""
        return self.statuses[-1][0]

    @property
    def created_at(self) -> dt.datetime:
        """When it was submitted."""
        return self.spoken[0][1]

    @property
    def updated_at(self) -> dt.datetime:
        """When something last happened."""
        return max(self.spoken[-1][1], self.statuses[-1][1])

    def attention_at(self, calendar: BusinessCalendar) -> dt.datetime:
        """When it next wants a person."""
        dues = [promise.due_at(calendar) for promise in self.promises if promise.state == State.RUNNING]
        return min((due for due in dues if due), default=NEVER)

    @property
    def awaits_answer(self) -> bool:
        """Whether the desk owes an answer."""
        return any(promise.state == State.RUNNING and promise.kind in ANSWERS for promise in self.promises)


def live_through(
    thread: Thread, *, created_at: dt.datetime, now: dt.datetime, ending: Status, rng: random.Random
) -> History:
    """Plays `thread` from `created_at` until it stands at `ending`, never later than `now`.

    How much of the talk is spoken depends on the ending: nothing of the desk while it is new, the customer last while
    it is open, the desk last while it waits for the customer or is done.
    """
    turns = _spoken_until(thread.turns, ending)
    moments = _moments(len(turns), created_at, now, ending, rng)
    history = History([(turns[0], created_at)], [(Status.NEW, created_at)], [])
    for kind in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION):
        promise = Promise(kind, created_at)
        promise.enter(State.RUNNING, Reason.SUBMITTED, created_at)
        history.promises.append(promise)
    for turn, at in list(zip(turns, moments, strict=True))[1:]:
        _speak(history, turn, at)
    _end(history, ending, min(now, history.spoken[-1][1] + dt.timedelta(minutes=rng.randint(1, 40))))
    return history


def can_end(thread: Thread, ending: Status) -> bool:
    """Whether the talk has the voices an ending needs: an answer of the desk for all but a new ticket."""
    sides = [turn.side for turn in thread.turns]
    return ending == Status.NEW or (
        "desk" in sides and (ending != Status.OPEN or sides.count("customer") > 1)
    )


def _spoken_until(turns: Sequence[Turn], ending: Status) -> list[Turn]:
    if ending == Status.NEW:
        return [turns[0]]
    last = "customer" if ending == Status.OPEN else "desk"
    positions = [position for position, turn in enumerate(turns) if turn.side == last]
    if ending == Status.OPEN and len(positions) > 1:
        positions = positions[:2][1:]  # the customer wrote back once
    elif ending in {Status.PENDING, Status.ON_HOLD}:
        positions = positions[:1]
    return list(turns[: positions[-1] + 1])


def _moments(
    count: int, created_at: dt.datetime, now: dt.datetime, ending: Status, rng: random.Random
) -> list[dt.datetime]:
    span = (now - created_at).total_seconds()
    longest = min(
        span * 0.9 / max(count, 1), 14 * HOUR if ending in {Status.SOLVED, Status.CLOSED} else 9 * HOUR
    )
    moments = [created_at]
    for _turn in range(count - 1):
        moments.append(moments[-1] + dt.timedelta(seconds=rng.uniform(0.1, 1) * longest))
    return moments


def _speak(history: History, turn: Turn, at: dt.datetime) -> None:
    history.spoken.append((turn, at))
    if turn.side == "note":
        return
    first, goal = history.promises[:2]
    if turn.side == "desk":
        for promise in (first, *history.promises[2:]):
            if promise.state == State.RUNNING:
                promise.enter(State.MET, Reason.MET, at)
        if goal.state == State.RUNNING:
            goal.enter(State.PAUSED, Reason.CUSTOMER_TURN, at)
        history.statuses.append((Status.PENDING, at))
        return
    if first.state != State.RUNNING:
        answer = Promise(ClockKind.NEXT_RESPONSE, at)
        answer.enter(State.RUNNING, Reason.DESK_TURN, at)
        history.promises.append(answer)
        history.statuses.append((Status.OPEN, at))
    if goal.state == State.PAUSED:
        goal.enter(State.RUNNING, Reason.DESK_TURN, at)


def _end(history: History, ending: Status, at: dt.datetime) -> None:
    goal = history.promises[1]
    if ending in {Status.SOLVED, Status.CLOSED}:
        for promise in history.promises:
            if promise.state in {State.RUNNING, State.PAUSED} and promise is not goal:
                promise.enter(State.CANCELLED, Reason.CANCELLED, at)
        goal.enter(State.MET, Reason.MET, at)
        history.statuses.append((Status.SOLVED, at))
        if ending == Status.CLOSED:
            history.statuses.append((Status.CLOSED, at + dt.timedelta(days=14)))
    elif ending == Status.ON_HOLD and goal.state == State.PAUSED:
        goal.enter(State.RUNNING, Reason.DESK_TURN, at)
    if history.status != ending:
        history.statuses.append((ending, at))
