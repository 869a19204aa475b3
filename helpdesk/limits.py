"""Counting how often something happened lately, in the shared cache."""

from django.core.cache import cache


def count(key: str, *, seconds: int) -> int:
    """Count one under `key`; how many there are since its first, `seconds` ago at most. While the cache is away: 1."""
    if cache.add(key, 1, timeout=seconds):
        return 1
    return int(cache.incr(key))
