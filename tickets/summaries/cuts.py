"""By which names the figures of a day are added up: so many that a page reads few rows, and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from tickets.models import Measured

# Sorted by how many rows a day they make; a page takes the first that keeps every name it asks by.
CUTS: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"tier"}),
    frozenset({"team"}),
    frozenset({"language"}),
    frozenset({"category"}),
    frozenset({"team", "category"}),
)


class Key(NamedTuple):
    """What one row of a day counts."""

    cut: int
    measure: int
    day: object
    bin: int
    team: int
    category: int
    tier: int
    language: str


def cut_for(names: Collection[str]) -> int | None:
    """The smallest cut that keeps all the `names`; None when only the single measurements do."""
    return next((number for number, kept in enumerate(CUTS) if kept >= set(names)), None)


def counted(rows: Iterable[Measured], *, sign: int = 1) -> Counter[Key]:
    """How many each row of each cut counts of these measurements."""
    counts: Counter[Key] = Counter()
    for row in rows:
        for number, kept in enumerate(CUTS):
            counts[_key(row, number, kept)] += sign
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
