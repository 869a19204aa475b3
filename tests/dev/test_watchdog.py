"""The watchdog over a worker that lives but takes no work."""

import os
from collections.abc import Iterator

import pytest
import redis

from helpdesk.dev import watchdog
from helpdesk.dev.watchdog import Watchdog


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    """The broker with an empty queue."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.delete(watchdog.QUEUE)
        yield client
        client.delete(watchdog.QUEUE)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that a test sets: what happens must not take as long as it would."""
    now = [1000.0]
    monkeypatch.setattr("helpdesk.dev.watchdog.time.monotonic", lambda: now[0])
    return now


def test_a_queue_that_stands_still_is_noticed(queue: redis.Redis, clock: list[float]) -> None:
    queue.lpush(watchdog.QUEUE, "first")
    watch = Watchdog(os.environ["REDIS_URL"])

    told = []
    for clock[0] in range(1005, 1070, 5):
        queue.lpush(watchdog.QUEUE, f"later {clock[0]}")
        told.append(watch.is_stuck())

    assert told == [False] * 10 + [True] * 3


def test_a_queue_that_moves_is_left_alone(queue: redis.Redis, clock: list[float]) -> None:
    watch = Watchdog(os.environ["REDIS_URL"])

    told = []
    for clock[0] in range(1005, 1100, 5):
        queue.lpush(watchdog.QUEUE, f"a {clock[0]}", f"b {clock[0]}")
        queue.rpop(watchdog.QUEUE)
        told.append(watch.is_stuck())

    assert not any(told)


def test_an_empty_queue_and_a_missing_broker_are_no_reason(queue: redis.Redis, clock: list[float]) -> None:
    watches = [Watchdog(os.environ["REDIS_URL"]), Watchdog("unix:///nowhere/valkey.sock")]

    for clock[0] in range(1005, 1100, 5):
        assert [watch.is_stuck() for watch in watches] == [False, False]


def test_a_new_worker_gets_its_time(queue: redis.Redis, clock: list[float]) -> None:
    queue.lpush(watchdog.QUEUE, "first")
    watch = Watchdog(os.environ["REDIS_URL"])
    for clock[0] in range(1005, 1070, 5):
        watch.is_stuck()

    watch.forget()

    clock[0] += 40
    assert watch.is_stuck() is False
