"""Business time: the open seconds of a calendar, counted exactly.

Pure arithmetic: aware datetimes in, UTC out, no clock is read, nothing is stored, and nothing but the
standard library and the calendar is imported. What is counted is real time that passed while the calendar
was open (`tickets.sla.calendar` defines that) and no pause lasted. Due and elapsed are one stream, read in
two ways.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from tickets.sla.calendar import (
    EPOCH,
    FIRST_INSTANT,
    LAST_INSTANT,
    MICROSECOND,
    SECOND,
    BusinessCalendar,
    BusinessTimeError,
    CalendarError,
    open_pieces,
)

__all__ = [
    "BusinessCalendar",
    "BusinessTimeError",
    "CalendarError",
    "Pause",
    "Step",
    "due_at",
    "elapsed",
    "explain_due",
    "explain_elapsed",
    "open_intervals",
]

LONGEST_SECONDS = 100 * 31_557_600

Pause = tuple[datetime, datetime | None]

_FOREVER = LAST_INSTANT + 1
_LEAP_YEAR = 366 * 86_400 * SECOND


def due_at(
    calendar: BusinessCalendar, start: datetime, seconds: float, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """The instant (UTC) at which `seconds` open, unpaused seconds have passed since `start`.

    Time used up exactly when the desk closes, or when a pause begins, is due at that instant, not later. A
    pause whose end is None lasts: the answer is None when it begins before the time is used up. Pauses may
    overlap, come in any order and lie before `start`. Raises BusinessTimeError for seconds that are not
    positive or more than LONGEST_SECONDS, for naive datetimes, and when the calendar is not open for so
    long before the year 10000.
    """
    due, _ = _due_spans(calendar, start, seconds, pauses)
    return None if due is None else _datetime(due)


def explain_due(
    calendar: BusinessCalendar, start: datetime, seconds: float, pauses: Iterable[Pause] = ()
) -> list[Step]:
    """The steps that lead to `due_at`, oldest first; touching stretches of one kind are one step.

    A pause is told where it hides open time. One that lasts ends the list: it has no end, and 0 seconds.
    """
    _, spans = _due_spans(calendar, start, seconds, pauses)
    return [_step(span) for span in _merged(spans)]


def elapsed(
    calendar: BusinessCalendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
) -> float:
    """Open, unpaused seconds from `start` to `end`; 0 when `end` is not after `start`.

    Whole seconds are an int. A pause whose end is None lasts to `end`. Raises BusinessTimeError for naive
    datetimes.
    """
    spans = _elapsed_spans(calendar, start, end, pauses)
    return _seconds(sum(span.end - span.begin for span in spans if span.counted))


def explain_elapsed(
    calendar: BusinessCalendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
) -> list[Step]:
    """The steps whose counted seconds add up to `elapsed`, oldest first; touching stretches are one step."""
    return [_step(span) for span in _merged(_elapsed_spans(calendar, start, end, pauses))]


def open_intervals(calendar: BusinessCalendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The open intervals from `start` on (UTC, opening included, closing excluded), lazily, to the year 9999.

    Touching ones are merged; only a stretch open for longer than a year comes in parts. An interval that is
    open at `start` begins there.
    """
    pieces = (
        _Span(begin, end, True)
        for begin, end in open_pieces(calendar, _instant(start, "start"), LAST_INSTANT)
    )
    for span in _merged(pieces, longest=_LEAP_YEAR):
        yield _datetime(span.begin), _datetime(span.end)


@dataclass(frozen=True)
class Step:
    """Open time (UTC) that counted, or that a pause hid; `end` is None while the pause lasts."""

    kind: Literal["counted", "paused"]
    start: datetime
    end: datetime | None
    seconds: float


class _Span(NamedTuple):
    begin: int
    end: int
    counted: bool


