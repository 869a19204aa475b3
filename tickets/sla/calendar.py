"""A desk's calendar: when it is open, by the wall clock of its zone.

One definition carries everything here. An instant is *open* when the wall clock of the calendar's zone,
read at that instant, stands inside an opening period. So an hour that a clock change skips holds no open
time, an hour that it repeats counts twice, and what is counted is always real time that passed.

A period belongs to the date on which it opens. A holiday (or an exception) replaces the periods that open
on its date; a shift past midnight that opened the evening before runs to its end. Whoever wants it cut at
midnight writes it as two periods.

Instants and wall clocks are whole microseconds since 1970: nothing is rounded, no year overflows.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SECOND = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_DAY_SECONDS = 86_400
_DAY = _DAY_SECONDS * SECOND
_EPOCH_ORDINAL = EPOCH.toordinal()
_FIRST_DAY, _LAST_DAY = date.min.toordinal() - _EPOCH_ORDINAL, date.max.toordinal() - _EPOCH_ORDINAL
FIRST_INSTANT, LAST_INSTANT = _FIRST_DAY * _DAY, (_LAST_DAY + 1) * _DAY - 1


@dataclass(frozen=True)
class BusinessCalendar:
    """When a desk is open, in the wall clock of `timezone`. Raises CalendarError if that is never.

    `hours` are the periods that open on each weekday, Monday first. An exception gives one date periods of
    its own (none: closed) and wins over a holiday on that date. Yearly holidays are (month, day).
    """

    timezone: str
    hours: tuple[tuple[Period, ...], ...]
    yearly_holidays: frozenset[tuple[int, int]] = frozenset()
    dated_holidays: frozenset[date] = frozenset()
    exceptions: Mapping[date, tuple[Period, ...]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if next(open_pieces(self, FIRST_INSTANT, LAST_INSTANT), None) is None:
            raise CalendarError(
                "calendar.hours", "This calendar is never open. Give at least one day opening hours."
            )

    @classmethod
    def from_dict(cls, source: object) -> BusinessCalendar:
        """The calendar of a JSON object: `{"timezone": "Europe/Berlin",
        "hours": {"mon": [["09:00", "17:00"]]},
        "holidays": {"yearly": ["12-25"], "dates": ["2026-05-01"]},
        "exceptions": {"2026-12-24": [["09:00", "12:00"]]}}`.

        A missing weekday is closed; holidays and exceptions may be missing or null. `24:00` ends a day; a
        closing time before the opening time means the following date. Raises CalendarError with the path of
        the first fault.
        """
        path = "calendar"
        members = _members(source, path, ("timezone", "hours", "holidays", "exceptions"))
        known = ("yearly", "dates", "names")  # names are for people: nothing is counted by them
        holidays = _members(_optional(members, "holidays", {}), f"{path}.holidays", known)
        return cls(
            timezone=_read_zone(members.get("timezone"), f"{path}.timezone"),
            hours=_read_hours(members.get("hours"), f"{path}.hours"),
            yearly_holidays=frozenset(
                _read_yearly(_optional(holidays, "yearly", []), f"{path}.holidays.yearly")
            ),
            dated_holidays=frozenset(_read_dates(_optional(holidays, "dates", []), f"{path}.holidays.dates")),
            exceptions=_read_exceptions(_optional(members, "exceptions", {}), f"{path}.exceptions"),
        )

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(_read_zone(self.timezone, "calendar.timezone"))

    @cached_property
    def _own_periods(self) -> dict[int, tuple[Period, ...]]:
        """Days since 1970 whose periods are not those of their weekday, in order."""
        own: dict[date, tuple[Period, ...]] = dict.fromkeys(self.dated_holidays, ())
        own.update((day, tuple(sorted(periods))) for day, periods in self.exceptions.items())
        return {day.toordinal() - _EPOCH_ORDINAL: own[day] for day in sorted(own)}

    @cached_property
    def _weekly(self) -> tuple[tuple[Period, ...], ...]:
        """Periods by weekday; empty when no weekday opens, or every date of the year is a yearly holiday."""
        if not any(self.hours) or len(self.yearly_holidays) == 366:
            return ()
        return tuple(tuple(sorted(periods)) for periods in self.hours)

    def open_days(self, first: int) -> Iterator[tuple[int, tuple[Period, ...]]]:
        """Days since 1970, from `first` on, on which a period opens, with their periods in order."""
        own, weekly, yearly = self._own_periods, self._weekly, self.yearly_holidays
        if not weekly:
            yield from ((day, periods) for day, periods in own.items() if periods and day >= first)
            return
        for day in range(max(first, _FIRST_DAY), _LAST_DAY + 1):
            periods = own.get(day)
            if periods is None:
                periods = weekly[(day + 3) % 7]  # day 0, 1970-01-01, was a Thursday
                if periods and yearly and _month_day(day) in yearly:
                    continue
            if periods:
                yield day, periods

    def unusual_days(self, start: datetime, end: datetime) -> Iterator[tuple[date, tuple[Period, ...]]]:
        """The local dates of `start` to `end` (aware) on which other periods open than on their weekday.

        A holiday has none. A date that is closed on its weekday too is left out.
        """
        first, last = (moment.astimezone(self.zone).toordinal() - _EPOCH_ORDINAL for moment in (start, end))
        for day in range(first, last + 1):
            usual = tuple(sorted(self.hours[(day + 3) % 7]))
            periods = self._own_periods.get(day, () if _month_day(day) in self.yearly_holidays else usual)
            if periods != usual:
                yield _date(day), periods


class BusinessTimeError(ValueError):
    """An argument that cannot be counted with: `field` names it, `detail` says in English how to mend it."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


