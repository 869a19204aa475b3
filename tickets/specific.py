"""Of several lines that fit, the one that names most wins: one way for promises and for routing."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import TypeVar

Line = TypeVar("Line")
# What a line may name, what weighs most first. A tuple is a thing and what it is part of, nearest first.
Facts = Mapping[str, object]


def most_specific_first(lines: Iterable[Line], wanted: Facts) -> list[Line]:
    """The lines that fit `wanted`, the one that applies first.

    A line fits when all that it names (neither None nor empty) is so; one that names what a thing is part of fits the
    thing. The line that names most comes first; between two that name as much, what stands first in `wanted` weighs
    more, and a nearer thing more than what it is part of.
    """
    ranked = [(rank, line) for line in lines if (rank := _rank(line, wanted)) is not None]
    return [line for _rank_of_line, line in sorted(ranked, key=itemgetter(0), reverse=True)]


def with_those_above(key: int | None, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    """The thing with this key and what it is part of, nearest first; `parents` leads from each to the next."""
    trail: list[int] = []
    while key is not None and key not in trail:
        trail.append(key)
        key = parents.get(key)
    return tuple(trail)


def _rank(line: object, wanted: Facts) -> tuple[int, ...] | None:
    weights = []
    for name, fact in wanted.items():
        named = getattr(line, name)
        if named in (None, ""):
            weights.append(0)
        elif isinstance(fact, tuple):
            if named not in fact:
                return None
            weights.append(len(fact) - fact.index(named))
        elif named != fact:
            return None
        else:
            weights.append(1)
    return sum(weight > 0 for weight in weights), *weights
