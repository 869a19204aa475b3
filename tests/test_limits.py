"""Counting in the shared cache, also while it forgets everything."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from helpdesk.limits import count, count_each


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_each_call_counts_one_for_a_while() -> None:
    counts = [count("a", seconds=60) for _call in range(3)]

    assert (counts, count("b", seconds=60)) == ([1, 2, 3], 1)
    assert 0 < cache._cache.get_client().ttl(cache.make_key("a")) <= 60  # type: ignore[attr-defined]


def test_a_count_that_vanished_begins_anew_and_ends() -> None:
    assert cache.incr("gone") == 1
    assert cache.incr("gone", 2) == 3
    assert cache._cache.get_client().ttl(cache.make_key("gone")) > 0  # type: ignore[attr-defined]


def test_several_keys_are_counted_at_once() -> None:
    count("a", seconds=60)

    assert count_each({"a": 60, "b": 30}) == [2, 1]
    assert 30 < cache._cache.get_client().ttl(cache.make_key("a")) <= 60  # type: ignore[attr-defined]
    assert 0 < cache._cache.get_client().ttl(cache.make_key("b")) <= 30  # type: ignore[attr-defined]
