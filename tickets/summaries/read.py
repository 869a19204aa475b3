"""What pages ask of the figures: one statement each over the rows of days, never over tickets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Min, Subquery
from django.utils import timezone

from helpdesk.tenancy import current_tenant_id
from tickets.models import DailyFigure, FiguresDue, FiguresState
from tickets.models.figures import Measure
from tickets.summaries.cuts import OF_MONTHS, cut_for

NAMED = ("team", "category", "tier", "language")
DAY = dt.timedelta(days=1)
Days = tuple[dt.date, dt.date]  # both ends included
Span = tuple[bool, dt.date, dt.date]  # whether it is the period before, and its days
FRESH = dt.timedelta(minutes=5)  # younger events may wait for the worker without being called late


@dataclass(frozen=True)
class Wanted:
    """Whose figures of which days, both ends included. `teams` and `categories` None stand for all there are."""

    first: dt.date
    last: dt.date
    teams: tuple[int, ...] | None = None
    categories: tuple[int, ...] | None = None
    tier: int | None = None
    language: str = ""

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> dt.date:
        """The first day of the period before, which is as long."""
        return self.first - dt.timedelta(days=self.days)

    def names(self) -> dict[str, list[Any]]:
        """What narrows the rows: by the name of its column, the values it may have."""
        given = {
            "team": self.teams,
            "category": self.categories,
            "tier": None if self.tier is None else [self.tier],
            "language": [self.language] if self.language else None,
        }
        return {name: list(values) for name, values in given.items() if values is not None}


def totals(
    wanted: Wanted, *by: str, measures: Iterable[Measure], with_before: bool = False
) -> list[tuple[Any, ...]]:
    """`(is_before, *by, total)` for each combination of the columns `by`; `is_before` only `with_before`."""
    spans = [(False, wanted.first, wanted.last)]
    if with_before:
        return _added(wanted, by, measures, [*spans, (True, wanted.before, wanted.first - DAY)])
    return [row[1:] for row in _added(wanted, by, measures, spans)]


def open_by_day(wanted: Wanted) -> list[tuple[dt.date, int]]:
    """How many open tickets came in on each day, whatever the period."""
    ever = (False, dt.date(1, 1, 1), dt.date(9999, 12, 31))
    return [(day, total) for _before, day, total in _added(wanted, ("day",), [Measure.OPEN], [ever])]


@dataclass(frozen=True)
class Freshness:
    """Up to when everything is counted, and whether the tickets of old are counted to the end."""

    counted_to: dt.datetime
    is_late: bool
    is_whole: bool


def freshness(*, now: dt.datetime | None = None) -> Freshness:
    """How fresh the figures are. One statement; before the worker's first run nothing is whole."""
    now = now or timezone.now()
    waiting = FiguresDue.objects.order_by().values("tenant").annotate(oldest=Min("since")).values("oldest")
    states = FiguresState.objects.annotate(oldest=Subquery(waiting))
    oldest, whole = states.values_list("oldest", "is_walked").first() or (None, False)
    is_late = oldest is not None and now - oldest > FRESH
    return Freshness(oldest if is_late and oldest else now, is_late, whole)


def _added(
    wanted: Wanted, by: Iterable[str], measures: Iterable[Measure], spans: Iterable[Span]
) -> list[tuple[Any, ...]]:
    """`(is_before, *by, total)` of the rows of the spans, of the smallest cut that keeps what is asked.

    Each part is one walk along the index, which holds all there is to add up.
    """
    narrowed, columns = wanted.names(), [_KNOWN[name] for name in by]
    cut = cut_for({*narrowed, *by} & set(NAMED))
    parts = list(_parts(cut, spans, by_day="day" in columns))
    conditions = "".join(f" AND {name} = ANY(%s)" for name in narrowed)
    grouped = ", ".join(["is_before", *columns])
    sql = _ADDED.format(grouped=grouped, conditions=conditions, table=DailyFigure._meta.db_table)
    values: list[Any] = [list(column) for column in zip(*parts, strict=True)]
    values += [current_tenant_id(), [int(measure) for measure in measures], *narrowed.values()]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _parts(cut: int, spans: Iterable[Span], *, by_day: bool) -> Iterator[tuple[bool, int, dt.date, dt.date]]:
    """`(is_before, cut, first, last)` of what covers the spans: whole months as such unless it is asked by day."""
    for is_before, first, last in spans:
        inside = None if by_day else whole_months(first, last)
        if inside is None:
            yield is_before, cut, first, last
        else:
            yield is_before, cut + OF_MONTHS, *inside
            yield is_before, cut, first, inside[0] - DAY
            yield is_before, cut, inside[1] + DAY, last


def whole_months(first: dt.date, last: dt.date) -> Days | None:
    """The first and last day of all whole months between the two days, which count; None without any."""
    begin = first if first.day == 1 else (first.replace(day=28) + 4 * DAY).replace(day=1)
    end = (last + DAY).replace(day=1) - DAY
    return (begin, end) if begin < end else None


_KNOWN = {
    name: name for name in (*NAMED, "day", "measure", "bin")
}  # names of columns that stand in the statement
_ADDED = """
  SELECT {grouped}, sum(n)::bigint FROM unnest(%s::boolean[], %s::integer[], %s::date[], %s::date[])
    AS part (is_before, cut, first, last), LATERAL (
      SELECT * FROM {table} f WHERE f.tenant_id = %s AND f.cut = part.cut AND f.measure = ANY(%s)
        AND f.day BETWEEN part.first AND part.last{conditions} OFFSET 0
    ) f
  GROUP BY {grouped}
"""