class CalendarError(BusinessTimeError):
    """A calendar that cannot be read or is never open; `field` is a path such as `calendar.hours.mon[0]`."""


class Period(NamedTuple):
    """Opening and closing in seconds after local midnight; beyond 86400 it closes on the following date."""

    opens: int
    closes: int


def open_pieces(calendar: BusinessCalendar, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Open stretches between two instants, in order and disjoint; neighbours may touch, as at midnight.

    While the zone's offset stands still, wall clock and instant differ by a constant: each such stretch of
    time is laid over the periods of its dates. A skipped hour is in none of them, a repeated one in two.
    """
    for begin, end, offset in _steady_offsets(calendar, start):
        if begin >= stop:
            return
        wall, wall_end = max(begin, start) + offset, min(end, stop) + offset
        for day, periods in calendar.open_days(wall // _DAY - 1):  # a shift of the day before may run on
            if day * _DAY >= wall_end:
                break
            for period in periods:
                opens = max(wall, day * _DAY + period.opens * SECOND)
                closes = min(wall_end, day * _DAY + period.closes * SECOND)
                if opens < closes:
                    yield opens - offset, closes - offset
                    wall = closes


def _steady_offsets(calendar: BusinessCalendar, start: int) -> Iterator[tuple[int, int, int]]:
    """(begin, end, offset) in order, from `start` on; years without open time are jumped over."""
    year = (EPOCH + start * MICROSECOND).year
    while year <= date.max.year:
        opening = next((day for day, _ in calendar.open_days(_first_day(year) - 3)), None)
        if opening is None:
            return
        year = max(year, _date(opening - 2).year)
        yield from (steady for steady in _offsets_of_year(calendar.zone, year) if steady[1] > start)
        year += 1


@lru_cache(maxsize=4096)
def _offsets_of_year(zone: ZoneInfo, year: int) -> tuple[tuple[int, int, int], ...]:
    """The stretches of a UTC year in which the zone's offset stands still. All in microseconds.

    A look every other day finds each change: no zone of the IANA data ever changed twice within three days.
    """
    first, last = _first_day(year) * _DAY_SECONDS, _first_day(year + 1) * _DAY_SECONDS
    begin, offset, steady = first, _offset(zone, first), []
    for looked_at in range(first, last, 2 * _DAY_SECONDS):
        seconds = range(looked_at + 1, min(looked_at + 2 * _DAY_SECONDS, last) + 1)
        if _offset(zone, seconds[-1]) != offset:
            change = seconds[bisect_left(seconds, True, key=lambda second: _offset(zone, second) != offset)]
            steady.append((begin * SECOND, change * SECOND, offset * SECOND))
            begin, offset = change, _offset(zone, change)
    steady.append((begin * SECOND, min(last * SECOND, LAST_INSTANT), offset * SECOND))
    return tuple(steady)


def _offset(zone: ZoneInfo, second: int) -> int:
    """Seconds that the wall clock is ahead of UTC. The outermost days borrow their neighbour's."""
    inside = min(max(second, (_FIRST_DAY + 1) * _DAY_SECONDS), (_LAST_DAY - 1) * _DAY_SECONDS)
    offset = (EPOCH + timedelta(seconds=inside)).astimezone(zone).utcoffset()
    assert offset is not None
    return offset.days * _DAY_SECONDS + offset.seconds


def _first_day(year: int) -> int:
    return date(year, 1, 1).toordinal() - _EPOCH_ORDINAL if year <= date.max.year else _LAST_DAY + 1


def _date(day: int) -> date:
    return date.fromordinal(max(day, _FIRST_DAY) + _EPOCH_ORDINAL)


def _month_day(day: int) -> tuple[int, int]:
    day_of_year = date.fromordinal(day + _EPOCH_ORDINAL)
    return day_of_year.month, day_of_year.day


def _members(source: object, path: str, known: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(source, Mapping):
        raise CalendarError(path, f"Must be an object with {', '.join(known)}.")
    for name in source:
        if name not in known:
            raise CalendarError(f"{path}.{_quoted(name)}", f"Not known here. Known are {', '.join(known)}.")
    return source


def _optional(members: Mapping[str, object], name: str, absent: object) -> object:
    given = members.get(name)
    return absent if given is None else given


def _items(source: object, path: str, example: str) -> Iterator[tuple[str, object]]:
    """The items of a list, each with its path."""
    if not isinstance(source, list | tuple):
        raise CalendarError(path, f"Must be a list, such as {example}.")
    yield from ((f"{path}[{index}]", item) for index, item in enumerate(source))


def _read_zone(name: object, path: str) -> str:
    if not isinstance(name, str):
        raise CalendarError(path, 'Name a time zone, such as "Europe/Berlin".')
    meant = _zone_names().get(name.casefold())
    if meant != name:
        advice = f'Write "{meant}".' if meant else 'Use an IANA name, such as "Europe/Berlin".'
        raise CalendarError(path, f'No time zone is called "{_quoted(name)}". {advice}')
    return name


@cache
def _zone_names() -> dict[str, str]:
    """Every zone by its name in small letters."""
    return {name.casefold(): name for name in available_timezones() - {"localtime"}}


def _read_hours(source: object, path: str) -> tuple[tuple[Period, ...], ...]:
    hours = _members(source, path, WEEKDAYS)
    return tuple(_read_periods(hours.get(weekday, ()), f"{path}.{weekday}") for weekday in WEEKDAYS)


def _read_periods(source: object, path: str) -> tuple[Period, ...]:
    return tuple(_read_period(item, at) for at, item in _items(source, path, '[["09:00", "17:00"]]'))


def _read_period(source: object, path: str) -> Period:
    if not isinstance(source, list | tuple) or len(source) != 2:
        raise CalendarError(path, 'Must be opening and closing time, such as ["09:00", "17:00"].')
    opens, closes = (_read_time(time, path) for time in source)
    if opens == _DAY_SECONDS:
        raise CalendarError(path, "24:00 only closes. A day opens at 00:00.")
    if opens == closes:
        raise CalendarError(path, "Opens and closes at the same time. A whole day is 00:00 to 24:00.")
    return Period(opens, closes if closes > opens else closes + _DAY_SECONDS)


def _read_time(source: object, path: str) -> int:
    """Seconds after midnight."""
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?|24:00(?::00)?", _text(source))
    if not match:
        raise CalendarError(path, 'Must be a time from "00:00" to "24:00", such as "09:00".')
    hours, minutes, seconds = (int(digits or 0) for digits in match.groups())
    return hours * 3600 + minutes * 60 + seconds if match[1] else _DAY_SECONDS


def _read_yearly(source: object, path: str) -> Iterator[tuple[int, int]]:
    for at, item in _items(source, path, '["12-25"]'):
        # A leap year, so that 02-29 is a date.
        day = _read_date(f"2000-{_text(item)}", at, 'Must be month and day, such as "12-25".')
        yield day.month, day.day


def _read_dates(source: object, path: str) -> Iterator[date]:
    for at, item in _items(source, path, '["2026-05-01"]'):
        yield _read_date(item, at, 'Must be a date, such as "2026-05-01".')


def _read_exceptions(source: object, path: str) -> dict[date, tuple[Period, ...]]:
    if not isinstance(source, Mapping):
        raise CalendarError(path, 'Must be an object, such as {"2026-12-24": [["09:00", "12:00"]]}.')
    advice = 'Must be named by a date, such as "2026-12-24".'
    return {
        _read_date(day, f"{path}.{_quoted(day)}", advice): _read_periods(periods, f"{path}.{_quoted(day)}")
        for day, periods in source.items()
    }


def _read_date(source: object, path: str, advice: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", _text(source)):
        raise CalendarError(path, advice)
    try:
        return date.fromisoformat(_text(source))
    except ValueError:
        raise CalendarError(path, f"There is no such date. {advice}") from None


def _text(source: object) -> str:
    return source if isinstance(source, str) else ""


def _quoted(name: object) -> str:
    return str(name)[:40]
