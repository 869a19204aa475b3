"""One watched program of the stack: started, noticed when it dies, started again, stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from helpdesk.dev.binaries import Missing
from helpdesk.dev.processes import stop
from helpdesk.dev.terminal import say

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
Process = subprocess.Popen[bytes]


def ask_to_end(process: Process) -> None:
    """SIGTERM, and twenty seconds to finish what it does."""
    stop(process, signal.SIGTERM, seconds=20)


@dataclass
class Unit:
    """A program and how it is started and ended; a program that keeps dying is started ever more rarely."""

    name: str
    start: Callable[[], Process]
    end: Callable[[Process], None] = ask_to_end
    process: Process | None = None
    failures: int = 0
    changed_at: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Starts the program; raises Missing when it does not come up."""
        self.changed_at = time.monotonic()
        self.process = self.start()

    def keep_alive(self) -> None:
        """Called a few times a second: starts the program again after it died and its pause is over."""
        now = time.monotonic()
        if self.process and self.process.poll() is None:
            if now - self.changed_at > STEADY_SECONDS:
                self.failures = 0
        elif self.process:
            self._mourn(self.process)
        elif now - self.changed_at >= self._pause():
            self._try_again()

    def finish(self) -> None:
        """Ends the program and whatever it left behind."""
        if self.process:
            self.end(self.process)
            sweep(self.process)
            self.process = None

    def _mourn(self, process: Process) -> None:
        sweep(process)
        self.process = None
        self.failures += 1
        self.changed_at = time.monotonic()
        say(f"{self.name} ended ({_reason(process.returncode)}); starting it again in {self._pause():g} s")

    def _try_again(self) -> None:
        try:
            self.begin()
        except Missing as problem:
            self.failures += 1
            self.changed_at = time.monotonic()
            say(f"{problem}; next try in {self._pause():g} s")

    def _pause(self) -> float:
        return min(FIRST_PAUSE_SECONDS * 2 ** max(self.failures - 1, 0), LONGEST_PAUSE_SECONDS)


def sweep(process: Process) -> None:
    """Kills the children that a dead program left behind (each program leads a group of its own)."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _reason(returncode: int) -> str:
    return f"signal {-returncode}" if returncode < 0 else f"exit code {returncode}"
