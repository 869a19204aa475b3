"""By which names the figures are added up, by day and by month: so many that a page reads few rows, and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from tickets.models import Measured

# Sorted by how many rows a day they make; a page takes the first that keeps every name it asks by. Rows hold the number.
CUTS: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"tier"}),
    frozenset({"team"}),
    frozenset({"language"}),
    frozenset({"category"}),
    frozenset({"team", "category"}),
    frozenset({"tier", "language"}),
    frozenset({"team", "category", "tier", "language"}),
)
OF_MONTHS = 16  # added to the number of a cut: the same by month, whose first day stands for it


class Key(NamedTuple):
    """What one row of a day or month counts."""

    cut: int
    measure: int
    day: object
    bin: int
    team: int
    category: int
    tier: int
    language: str


def cut_for(names: Collection[str]) -> int:
    """The smallest cut that keeps all the `names`."""
    return next(number for number, kept in enumerate(CUTS) if kept >= set(names))


def counted(rows: Iterable[Measured], *, sign: int = 1) -> Counter[Key]:
    """How many each row of each cut counts of these measurements."""
    counts: Counter[Key] = Counter()
    for row in rows:
        for number, kept in enumerate(CUTS):
            key = _key(row, number, kept)
            counts[key] += sign
            counts[key._replace(cut=number + OF_MONTHS, day=row.day.replace(day=1))] += sign
    return counts


def _key(row: Measured, number: int, kept: frozenset[str]) -> Key:
    return Key(
        number,
        row.measure,
        row.day,
        row.bin,
        row.team if "team" in kept else 0,
        row.category if "category" in kept else 0,
        row.tier if "tier" in kept else 0,
        row.language if "language" in kept else "",
    )
