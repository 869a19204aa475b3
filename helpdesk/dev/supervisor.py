"""`make run`: starts the whole help desk, watches every part, and stops it in order."""

import ctypes
import fcntl
import http.client
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from helpdesk.dev.account import postgres_account
from helpdesk.dev.binaries import Missing
from helpdesk.dev.choices import Refusal, read_choices, refuse_taken_port
from helpdesk.dev.environment import stack_file, variable_folder, write_variables
from helpdesk.dev.leftovers import end_leftovers
from helpdesk.dev.places import Unsafe, choose_places
from helpdesk.dev.processes import PR_SET_PDEATHSIG
from helpdesk.dev.stack import Stack, assemble
from helpdesk.dev.table import WEB
from helpdesk.dev.terminal import say, tail, write
from helpdesk.dev.units import Unit
from helpdesk.dev.watchdog import Watchdog
from helpdesk.dev.welcome import welcome

READY_SECONDS = 120.0
TICK_SECONDS = 0.3
LOG_LIMIT = 20_000_000


class Stopped(BaseException):
    """Somebody asked the stack to stop."""


def main() -> None:
    """Runs until a signal asks it to stop; exit code 1 when the stack could not be started."""
    listen_to_signals()
    begun = time.monotonic()
    try:
        with only_one():
            run(begun)
    except Stopped:
        pass
    except (Refusal, Missing, Unsafe) as problem:
        sys.exit(str(problem))


def run(begun: float) -> None:
    """Starts everything, tells the addresses, and keeps everything alive until `Stopped`."""
    choices = read_choices(os.environ)
    places = choose_places(postgres_account())
    end_leftovers(str(places.variable))
    refuse_taken_port(choices)
    stack = assemble(choices, places)
    _shorten_logs(places.logs)
    units: list[Unit] = []
    try:
        start(stack, units)
        write_variables(stack_file(), _without_metrics(stack.variables))
        write(welcome(stack, seconds=time.monotonic() - begun))
        watch(units, Watchdog(stack.variables["REDIS_URL"]))
    finally:
        _ignore_signals()
        stack_file().unlink(missing_ok=True)
        stop(units)
        stack.sweep()


def start(stack: Stack, units: list[Unit]) -> None:
    """Starts the servers, prepares the product, starts its programs; each goes into `units` as soon as it is begun."""
    stack.prepare_data()
    for unit in stack.servers():
        say(f"Starting {unit.name}")
        units.append(unit)
        unit.begin()
    stack.prepare_product()
    stack.empty_metrics()
    say("Starting web, worker and beat")
    web, *others = stack.programs()
    units.append(web)
    web.begin()
    _wait_until_ready(stack, web)  # before the others: on a small machine they would only delay each other
    for unit in others:
        units.append(unit)
        unit.begin()


def watch(units: list[Unit], watchdog: Watchdog) -> None:
    """Keeps every part alive; ends only by `Stopped`."""
    while True:
        for unit in units:
            unit.keep_alive()
            if unit.name == "worker" and watchdog.is_stuck():
                say("worker takes no work; starting it again")
                unit.finish()
                watchdog.forget()
        time.sleep(TICK_SECONDS)


def stop(units: list[Unit]) -> None:
    """Ends what was started last first, so that nothing loses its database while it still works."""
    if units:
        say("Stopping")
    for unit in reversed(units):
        unit.finish()


@contextmanager
def only_one() -> Iterator[None]:
    """Holds the lock of this stack; raises Refusal when another supervisor of this checkout runs."""
    variable_folder().mkdir(parents=True, exist_ok=True)
    with open(variable_folder() / "lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refusal(
                f"This checkout's help desk is already running (process {lock.read().strip()})."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def listen_to_signals() -> None:
    """Turns the first request to stop into `Stopped`, also when make itself is killed."""

    def stop_once(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
            signal.signal(number, stop_once)
    if os.environ.get("MAKELEVEL") and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _wait_until_ready(stack: Stack, web: Unit) -> None:
    end = time.monotonic() + READY_SECONDS
    while not _is_ready(stack.choices.peer, stack.choices.port):
        if time.monotonic() > end or (web.process and web.process.poll() is not None):
            log = stack.log(web.name)
            raise Refusal(f"The web server did not become ready; the end of {log}:\n{tail(log)}")
        time.sleep(0.1)


def _is_ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", WEB.health)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _without_metrics(variables: dict[str, str]) -> dict[str, str]:
    """A command of a person is no web process: its figures are not counted."""
    return {name: value for name, value in variables.items() if name != "PROMETHEUS_MULTIPROC_DIR"}


def _shorten_logs(folder: Path) -> None:
    """Keeps one older log beside the current one once that has grown large."""
    for path in folder.glob("*.log"):
        if path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))


if __name__ == "__main__":
    main()
