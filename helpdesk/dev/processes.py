"""Starting and stopping programs so that none of them outlives its parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from helpdesk.dev.account import Account

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def spawn(
    arguments: Sequence[str | Path],
    *,
    variables: Mapping[str, str],
    account: Account | None = None,
    log: Path | None = None,
    folder: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Starts a program in a session of its own (a terminal's Ctrl-C passes it by).

    On Linux the kernel sends it `death_signal` when the calling thread ends, however that ends: call this from the
    main thread. Output is appended to `log`, or dropped.
    """
    output = open(log, "ab") if log else None  # noqa: SIM115  (closed below, once the child has its own copy)
    try:
        return subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output or subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            env=dict(variables),
            cwd=folder,
            start_new_session=True,
            preexec_fn=_die_with_parent(death_signal),
            **(account.spawn_options() if account else {}),
        )
    finally:
        if output:
            output.close()


def stop(process: subprocess.Popen[bytes], sign: signal.Signals, *, seconds: float) -> None:
    """Asks `process` to end and waits `seconds`; then kills it. Does nothing when it has ended."""
    if process.poll() is None:
        process.send_signal(sign)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(is_true: Callable[[], bool], *, seconds: float, pause: float = 0.05) -> bool:
    """Asks `is_true` again and again; whether it said yes within `seconds`."""
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def _die_with_parent(sign: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    parent = os.getpid()

    def ask_kernel() -> None:  # runs in the child, after it changed its account (which would forget the wish)
        LIBC.prctl(PR_SET_PDEATHSIG, sign, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel
