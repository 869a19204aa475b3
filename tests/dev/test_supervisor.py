"""`make run` from outside: what it starts, repairs, refuses, and leaves behind."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.processes import wait_until
from tests.dev.supervised import Supervised, clear, nothing_left, supervised

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the account of PostgreSQL can pass (pytest's own cannot be entered by others)."""
    path = Path(tempfile.mkdtemp(prefix="desk-supervised-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def test_the_stack_from_start_to_stop(folder: Path) -> None:
    with supervised(folder) as run:
        assert run.ask("/health/ready") == (200, '{"status": "ok"}')
        assert stat.S_IMODE((run.variable / "stack.env").stat().st_mode) == 0o600
        assert _second_start(run) == (
            f"This checkout's help desk is already running (process {run.process.pid}).\n"
        )
        assert _role_of_a_command(run) == "desk_app"
        for part in ("postgres -D", "valkey-server", "helpdesk.wsgi"):
            os.kill(run.pid_of(part), signal.SIGKILL)
            assert wait_until(lambda: not run.is_ready(), seconds=5, pause=0.01) or part == "helpdesk.wsgi"
            assert wait_until(run.is_ready, seconds=30), part

        assert run.stop(signal.SIGTERM) == 0
        assert nothing_left(run)
        assert not (run.variable / "stack.env").exists()


@pytest.mark.proof
def test_ctrl_c_leaves_nothing(folder: Path) -> None:
    with supervised(folder) as run:
        code = run.stop(signal.SIGINT)

        assert code == 0
        assert nothing_left(run, seconds=1)


@pytest.mark.proof
def test_a_signal_during_the_start_leaves_nothing(folder: Path) -> None:
    run = Supervised(folder / "var")
    for pause in (0.3, 1.0, 2.0, 4.0, 7.0):
        run.begin()
        wait_until(lambda: False, seconds=pause)

        run.stop(signal.SIGTERM)

        assert nothing_left(run, seconds=1), pause
    clear(run)


@pytest.mark.proof
def test_a_killed_supervisor_leaves_no_orphan(folder: Path) -> None:
    with supervised(folder) as run:
        run.process.kill()
        run.process.wait()

        assert nothing_left(run, seconds=30)


@pytest.mark.proof
def test_data_survives_the_kill_of_everything(folder: Path) -> None:
    with supervised(folder) as run:
        _note_something(run)
        first_key = run.variables()["SECRET_KEY"]
        for pid in (run.process.pid, *run.alive()):
            _kill(pid)
        run.process.wait()
        assert nothing_left(run)

        run.start()

        assert _noted(run) == [("kept",)]
        assert run.variables()["SECRET_KEY"] == first_key


@pytest.mark.proof
def test_children_of_a_killed_web_server_do_not_keep_its_port(folder: Path) -> None:
    with supervised(folder) as run:
        master = run.pid_of("helpdesk.wsgi")
        children = [pid for pid in run.alive() if _parent(pid) == master]
        _kill(master)

        assert wait_until(lambda: not any(_is_alive(pid) for pid in children), seconds=10)
        assert wait_until(run.is_ready, seconds=30)
        assert children


@pytest.mark.proof
def test_the_worker_takes_work_again_after_the_broker_died_five_times(folder: Path) -> None:
    with supervised(folder) as run:
        log = run.variable / "log" / "worker.log"
        for _death in range(5):
            assert wait_until(lambda: _has(run, "valkey-server"), seconds=30)
            _kill(run.pid_of("valkey-server"))
            wait_until(lambda: False, seconds=4)

        done = log.read_text().count("task_succeeded")

        assert wait_until(lambda: log.read_text().count("task_succeeded") > done + 2, seconds=90)


@pytest.mark.proof
def test_make_passes_a_signal_on(folder: Path) -> None:
    command = ("make", "run", f"PYTHON={sys.executable}")
    with supervised(folder, command=command) as run:
        run.stop(signal.SIGTERM)

        assert nothing_left(run, seconds=5)


@pytest.mark.proof
def test_a_killed_make_stops_everything(folder: Path) -> None:
    command = ("make", "run", f"PYTHON={sys.executable}")
    with supervised(folder, command=command) as run:
        run.process.kill()
        run.process.wait()

        assert nothing_left(run, seconds=30)


@pytest.mark.proof
def test_reset_is_refused_while_the_stack_runs_and_drops_the_data_after(folder: Path) -> None:
    with supervised(folder) as run:
        refused = _reset(run)
        assert run.is_ready()
        run.stop()

        done = _reset(run)

        assert "already running" in refused.stderr
        assert refused.returncode == 1
        assert done.returncode == 0
        assert [path.name for path in run.variable.iterdir()] == ["lock"]


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"BIND": "0.0.0.0"}, "The demo has well-known passwords and is not shown on 0.0.0.0"),
        ({"PORT": "many"}, "PORT must be a number from 1 to 65535, not 'many'."),
    ],
)
def test_a_wish_that_cannot_be_is_refused(folder: Path, variables: dict[str, str], reason: str) -> None:
    environment = {**os.environ, "DESK_VAR": str(folder / "var"), **variables}

    told = _run(environment, "-m", "helpdesk.dev.supervisor")

    assert told.returncode == 1
    assert told.stderr.startswith(reason)


def _second_start(run: Supervised) -> str:
    environment = {**os.environ, "DESK_VAR": str(run.variable), "PORT": str(run.port), "DEMO": "0"}
    return _run(environment, "-m", "helpdesk.dev.supervisor").stderr


def _reset(run: Supervised) -> subprocess.CompletedProcess[str]:
    return _run({**os.environ, "DESK_VAR": str(run.variable)}, "-m", "helpdesk.dev.reset")


def _role_of_a_command(run: Supervised) -> str:
    """Who a command is that was started with no variable set."""
    environment = {"PATH": os.environ["PATH"], "DESK_VAR": str(run.variable)}
    question = "from django.db import connection as c; k = c.cursor(); k.execute('select user'); print(k.fetchone()[0])"
    return _run(environment, "manage.py", "shell", "--no-imports", "-c", question).stdout.strip()


def _run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _note_something(run: Supervised) -> None:
    with psycopg.connect(run.variables()["OWNER_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE note AS SELECT 'kept' AS word")


def _noted(run: Supervised) -> list[tuple[str]]:
    with psycopg.connect(run.variables()["OWNER_DATABASE_URL"]) as connection:
        return connection.execute("SELECT word FROM note").fetchall()


def _has(run: Supervised, words: str) -> bool:
    try:
        return bool(run.pid_of(words))
    except ValueError:
        return False


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
