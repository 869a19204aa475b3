"""Notices a worker that lives but takes no work, as has happened after the broker went away and came back."""

import time

import redis

QUEUE = "celery"
STUCK_SECONDS = 45.0
ASK_EVERY_SECONDS = 5.0


class Watchdog:
    """Watches the task that is next in the queue: while anybody works, it does not stay the same for long."""

    def __init__(self, redis_url: str) -> None:
        self.client = redis.Redis.from_url(redis_url, socket_timeout=2)
        self.next_task: bytes | None = None
        self.since = self.asked_at = time.monotonic()

    def is_stuck(self) -> bool:
        """Whether the queue has stood still for too long; asks the broker every few seconds only."""
        now = time.monotonic()
        if now - self.asked_at < ASK_EVERY_SECONDS:
            return False
        self.asked_at = now
        task = self._next_task()
        if task is None or task != self.next_task:
            self.next_task, self.since = task, now
        return now - self.since > STUCK_SECONDS and task is not None

    def forget(self) -> None:
        """Starts the count anew (after the worker was started again)."""
        self.next_task, self.since = None, time.monotonic()

    def _next_task(self) -> bytes | None:
        try:
            found = self.client.lindex(QUEUE, -1)
        except redis.RedisError:
            return None
        return found if isinstance(found, bytes) else None
