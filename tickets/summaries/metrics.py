"""The figures by name: what each tells, from what it is counted, and which way is better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from tickets.models.figures import Measure
from tickets.summaries.bins import percentile

ENOUGH = 10  # below, a figure is told but compared with nothing
Bins = Mapping[int, int]
Counts = Mapping[int, Bins]  # measure → bin → how many


class Kind(StrEnum):
    """How a figure is told."""

    TIME = "time"
    SHARE = "share"
    COUNT = "count"


@dataclass(frozen=True)
class Metric:
    """One figure: its measure, the bins that count for it, and among what (`among`, of all its bins)."""

    key: str
    label: Any
    meaning: Any
    kind: Kind
    measure: Measure
    better: str = ""  # "less", "more", or neither
    good: frozenset[int] | None = None
    among: Measure | None = None


@dataclass(frozen=True)
class Value:
    """What a metric came to: seconds, a share from 0 to 1, or a count; `n` is what stands behind it."""

    value: float | None
    n: int
    ninety: float | None = None

    @property
    def is_enough(self) -> bool:
        """Whether it may be compared."""
        return self.n >= ENOUGH


METRICS = (
    Metric(
        "answered",
        _("First reply"),
        _("Business time from the request to the first reply of a person. Half of the requests waited less."),
        Kind.TIME,
        Measure.ANSWERED,
        "less",
    ),
    Metric(
        "resolved",
        _("Time to solve"),
        _(
            "Business time from the request to its solving, without the time in which the customer had the turn."
            " Tickets that were opened again count with their last solving."
        ),
        Kind.TIME,
        Measure.RESOLVED,
        "less",
    ),
    Metric(
        "kept_answer",
        _("Replies in time"),
        _("Promised replies, the first and the next ones, that came before they were due."),
        Kind.SHARE,
        Measure.KEPT_ANSWER,
        "more",
        frozenset({1}),
    ),
    Metric(
        "kept_goal",
        _("Solved in time"),
        _("Tickets with a promised time to solve that were solved before it."),
        Kind.SHARE,
        Measure.KEPT_GOAL,
        "more",
        frozenset({1}),
    ),
    Metric(
        "rated",
        _("Satisfied"),
        _("Ratings of four or five out of five, among all ratings given in these days."),
        Kind.SHARE,
        Measure.RATED,
        "more",
        frozenset({4, 5}),
    ),
    Metric(
        "helpful",
        _("Helpful replies"),
        _("Replies that a customer found helpful, among all replies of which one said so or the opposite."),
        Kind.SHARE,
        Measure.HELPFUL,
        "more",
        frozenset({1}),
    ),
    Metric(
        "easy",
        _("Easy to send"),
        _("Requests of which people said after sending that it was easy or very easy, among all who said."),
        Kind.SHARE,
        Measure.EASE,
        "more",
        frozenset({4, 5}),
    ),
    Metric(
        "reopened",
        _("Opened again"),
        _("How often a ticket was opened again, among all solvings in these days."),
        Kind.SHARE,
        Measure.REOPENED,
        "less",
        among=Measure.SOLVED,
    ),
    Metric(
        "one_touch",
        _("Solved with one reply"),
        _("Solved tickets with one reply of the desk at most that were never opened again."),
        Kind.SHARE,
        Measure.ONE_TOUCH,
        "more",
        frozenset({1}),
    ),
    Metric(
        "sent_on",
        _("Sent to the wrong place"),
        _(
            "Requests that a person moved to another category or team and that are not back, among all that were sent"
            " to a category in these days. They count for the category and team they were sent to."
        ),
        Kind.SHARE,
        Measure.SENT,
        "less",
        frozenset({1}),
    ),
    Metric(
        "created",
        _("New requests"),
        _("Requests that came in, without spam and without those joined into another one."),
        Kind.COUNT,
        Measure.CREATED,
    ),
    Metric(
        "solved",
        _("Solved tickets"),
        _("Tickets that were solved in these days and are solved still."),
        Kind.COUNT,
        Measure.RESOLVED,
    ),
)
BY_KEY = {metric.key: metric for metric in METRICS}


def value_of(metric: Metric, counts: Counts) -> Value:
    """What the metric comes to in these counts."""
    bins = counts.get(metric.measure, {})
    total = sum(bins.values())
    if metric.kind == Kind.COUNT:
        return Value(total, total)
    if metric.kind == Kind.TIME:
        return Value(percentile(bins, 50), total, percentile(bins, 90))
    n = sum(counts.get(metric.among, {}).values()) if metric.among else total
    good = sum(count for number, count in bins.items() if metric.good is None or number in metric.good)
    return Value(min(good / n, 1.0) if n else None, n)


def by_measure(rows: list[tuple[int, int, int]]) -> Counts:
    """`(measure, bin, total)` as counts."""
    counts: dict[int, Counter[int]] = {}
    for measure, number, total in rows:
        counts.setdefault(measure, Counter())[number] += total
    return counts
