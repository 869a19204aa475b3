"""Programs of an earlier start of this stack that outlived it: killed together, some did not hear of it."""

import os
import signal
from pathlib import Path

from helpdesk.dev.processes import wait_until

MARK = "DESK_STACK"
PROC = Path("/proc")


def end_leftovers(mark: str) -> int:
    """Ends every process that carries `MARK=mark` in its environment and returns how many there were.

    Call it only while holding the lock of the stack: then no such process belongs to a living supervisor. Linux only;
    elsewhere it finds nothing.
    """
    found = _carriers(mark)
    for sign, seconds in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
        for pid in _carriers(mark):
            _send(pid, sign)
        if wait_until(lambda: not _carriers(mark), seconds=seconds, pause=0.2):
            break
    return len(found)


def _carriers(mark: str) -> list[int]:
    wanted = f"{MARK}={mark}".encode()
    folders = (path for path in PROC.glob("[0-9]*") if int(path.name) != os.getpid())
    return [int(path.name) for path in folders if wanted in _environment(path)]


def _environment(folder: Path) -> list[bytes]:
    try:
        return (folder / "environ").read_bytes().split(b"\0")
    except OSError:  # gone, or another person's
        return []


def _send(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return
