"""Which words came up more often than before: what requests are about, before anybody has a topic for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from helpdesk.tenancy import current_tenant_id
from tickets.models import DailyWord, MeasuredWords, WordForm
from tickets.summaries.count_words import ALL
from tickets.summaries.metrics import ENOUGH
from tickets.summaries.read import Wanted

DAYS = 31  # the last ones of a longer period: what rose over a year is no news
SINGLE = 10_000  # requests that are looked at one by one, and as many before
FEWEST_DAYS = 7
FEWEST = 5  # requests; of fewer, a word may be somebody's name
CLEARLY = 2.0  # times what chance alone moves a count by
WORDS = 10


@dataclass(frozen=True)
class Risen:
    """A word with the requests that have it: now, and in as many days before."""

    word: str
    language: str
    now: int
    before: int


def days_of_trends(wanted: Wanted, *, requests: int) -> Wanted:
    """The days whose words are compared with as many before: the last DAYS at most.

    Of single requests so many days as have about SINGLE of them, where the days of `wanted` have `requests`.
    """
    days = DAYS
    if _is_single(wanted):
        days = min(max(SINGLE * wanted.days // max(requests, 1), FEWEST_DAYS), DAYS)
    first = max(wanted.first, wanted.last - dt.timedelta(days=days - 1))
    return Wanted(first, wanted.last, wanted.teams, wanted.categories, wanted.tier, wanted.language)


def risen_words(wanted: Wanted) -> list[Risen]:
    """The words that came up clearly more often in `wanted` than before, the clearest first. One statement.

    Compared by their share of the requests in the same language, so that a busy week alone makes no word rise.
    Nothing while one of both has fewer than ENOUGH requests.
    """
    counts, values = _counts(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_RISEN.format(counts=counts), [*values, *_borders(), current_tenant_id(), WORDS])
        return [Risen(*row) for row in cursor.fetchall()]


def _borders() -> list[Any]:
    return [ALL, ALL, FEWEST, ENOUGH, ENOUGH, CLEARLY]


def _counts(wanted: Wanted) -> tuple[str, list[Any]]:
    """The statement of how often each word stands now and before: of days, or of single requests where those tell less."""
    is_single = _is_single(wanted)
    conditions = ["tenant_id = %s", "day BETWEEN %s AND %s"]
    values: list[Any] = [wanted.first, wanted.first, current_tenant_id(), wanted.before, wanted.last]
    teams = list(wanted.teams) if wanted.teams is not None else None if is_single else [0]
    narrowed = {
        "team = ANY(%s)": teams,
        "category = ANY(%s)": list(wanted.categories) if wanted.categories is not None else None,
        "tier = %s": wanted.tier,
        "language = %s": wanted.language or None,
    }
    for condition, value in narrowed.items():
        if value is not None:
            conditions.append(condition)
            values.append(value)
    counts = _SINGLE if is_single else _DAILY
    return counts.format(conditions=" AND ".join(conditions)), values


def _is_single(wanted: Wanted) -> bool:
    """Whether no row of a day tells what is wanted."""
    return wanted.categories is not None or wanted.tier is not None


_DAILY = f"""
  SELECT language, word, sum(n) FILTER (WHERE day >= %s) AS now, sum(n) FILTER (WHERE day < %s) AS before
  FROM {DailyWord._meta.db_table} WHERE {{conditions}} GROUP BY language, word
"""
_SINGLE = f"""
  SELECT language, word, count(*) FILTER (WHERE day >= %s) AS now, count(*) FILTER (WHERE day < %s) AS before
  FROM {MeasuredWords._meta.db_table}, unnest(words || ''::varchar) word WHERE {{conditions}} GROUP BY language, word
"""
_RISEN = f"""
  WITH counts AS MATERIALIZED ({{counts}}),
    compared AS (
      SELECT c.language, c.word, coalesce(c.now, 0) AS now, coalesce(c.before, 0) AS before,
        coalesce(c.before, 0) * t.now::float / t.before AS expected
      FROM counts c JOIN counts t ON t.language = c.language AND t.word = %s
      WHERE c.word <> %s AND c.now >= %s AND t.now >= %s AND t.before >= %s
    ),
    risen AS (
      SELECT *, (now - expected) / sqrt(expected + 1) AS chance FROM compared
    )
  SELECT coalesce(f.form, r.word), r.language, r.now, r.before
  FROM (SELECT * FROM risen WHERE chance >= %s) r
  LEFT JOIN {WordForm._meta.db_table} f ON f.tenant_id = %s AND f.language = r.language AND f.word = r.word
  ORDER BY r.chance DESC, r.word LIMIT %s
"""
