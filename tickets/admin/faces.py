"""What a ticket's clocks look like: a shape, words and the exact time."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tickets.models import Clock
from tickets.models.sla import ClockKind

SOON = dt.timedelta(minutes=15)
State = Clock.State


@dataclass(frozen=True)
class ClockFace:
    """One clock, or the most pressing of a ticket's. `state` is late, soon, running, paused, met or none.

    `exact` is the due time while the clock runs, and when it was met afterwards; `is_ticking` says that `words` age;
    `brief` are the words where there is little room.
    """

    state: str
    words: str
    name: str = ""
    exact: dt.datetime | None = None
    is_ticking: bool = False
    shortened: str = ""

    @property
    def brief(self) -> str:
        return self.shortened or self.words


def face_of_ticket(clocks: Iterable[Clock], now: dt.datetime, *, is_spam: bool = False) -> ClockFace:
    """The clock that wants attention first; without a running one, why there is none."""
    clocks = [clock for clock in clocks if clock.state != State.CANCELLED]
    running = [clock for clock in clocks if clock.state == State.RUNNING and clock.due_at]
    paused = [clock for clock in clocks if clock.state == State.PAUSED]
    if running:
        return face_of(min(running, key=lambda clock: (clock.due_at, clock.pk)), now, is_spam=is_spam)
    if paused or clocks:
        return face_of((paused or clocks)[-1], now, is_spam=is_spam)
    return ClockFace("none", _("no promise"))


def face_of(clock: Clock, now: dt.datetime, *, is_spam: bool = False) -> ClockFace:
    """The face of one clock at `now`, of a ticket that is spam or not."""
    name = str(ClockKind(clock.kind).label)
    if clock.state == State.RUNNING and clock.due_at:
        left = clock.due_at - now
        words = _("late %(time)s") % {"time": length(-left)} if left < dt.timedelta() else length(left)
        state = "late" if left < dt.timedelta() else "soon" if left < SOON else "running"
        return ClockFace(state, words, name, clock.due_at, is_ticking=True)
    if clock.state == State.PAUSED:
        why = _("paused: marked as spam") if is_spam else _("paused: waiting for the customer")
        return ClockFace("paused", why, name, shortened=_("paused"))
    if clock.state == State.MET:
        return ClockFace("met", _("met late") if clock.breached_at else _("met"), name, clock.met_at)
    return ClockFace("none", _("no longer asked for"), name)


def length(span: dt.timedelta) -> str:
    """How long, in its two largest units, to the minute."""
    minutes = int(span.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes}


def age(span: dt.timedelta) -> str:
    """How long ago, in its largest unit, for a narrow column."""
    minutes = max(int(span.total_seconds()) // 60, 0)
    if minutes >= 1440:
        return _("%(days)d d") % {"days": minutes // 1440}
    if minutes >= 60:
        return _("%(hours)d h") % {"hours": minutes // 60}
    return _("%(minutes)d min") % {"minutes": minutes}


def work_time(minutes: int) -> str:
    """Minutes of work in hours and minutes; a day has no fixed number of them."""
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
