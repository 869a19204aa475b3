"""Counting how often something happened lately, in the shared cache."""

from collections.abc import Mapping

from django.core.cache import cache


def count(key: str, *, seconds: int) -> int:
    """Count one under `key`; how many there are since its first, `seconds` ago at most. While the cache is away: 1."""
    return count_each({key: seconds})[0]


def count_each(seconds: Mapping[str, int]) -> list[int]:
    """As `count` for each key with its seconds, in one round trip."""
    return cache.count_up(seconds)  # type: ignore[attr-defined]
