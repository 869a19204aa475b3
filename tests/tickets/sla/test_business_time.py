"""Business time: properties over random calendars, held against a stepper that looks at every minute."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.tickets.sla.cases import golden_cases
from tickets.sla.business_time import (
    BusinessCalendar,
    BusinessTimeError,
    CalendarError,
    Pause,
    due_at,
    elapsed,
    explain_due,
    explain_elapsed,
    open_intervals,
)
from tickets.sla.calendar import Period

MINUTE = timedelta(minutes=1)
HORIZON_MINUTES = 3 * 24 * 60
# A clock change of each kind: an hour, half an hour, two hours, at midnight, a date left out; and none.
CHANGES = [
    ("Europe/Berlin", "2026-03-29T01:00Z"),
    ("Europe/Berlin", "2026-10-25T01:00Z"),
    ("America/New_York", "2026-11-01T06:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30Z"),
    ("Antarctica/Troll", "2026-03-29T01:00Z"),
    ("Antarctica/Troll", "2026-10-25T01:00Z"),
    ("Asia/Beirut", "2026-03-28T22:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00Z"),
    ("Asia/Tehran", "2016-09-20T19:30Z"),
    ("Pacific/Apia", "2011-12-30T10:00Z"),
    ("Pacific/Kwajalein", "1993-08-21T12:00Z"),
    ("Asia/Kolkata", "2026-01-05T00:00Z"),
]

minutes_of_day = st.integers(0, 95).map(lambda quarter: quarter * 15)
periods = st.tuples(minutes_of_day, minutes_of_day).map(
    lambda times: Period(times[0] * 60, (times[1] if times[1] > times[0] else times[1] + 1440) * 60)
)
days_periods = st.lists(periods, max_size=3).map(tuple)
any_seconds = st.integers(1, 10**12).map(lambda microseconds: microseconds / 10**6)


@st.composite
def calendars_and_starts(draw: st.DrawFn) -> tuple[BusinessCalendar, datetime]:
    """A calendar with holidays and exceptions around a clock change, and a start up to two days before it."""
    zone, change = draw(st.sampled_from(CHANGES))
    near = st.integers(-3, 3).map(lambda days: datetime.fromisoformat(change).date() + timedelta(days=days))
    hours = draw(st.tuples(*[days_periods] * 7).filter(any))
    calendar = BusinessCalendar(
        timezone=zone,
        hours=hours,
        yearly_holidays=frozenset((day.month, day.day) for day in draw(st.sets(near, max_size=1))),
        dated_holidays=frozenset(draw(st.sets(near, max_size=1))),
        exceptions=draw(st.dictionaries(near, days_periods, max_size=2)),
    )
    return calendar, datetime.fromisoformat(change) - draw(st.integers(0, 2880)) * MINUTE


@st.composite
def pauses_near(draw: st.DrawFn, start: datetime) -> list[Pause]:
    """Up to four closed pauses in whole minutes, from a day before the start to four days after it."""
    spans = draw(st.lists(st.tuples(st.integers(-1440, 5760), st.integers(0, 1440)), max_size=4))
    return [(start + begin * MINUTE, start + (begin + length) * MINUTE) for begin, length in spans]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_due_and_elapsed_equal_a_minute_stepper(data: st.DataObject) -> None:
    assert_equal_to_stepper(data)


@pytest.mark.proof
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_due_and_elapsed_equal_a_minute_stepper_for_long(data: st.DataObject) -> None:
    assert_equal_to_stepper(data)


def assert_equal_to_stepper(data: st.DataObject) -> None:
    calendar, start = data.draw(calendars_and_starts())
    pauses = data.draw(pauses_near(start))
    minutes = _counting_minutes(calendar, start, pauses)
    assume(minutes)
    wanted = data.draw(st.integers(1, len(minutes)))

    assert elapsed(calendar, start, start + HORIZON_MINUTES * MINUTE, pauses) == len(minutes) * 60
    assert due_at(calendar, start, wanted * 60, pauses) == minutes[wanted - 1] + MINUTE


@settings(deadline=None)
@given(st.data(), any_seconds)
def test_elapsed_until_due_is_what_was_asked_and_due_is_at_the_end_of_counted_time(
    data: st.DataObject, seconds: float
) -> None:
    calendar, start = data.draw(calendars_and_starts())
    pauses = data.draw(pauses_near(start))

    due = due_at(calendar, start, seconds, pauses)

    assert due is not None
    assert elapsed(calendar, start, due, pauses) == seconds
    assert elapsed(calendar, due - timedelta(microseconds=1), due, pauses) == 1e-6


@settings(deadline=None)
@given(st.data(), any_seconds, any_seconds)
def test_due_is_additive(data: st.DataObject, first: float, second: float) -> None:
    calendar, start = data.draw(calendars_and_starts())
    pauses = data.draw(pauses_near(start))

    between = due_at(calendar, start, first, pauses)

    assert between is not None
    assert due_at(calendar, between, second, pauses) == due_at(calendar, start, first + second, pauses)


@settings(deadline=None)
@given(st.data(), any_seconds, any_seconds, st.integers(0, 10**6))
def test_due_grows_with_seconds_and_never_falls_with_start(
    data: st.DataObject, first: float, second: float, later_seconds: int
) -> None:
    calendar, start = data.draw(calendars_and_starts())
    less, more = sorted((first, second))
    assume(less < more)

    due, due_of_more = due_at(calendar, start, less), due_at(calendar, start, more)
    due_of_later = due_at(calendar, start + timedelta(seconds=later_seconds), less)

    assert due is not None
    assert due_of_more is not None
    assert due_of_later is not None
    assert due < due_of_more
    assert due <= due_of_later


@settings(deadline=None)
@given(st.data(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_elapsed_is_additive(data: st.DataObject, first: int, second: int) -> None:
    calendar, start = data.draw(calendars_and_starts())
    pauses = data.draw(pauses_near(start))
    middle, end = start + timedelta(seconds=first), start + timedelta(seconds=first + second)

    parts = elapsed(calendar, start, middle, pauses) + elapsed(calendar, middle, end, pauses)

    assert parts == elapsed(calendar, start, end, pauses)


@settings(deadline=None)
@given(st.data(), st.integers(1, 10**6))
def test_explanations_are_in_order_and_add_up(data: st.DataObject, seconds: int) -> None:
    calendar, start = data.draw(calendars_and_starts())
    pauses = data.draw(pauses_near(start))

    due, steps = due_at(calendar, start, seconds, pauses), explain_due(calendar, start, seconds, pauses)

    assert due is not None
    assert steps == explain_elapsed(calendar, start, due, pauses)
    assert sum(step.seconds for step in steps if step.kind == "counted") == seconds
    assert (steps[-1].kind, steps[-1].end) == ("counted", due)
    for before, after in pairwise(steps):
        assert before.end is not None
        assert before.end < after.start or (before.end == after.start and before.kind != after.kind)


@settings(deadline=None)
@given(calendars_and_starts())
def test_open_intervals_are_in_order_and_never_touch(drawn: tuple[BusinessCalendar, datetime]) -> None:
    calendar, start = drawn
    year = timedelta(days=366)

    intervals = list(islice(open_intervals(calendar, start), 20))

    assert all(opens < closes for opens, closes in intervals)
    assert all(
        closes < opens or closes - first_opens > year - timedelta(days=2)
        for (first_opens, closes), (opens, _) in pairwise(intervals)
    )


@settings(max_examples=50, deadline=None)
@given(calendars_and_starts(), st.integers(0, 12))
def test_unusual_days_are_those_that_open_otherwise_than_their_weekday(
    drawn: tuple[BusinessCalendar, datetime], days: int
) -> None:
    calendar, start = drawn
    end, zone = start + timedelta(days=days), ZoneInfo(calendar.timezone)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()

    unusual = dict(calendar.unusual_days(start, end))

    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        usual, own = sorted(calendar.hours[day.weekday()]), sorted(_periods_on(calendar, day))
        assert unusual.pop(day, None) == (tuple(own) if own != usual else None)
    assert unusual == {}


def test_desk_that_never_closes_has_intervals_of_a_year() -> None:
    always = BusinessCalendar("Europe/Berlin", ((Period(0, 86_400),),) * 7)
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)

    (first_opens, first_closes), (second_opens, _) = islice(open_intervals(always, start), 2)

    assert (first_opens, second_opens) == (start, first_closes)
    assert timedelta(days=364) < first_closes - first_opens <= timedelta(days=366)


def test_pause_that_lasts_hides_the_due_time_only_when_it_began_before_it() -> None:
    calendar = BusinessCalendar("UTC", ((Period(0, 86_400),),) * 7)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    hour = timedelta(hours=1)

    assert due_at(calendar, start, 3600, [(start + hour / 2, None)]) is None
    assert due_at(calendar, start, 3600, [(start + hour, None)]) == start + hour
    assert due_at(calendar, start, 3600, [(start - hour, start), (start - hour, None)]) is None


def test_result_is_utc_whatever_the_offset_of_the_start() -> None:
    calendar = BusinessCalendar("Asia/Tokyo", ((Period(0, 86_400),),) * 7)

    due = due_at(calendar, datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("Asia/Kathmandu")), 60)

    assert due is not None
    assert (due.tzinfo, due.isoformat()) == (UTC, "2026-01-05T03:16:00+00:00")


def test_naive_times_are_refused_by_name() -> None:
    calendar = BusinessCalendar("UTC", ((Period(0, 86_400),),) * 7)
    aware, naive = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 5)  # noqa: DTZ001

    with pytest.raises(BusinessTimeError, match=r"^start: A time needs an offset"):
        due_at(calendar, naive, 60)
    with pytest.raises(BusinessTimeError, match=r"^end: A time needs an offset"):
        elapsed(calendar, aware, naive)
    with pytest.raises(BusinessTimeError, match=r"^pauses\[1\]\[0\]: A time needs an offset"):
        due_at(calendar, aware, 60, [(aware, aware), (naive, None)])


@pytest.mark.parametrize("seconds", [0, -1, 1e-7, float("nan"), float("inf"), 10**12])
def test_seconds_that_cannot_be_promised_are_refused(seconds: float) -> None:
    calendar = BusinessCalendar("UTC", ((Period(0, 86_400),),) * 7)

    with pytest.raises(BusinessTimeError) as refused:
        due_at(calendar, datetime(2026, 1, 5, tzinfo=UTC), seconds)

    assert refused.value.field == "business_seconds"


def test_calendar_open_on_29_february_alone_counts_and_without_it_is_refused() -> None:
    every_date = frozenset(
        (day.month, day.day) for day in (date(2000, 1, 1) + timedelta(n) for n in range(366))
    )
    hours = ((Period(9 * 3600, 17 * 3600),),) + ((),) * 6  # Mondays

    calendar = BusinessCalendar("UTC", hours, yearly_holidays=every_date - {(2, 29)})

    # After 2016, a 29 February is a Monday again in 2044.
    assert due_at(calendar, datetime(2016, 3, 1, tzinfo=UTC), 60) == datetime(2044, 2, 29, 9, 1, tzinfo=UTC)
    with pytest.raises(CalendarError, match="never open"):
        BusinessCalendar("UTC", hours, yearly_holidays=every_date)


def test_calendar_of_a_dict_is_the_calendar_by_hand() -> None:
    source = {
        "timezone": "Europe/Berlin",
        "hours": {"mon": [["09:00", "12:00"], ["22:00", "06:00"]], "sun": [["00:00", "24:00"]]},
        "holidays": {"yearly": ["12-25"], "dates": ["2026-05-01"]},
        "exceptions": {"2026-12-24": [["09:00", "12:00"]]},
    }

    calendar = BusinessCalendar.from_dict(source)

    assert calendar == BusinessCalendar(
        timezone="Europe/Berlin",
        hours=((Period(32_400, 43_200), Period(79_200, 108_000)), (), (), (), (), (), (Period(0, 86_400),)),
        yearly_holidays=frozenset({(12, 25)}),
        dated_holidays=frozenset({date(2026, 5, 1)}),
        exceptions={date(2026, 12, 24): (Period(32_400, 43_200),)},
    )


def test_48_business_hours_cost_less_than_a_millisecond() -> None:
    calendar = BusinessCalendar.from_dict(golden_cases()[0]["request"]["calendar"])
    start = datetime(2026, 1, 9, 15, 40, tzinfo=UTC)
    due_at(calendar, start, 48 * 3600)

    best = min(_seconds_taken(calendar, start) for _ in range(20))

    assert best < 0.001


def test_arithmetic_loads_neither_django_nor_anything_else_of_ours() -> None:
    script = (
        "import json, sys, tickets.sla.preview;"
        "ours = {'tickets', 'accounts', 'helpdesk', 'helpcenter', 'django'};"
        "print(json.dumps(sorted(name for name in sys.modules if name.split('.')[0] in ours)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={"PATH": os.environ["PATH"]},
    )

    names = ("", ".sla", ".sla.business_time", ".sla.calendar", ".sla.preview")
    assert json.loads(done.stdout) == [f"tickets{name}" for name in names]


def _counting_minutes(calendar: BusinessCalendar, start: datetime, pauses: list[Pause]) -> list[datetime]:
    """Each minute up to the horizon that is open and not paused, found by looking at the wall clock alone."""
    zone = ZoneInfo(calendar.timezone)
    minutes = (start + minute * MINUTE for minute in range(HORIZON_MINUTES))
    return [
        minute
        for minute in minutes
        if _is_open(calendar, minute.astimezone(zone))
        and not any(begin <= minute and (end is None or minute < end) for begin, end in pauses)
    ]


def _is_open(calendar: BusinessCalendar, local: datetime) -> bool:
    seconds = local.hour * 3600 + local.minute * 60
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    return any(
        period.opens <= at < period.closes
        for day, at in ((today, seconds), (yesterday, seconds + 86_400))
        for period in _periods_on(calendar, day)
    )


def _periods_on(calendar: BusinessCalendar, day: date) -> tuple[Period, ...]:
    if day in calendar.exceptions:
        return calendar.exceptions[day]
    if day in calendar.dated_holidays or (day.month, day.day) in calendar.yearly_holidays:
        return ()
    return calendar.hours[day.weekday()]


def _seconds_taken(calendar: BusinessCalendar, start: datetime) -> float:
    begin = time.perf_counter()
    due_at(calendar, start, 48 * 3600)
    return time.perf_counter() - begin
