"""A short memory of a server that is away, so that not everybody waits for it anew."""

import time


class Pause:
    """Doubles from `first_seconds` to `longest_seconds` with every failure; one success ends it. Kept per process."""

    def __init__(self, first_seconds: float, longest_seconds: float) -> None:
        self._first, self._longest = first_seconds, longest_seconds
        self._seconds = self._until = 0.0

    @property
    def is_on(self) -> bool:
        """Whether the server was away a moment ago."""
        return time.monotonic() < self._until

    def begin(self) -> None:
        """Notes that the server is away."""
        self._seconds = min(2 * self._seconds, self._longest) if self._seconds else self._first
        self._until = time.monotonic() + self._seconds

    def end(self) -> None:
        """Notes that the server answers."""
        self._seconds = self._until = 0.0
