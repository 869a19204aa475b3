"""What pages ask of the figures: one statement each over the rows of days, never over tickets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Min, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from tickets.models import DailyFigure, FiguresDue, FiguresState, Measured
from tickets.models.figures import Measure
from tickets.summaries.cuts import cut_for

NAMED = ("team", "category", "tier", "language")
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

    def names(self) -> dict[str, Any]:
        """What narrows the rows, by the name of its column."""
        given = {
            "team__in": self.teams,
            "category__in": self.categories,
            "tier": self.tier,
            "language": self.language or None,
        }
        return {name: value for name, value in given.items() if value is not None}


def totals(
    wanted: Wanted, *by: str, measures: Iterable[Measure], with_before: bool = False
) -> list[tuple[Any, ...]]:
    """`(is_before, *by, total)` for each combination of the columns `by`; `is_before` only `with_before`."""
    first = wanted.before if with_before else wanted.first
    found, total = _rows(wanted, by, measures)
    found = found.filter(day__range=(first, wanted.last))
    if not with_before:
        return list(found.values_list(*by).annotate(total=total).order_by())
    is_before = ExpressionWrapper(Q(day__lt=wanted.first), output_field=BooleanField())
    found = found.annotate(is_before=is_before)
    return list(found.values_list("is_before", *by).annotate(total=total).order_by())


def open_by_day(wanted: Wanted) -> list[tuple[dt.date, int]]:
    """How many open tickets came in on each day, whatever the period."""
    found, total = _rows(wanted, ("day",), [Measure.OPEN])
    return list(found.values_list("day").annotate(total=total).order_by())


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


def _rows(
    wanted: Wanted, by: Iterable[str], measures: Iterable[Measure]
) -> tuple[QuerySet[Any], Sum | Count]:
    """The rows to add up, of the smallest cut that keeps what is asked, and how to add them."""
    narrowed = wanted.names()
    names = {name.removesuffix("__in") for name in narrowed} | {name for name in by if name in NAMED}
    cut = cut_for(names)
    measured = {"measure__in": list(measures), **narrowed}
    if cut is None:
        return Measured.objects.filter(**measured), Count("id")
    return DailyFigure.objects.filter(cut=cut, **measured), Sum("n")
