"""One report: the metrics with those of the period before, and what the charts and tables show, as plain numbers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tickets.models.figures import Measure
from tickets.summaries.metrics import BY_KEY, METRICS, Counts, Metric, Value, by_measure, value_of
from tickets.summaries.read import Wanted, open_by_day, totals
from tickets.summaries.trends import Risen, days_of_trends, risen_words

DAYS_MOST, WEEKS_MOST = 92, 731  # a bar for each day, for each week, and then for each month
AGES = (1, 3, 7, 30)  # days, the borders of the backlog
TOPICS = 12
ALL = [*Measure]
TIMED = (Measure.CREATED, Measure.ANSWERED, Measure.SOLVED)


@dataclass(frozen=True)
class Told:
    """A metric with what it came to, and in the period before."""

    metric: Metric
    now: Value
    before: Value

    @property
    def is_comparable(self) -> bool:
        """Whether both periods have enough behind them."""
        return self.now.is_enough and self.before.is_enough


@dataclass(frozen=True)
class Span:
    """Days that stand together in a chart, with how many requests came in and how often one was solved."""

    first: dt.date
    last: dt.date
    created: int
    solved: int


@dataclass(frozen=True)
class Topic:
    """A category, 0 for none, with its requests now and before, and its first replies."""

    category: int
    created: int
    before: int
    answered: Value
    reopened: Value
    sent_on: Value


@dataclass(frozen=True)
class Team:
    """A team with its promised replies."""

    team: int
    in_time: int
    late: int


@dataclass(frozen=True)
class Report:
    """All a page, a file and a mail tell. `hours` has (hour, came in, solved), `backlog` how many of each age, AGES."""

    wanted: Wanted
    metrics: list[Told]
    spans: list[Span]
    hours: list[tuple[int, int, int]]
    backlog: list[int]
    topics: list[Topic]
    teams: list[Team]
    words: list[Risen]
    words_of: Wanted  # the days of the words

    @property
    def open_now(self) -> int:
        """How many tickets are open, whenever they came in."""
        return sum(self.backlog)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all happened in the period."""
        return not self.open_now and all(told.now.n == 0 for told in self.metrics)


def report_of(wanted: Wanted, *, today: dt.date) -> Report:
    """The report. Six statements, whatever is asked and however much there is."""
    now, before = _compared(wanted)
    words_of = days_of_trends(wanted, requests=sum(now.get(Measure.CREATED, {}).values()))
    return Report(
        wanted,
        metrics=[Told(each, value_of(each, now), value_of(each, before)) for each in METRICS],
        spans=_spans(wanted),
        hours=[
            (hour, now.get(Measure.CREATED, {}).get(hour, 0), now.get(Measure.SOLVED, {}).get(hour, 0))
            for hour in range(24)
        ],
        backlog=_backlog(wanted, today),
        topics=_topics(wanted),
        teams=_teams(wanted),
        words=risen_words(words_of),
        words_of=words_of,
    )


def _compared(wanted: Wanted) -> tuple[Counts, Counts]:
    rows = totals(wanted, "measure", "bin", measures=ALL, with_before=True)
    parts: tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]] = ([], [])
    for is_before, *row in rows:
        parts[is_before].append((row[0], row[1], row[2]))
    return by_measure(parts[0]), by_measure(parts[1])


def _spans(wanted: Wanted) -> list[Span]:
    counts: Counter[tuple[dt.date, int]] = Counter()
    starts = [first for first, _last in borders(wanted)]
    rows = totals(wanted, "day", "measure", measures=[Measure.CREATED, Measure.SOLVED])
    for day, measure, total in rows:
        counts[(max(start for start in starts if start <= day), measure)] += total
    return [
        Span(first, last, counts[(first, Measure.CREATED)], counts[(first, Measure.SOLVED)])
        for first, last in borders(wanted)
    ]


def borders(wanted: Wanted) -> Iterator[tuple[dt.date, dt.date]]:
    """The days, weeks from Monday or months of the period, each with its first and last day inside it."""
    first = wanted.first
    while first <= wanted.last:
        last = min(_end_of(first, wanted.days), wanted.last)
        yield first, last
        first = last + dt.timedelta(days=1)


def _end_of(day: dt.date, days: int) -> dt.date:
    if days <= DAYS_MOST:
        return day
    if days <= WEEKS_MOST:
        return day + dt.timedelta(days=6 - day.weekday())
    following = day.replace(day=28) + dt.timedelta(days=4)
    return following.replace(day=1) - dt.timedelta(days=1)


def _backlog(wanted: Wanted, today: dt.date) -> list[int]:
    counts = [0] * (len(AGES) + 1)
    for day, total in open_by_day(wanted):
        age = (today - day).days
        counts[next((place for place, border in enumerate(AGES) if age < border), len(AGES))] += total
    return counts


def _topics(wanted: Wanted) -> list[Topic]:
    measures = [*TIMED, Measure.REOPENED, Measure.SENT]
    rows = totals(wanted, "category", "measure", "bin", measures=measures, with_before=True)
    found: dict[int, tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]] = {}
    for is_before, category, *row in rows:
        found.setdefault(category, ([], []))[is_before].append((row[0], row[1], row[2]))
    topics = [
        _topic(category, by_measure(now), by_measure(before)) for category, (now, before) in found.items()
    ]
    topics.sort(key=lambda topic: (-topic.created, -topic.before, topic.category))
    return topics[:TOPICS]


def _topic(category: int, now: Counts, before: Counts) -> Topic:
    return Topic(
        category,
        created=sum(now.get(Measure.CREATED, {}).values()),
        before=sum(before.get(Measure.CREATED, {}).values()),
        answered=value_of(BY_KEY["answered"], now),
        reopened=value_of(BY_KEY["reopened"], now),
        sent_on=value_of(BY_KEY["sent_on"], now),
    )


def _teams(wanted: Wanted) -> list[Team]:
    rows = totals(wanted, "team", "bin", measures=[Measure.KEPT_ANSWER])
    counts = {(team, number): total for team, number, total in rows}
    teams = {team for team, _number in counts}
    found = [Team(team, counts.get((team, 1), 0), counts.get((team, 0), 0)) for team in teams]
    return sorted(found, key=lambda one: (-one.late, -one.in_time, one.team))
