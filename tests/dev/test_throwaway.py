"""The stack every test stands on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import redis

from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.processes import wait_until
from helpdesk.dev.throwaway import throwaway_stack

KEEP = (
    "from helpdesk.dev.throwaway import throwaway_stack as t; import time\n"
    "with t() as s: print(s.folder, s.postgres_process.pid, s.valkey_process.pid, flush=True); time.sleep(60)"
)


def test_the_suite_runs_on_a_stack_of_its_own() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT current_user, upper('straße')").fetchone()

    assert row == ("desk_app", "STRASSE")
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        assert client.ping() is True


def test_a_killed_run_leaves_no_server_and_the_next_removes_its_folder() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KEEP], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout
        folder, *pids = run.stdout.readline().split()
        run.send_signal(signal.SIGKILL)

    assert wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), seconds=20)
    with (
        throwaway_stack(durable=True) as stack,
        psycopg.connect(stack.variables()["DATABASE_URL"]) as connection,
    ):
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert not Path(folder).exists()
    assert not stack.folder.exists()
