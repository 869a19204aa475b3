"""A real supervisor in a process of its own, looked at from outside as a person would."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpdesk.dev.choices import free_port
from helpdesk.dev.environment import CHECKOUT, read_variables
from helpdesk.dev.processes import wait_until

OF_OTHER_STACKS = (
    "DATABASE_URL",
    "OWNER_DATABASE_URL",
    "REDIS_URL",
    "STORAGE_URL",
    "STATIC_ROOT",
    "SECRET_KEY",
)
START_SECONDS = 240


@dataclass
class Supervised:
    """One start of `make run`'s supervisor with a `var` folder and a port of its own."""

    variable: Path
    port: int = field(default_factory=free_port)
    command: tuple[str, ...] = (sys.executable, "-m", "helpdesk.dev.supervisor")
    options: dict[str, Any] = field(default_factory=dict)
    checkout: Path = CHECKOUT
    demo: str = "0"
    process: subprocess.Popen[str] = field(init=False)

    def start(self) -> None:
        """Starts it and returns once `/health/ready` answers 200."""
        self.begin()
        assert wait_until(lambda: self.is_ready() or self.process.poll() is not None, seconds=START_SECONDS)
        assert self.process.poll() is None, self.told()
        wait_until((self.variable / "stack.env").exists, seconds=10)

    def begin(self) -> None:
        """Starts it and returns at once."""
        environment = {name: value for name, value in os.environ.items() if name not in OF_OTHER_STACKS}
        output = (self.variable.parent / "told").open("a")
        self.process = subprocess.Popen(
            self.command,
            cwd=self.checkout,
            env={**environment, "DESK_VAR": str(self.variable), "PORT": str(self.port), "DEMO": self.demo},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **self.options,
        )
        output.close()

    def told(self) -> str:
        """Everything it printed."""
        return (self.variable.parent / "told").read_text()

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body of a page of the bare domain; status 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def is_ready(self) -> bool:
        return self.ask("/health/ready")[0] == 200

    def variables(self) -> dict[str, str]:
        """What it wrote for the commands of a person."""
        return read_variables(self.variable / "stack.env")

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal and returns the exit code."""
        self.process.send_signal(sign)
        return self.process.wait(60)

    def pid_of(self, words: str) -> int:
        """The oldest process of this stack whose command line holds `words`."""
        return min(pid for pid in self.alive() if words in _command_line(pid))

    def alive(self) -> list[int]:
        """Every process of this stack but the supervisor itself."""
        mark = os.fsencode(self.variable)
        pids = {int(path.name) for path in Path("/proc").glob("[0-9]*")} - {os.getpid(), self.process.pid}
        return [pid for pid in pids if _carries(pid, mark)]


@contextlib.contextmanager
def supervised(folder: Path, **options: Any) -> Iterator[Supervised]:
    """A running stack; whatever a failed test left of it is killed at the end."""
    run = Supervised(folder / "var", **options)
    run.start()
    try:
        yield run
    finally:
        clear(run)


def clear(run: Supervised) -> None:
    """Stops what still runs."""
    if run.process.poll() is None:
        run.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.process.wait(60)
    run.process.kill()
    for pid in run.alive():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def nothing_left(run: Supervised, *, seconds: float = 15) -> bool:
    """Whether every process of the stack is gone within `seconds`, and the port is free."""
    gone = wait_until(lambda: not run.alive(), seconds=seconds, pause=0.2)
    return gone and run.ask("/health/live")[0] == 0


def _carries(pid: int, mark: bytes) -> bool:
    folder = Path("/proc") / str(pid)
    try:
        told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        return mark in told or os.fsencode((folder / "cwd").readlink()).startswith(mark)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def _command_line(pid: int) -> str:
    try:
        return (
            (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        )
    except OSError:
        return ""
