"""The real product as `make run` starts it, in processes of its own, for the tests that look at it from outside."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from helpdesk.dev.boot import VENV
from helpdesk.dev.processes import LIBC, PR_SET_PDEATHSIG, wait_until
from helpdesk.dev.throwaway import quick_folder
from tests.dev.supervised import Supervised, clear, nothing_left
from tests.http_browser import HttpBrowser

PASSWORD = "demo-password"
KEPT = (
    VENV / "collected"
)  # style sheets and scripts of the last run: packing them takes four seconds of computing
# The words in the command line of each part.
PARTS = {
    "web": "granian",
    "worker": "helpdesk worker",
    "beat": "helpdesk beat",
    "Valkey": "valkey-server",
    "PostgreSQL": "postgres -D",
    "mail catcher": "helpdesk.dev.catcher",
}


class Live:
    """A running help desk with the demo inside, and everything a test may ask it for."""

    def __init__(self, run: Supervised) -> None:
        self.run = run

    @property
    def port(self) -> int:
        """Where the web server listens on the loopback."""
        return self.run.port

    def url(self, slug: str, path: str = "/") -> str:
        """An address as a person types it; an empty slug means the platform."""
        return f"http://{_host(slug)}:{self.port}{path}"

    def browser(self, slug: str, **options: Any) -> HttpBrowser:
        """A new browser without script on the tenant's host (empty slug: the platform)."""
        return HttpBrowser(_host(slug), self.port, **options)

    def signed_in(self, email: str, **options: Any) -> HttpBrowser:
        """A browser of one of the demo's people, signed in on the host of their tenant."""
        slug = email.rpartition("@")[2].removesuffix(".example")
        browser = self.browser("" if slug == "platform" else slug, **options)
        answer = browser.sign_in(email, PASSWORD)
        assert answer.status_code == 200, answer.page.text[:500]
        assert answer.path != "/accounts/login/", answer.page.text[:500]
        return browser

    def mails(self, to: str = "") -> list[dict[str, Any]]:
        """The caught mails, newest first; those to one address when it is given."""
        mails: list[dict[str, Any]] = json.loads(self.browser("").get("/mail/messages.json").content)
        return [mail for mail in mails if not to or to in mail["to"]]

    def mail(self, to: str, *, nth: int = 1, seconds: float = 30) -> dict[str, Any]:
        """The `nth` mail that an address got; waits for it."""
        assert wait_until(lambda: len(self.mails(to)) >= nth, seconds=seconds, pause=0.3), (
            f"No mail {nth} to {to}"
        )
        return self.mails(to)[-nth]

    @contextlib.contextmanager
    def database(self, *, tenant: str = "", owner: bool = False) -> Iterator[psycopg.Connection]:
        """A connection as the application role, inside `tenant` when it is named; or as the owner, whom no wall stops."""
        name = "OWNER_DATABASE_URL" if owner else "DATABASE_URL"
        with psycopg.connect(self.run.variables()[name]) as connection:
            if tenant:
                found = connection.execute(
                    "SELECT id FROM accounts_tenant WHERE slug = %s", [tenant]
                ).fetchone()
                assert found, tenant
                connection.execute("SELECT set_config('app.tenant', %s, false)", [str(found[0])])
            yield connection

    def rows(self, question: str, values: Sequence[Any] = (), **where: Any) -> list[tuple[Any, ...]]:
        """The answer to one question; see `database` for `tenant` and `owner`."""
        with self.database(**where) as connection:
            return connection.execute(question, list(values)).fetchall()

    def pid(self, part: str) -> int:
        """The process of one of PARTS."""
        return self.run.pid_of(PARTS[part])

    def kill(self, part: str) -> None:
        """`kill -9`, also when it is only just starting again; the supervisor starts it anew."""
        self.wait(lambda: self._is_alive(part), seconds=60)
        os.kill(self.pid(part), signal.SIGKILL)

    def kill_and_empty_valkey(self) -> None:
        """`kill -9` of the broker, and it comes back with nothing of what it held."""
        self.wait(lambda: self._is_alive("Valkey"), seconds=60)
        os.kill(self.run.process.pid, signal.SIGSTOP)  # so that it does not come back before its data is gone
        try:
            self.kill("Valkey")
            wait_until(lambda: not self._is_alive("Valkey"), seconds=10, pause=0.05)
            for path in (self.run.variable / "valkey").iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        finally:
            os.kill(self.run.process.pid, signal.SIGCONT)

    def kill_everything(self) -> None:
        """`kill -9` of every process of the stack, the supervisor first."""
        self.run.process.kill()
        self.run.process.wait()
        for pid in self.run.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert nothing_left(self.run)

    def wait(self, holds: Callable[[], bool], *, seconds: float) -> None:
        """Waits until `holds()`; fails after `seconds`."""
        assert wait_until(holds, seconds=seconds, pause=0.5), "It did not come true in time"

    def _is_alive(self, part: str) -> bool:
        try:
            return self.pid(part) > 0
        except ValueError:
            return False


@contextlib.contextmanager
def running_desk(parent: Path = Path("/tmp")) -> Iterator[Live]:
    """A help desk of its own with the demo in it; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="desk-live-", dir=parent))  # the account of PostgreSQL must get in
    folder.chmod(0o755)
    run = Supervised(folder / "var", demo="1", options={"preexec_fn": _end_with_the_tests})
    _copy_static(KEPT, run.variable)
    try:
        run.start()
        _copy_static(run.variable, KEPT)
        yield Live(run)
    finally:
        clear(run)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """The one running help desk of this test process. Tests share it, so each makes what it looks at."""
    with contextlib.ExitStack() as needed:
        _needed["live"] = needed
        yield needed.enter_context(running_desk(quick_folder() or Path("/tmp")))


@pytest.fixture(scope="session")
def fragile() -> Iterator[Live]:
    """A second help desk, on the disk, whose parts the tests of faults kill; each leaves it whole."""
    with contextlib.ExitStack() as needed:
        _needed["fragile"] = needed
        yield needed.enter_context(running_desk())


_needed: dict[str, contextlib.ExitStack] = {}  # the help desks that run here, by fixture
_to_come: dict[str, set[str]] = {}  # the tests that need each; one process runs all of them


def pytest_collection_finish(session: pytest.Session) -> None:
    """Notes which tests need a running help desk."""
    for name in ("live", "fragile"):
        _to_come[name] = {item.nodeid for item in session.items if name in getattr(item, "fixturenames", ())}


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Stops a help desk behind the last test that needs it: waiting, its eight processes would slow down all others."""
    for name, tests in _to_come.items():
        tests.discard(item.nodeid)
        if not tests and name in _needed:
            _needed.pop(name).close()


def _copy_static(source: Path, target: Path) -> None:
    """Copies what `collectstatic` packed, with the stamp by which the product knows whether it is still right."""
    stamp = Path("static.stamp")
    with (VENV / "collected.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # other processes of this run start a help desk too
        if not (source / stamp).exists() or _same(source / stamp, target / stamp):
            return
        shutil.rmtree(target / "static", ignore_errors=True)
        shutil.copytree(source / "static", target / "static")
        shutil.copy(source / stamp, target / stamp)


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_text() == other.read_text()


def _end_with_the_tests() -> None:
    """In the new process: asks the kernel to stop it when the tests are killed before they could."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _host(slug: str) -> str:
    return f"{slug}.localhost" if slug else "localhost"