def _due_spans(
    calendar: BusinessCalendar, start: datetime, seconds: float, pauses: Iterable[Pause]
) -> tuple[int | None, list[_Span]]:
    begin, left, hidden = _instant(start, "start"), _wanted(seconds), _merged_pauses(pauses)
    lasting = hidden[-1][0] if hidden and hidden[-1][1] == _FOREVER else None
    spans: list[_Span] = []
    for span in _spans(calendar, begin, LAST_INSTANT if lasting is None else lasting, hidden):
        due = span.begin + left
        if span.counted and due <= span.end:
            return due, [*spans, span._replace(end=due)]
        if span.counted:
            left = due - span.end
        spans.append(span)
    if lasting is None:
        raise BusinessTimeError(
            "business_seconds", "The calendar is not open for that long between the start and the year 9999."
        )
    return None, [*spans, _Span(max(begin, lasting), _FOREVER, False)]


def _elapsed_spans(
    calendar: BusinessCalendar, start: datetime, end: datetime, pauses: Iterable[Pause]
) -> Iterator[_Span]:
    return _spans(calendar, _instant(start, "start"), _instant(end, "end"), _merged_pauses(pauses))


def _spans(
    calendar: BusinessCalendar, start: int, stop: int, pauses: list[tuple[int, int]]
) -> Iterator[_Span]:
    """The open pieces from `start` to `stop`, cut where a pause begins or ends."""
    waiting = deque(pauses)
    for opening, closing in open_pieces(calendar, start, stop):
        begin = opening
        while begin < closing:
            while waiting and waiting[0][1] <= begin:
                waiting.popleft()
            pause_begin, pause_end = waiting[0] if waiting else (_FOREVER, _FOREVER)
            counted = begin < pause_begin
            cut = min(closing, pause_begin if counted else pause_end)
            yield _Span(begin, cut, counted)
            begin = cut


def _merged(spans: Iterable[_Span], longest: int | None = None) -> Iterator[_Span]:
    """Touching spans of one kind as one, as long as it does not grow beyond `longest` microseconds."""
    last = None
    for span in spans:
        joins = last is not None and last.end == span.begin and last.counted == span.counted
        if last is not None and joins and (longest is None or span.end - last.begin <= longest):
            last = last._replace(end=span.end)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _merged_pauses(pauses: Iterable[Pause]) -> list[tuple[int, int]]:
    """The pauses in order, overlapping and touching ones as one; one that lasts ends at _FOREVER."""
    instants = []
    for index, (start, end) in enumerate(pauses):
        begin = _instant(start, f"pauses[{index}][0]")
        stop = _FOREVER if end is None else _instant(end, f"pauses[{index}][1]")
        if stop < begin:
            raise BusinessTimeError(f"pauses[{index}]", "A pause cannot end before it begins.")
        instants.append((begin, stop))
    merged: list[tuple[int, int]] = []
    for begin, stop in sorted(instants):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((begin, stop))
    return merged


def _instant(moment: datetime, name: str) -> int:
    if moment.utcoffset() is None:
        raise BusinessTimeError(name, "A time needs an offset from UTC, such as Z or +02:00.")
    instant = (moment - EPOCH) // MICROSECOND
    if not FIRST_INSTANT <= instant <= LAST_INSTANT:
        raise BusinessTimeError(name, "In UTC, a time must lie within the years 1 to 9999.")
    return instant


def _wanted(seconds: float) -> int:
    """Microseconds; a fraction is rounded to the nearest."""
    if not 0 < seconds <= LONGEST_SECONDS or round(seconds * SECOND) == 0:
        raise BusinessTimeError(
            "business_seconds", f"Must be more than 0 and at most {LONGEST_SECONDS} (a hundred years)."
        )
    return round(seconds * SECOND)


def _step(span: _Span) -> Step:
    kind: Literal["counted", "paused"] = "counted" if span.counted else "paused"
    if span.end == _FOREVER:
        return Step(kind, _datetime(span.begin), None, 0)
    return Step(kind, _datetime(span.begin), _datetime(span.end), _seconds(span.end - span.begin))


def _seconds(microseconds: int) -> float:
    whole, rest = divmod(microseconds, SECOND)
    return microseconds / SECOND if rest else whole


def _datetime(instant: int) -> datetime:
    return EPOCH + instant * MICROSECOND
