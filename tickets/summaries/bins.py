"""Lengths of time in steps of five percent, so that those of many days add up and a percentile can still be read."""

from __future__ import annotations

import math
from collections.abc import Mapping

STEP = math.log(1.05)


def bin_of(seconds: float) -> int:
    """The step that a length falls into; every length in it is at most 2.5 % and two seconds from its middle."""
    return round(math.log1p(seconds / 60) / STEP)


def seconds_of(number: int) -> float:
    """The middle of a step, in seconds."""
    return 60 * math.expm1(number * STEP)


def percentile(counts: Mapping[int, int], percent: int) -> float | None:
    """Seconds below which `percent` of what was counted by step lie; the nearest rank, None without any."""
    total = sum(counts.values())
    rank, seen = max(math.ceil(total * percent / 100), 1), 0
    for number, count in sorted(counts.items()):
        seen += count
        if seen >= rank:
            return seconds_of(number)
    return None
