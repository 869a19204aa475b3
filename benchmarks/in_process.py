"""The same browser without a server: requests go to a Django of this process, which is how they can be counted."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.client import Browser
from benchmarks.meter import Counted
from benchmarks.units import PASSWORD, Unit


class InProcess(Browser):
    """One person on one host; `statements` has those of each request while `is_counting`."""

    def __init__(self, host: str) -> None:
        super().__init__(host, 80)
        self.client = Client(headers={"host": host})
        self.is_counting, self.statements = False, list[int]()

    def _ask(
        self, method: str, path: str, body: bytes | None = None, extra: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        kind = (extra or {}).get("Content-Type", "application/octet-stream")
        counting = CaptureQueriesContext(connection)
        with counting if self.is_counting else nullcontext():
            answer = self.client.generic(method, path, body or b"", kind)
        if self.is_counting:
            self.statements.append(len(counting.captured_queries))
        return answer.status_code, answer.headers.get("Location", ""), answer.content.decode()


class People:
    """Who does the units in this process, each signed in once, and what they do."""

    def __init__(self, host: str, units: Callable[[Callable[[str], Browser]], Sequence[Unit]]) -> None:
        """`units` makes them out of what opens a person's browser; those with a file are left out."""
        self._host, self._known = host, dict[str, InProcess]()
        self.units = {unit.name: unit for unit in units(self.browser) if not unit.has_file}

    def browser(self, email: str) -> InProcess:
        """The browser of that person, a guest's without an address."""
        if email not in self._known:
            self._known[email] = InProcess(self._host)
            if email:
                self._known[email].sign_in(email, PASSWORD)
        return self._known[email]

    def do(self, name: str) -> None:
        """Does the unit once."""
        unit = self.units[name]
        unit.do(self.browser(unit.email))

    def counted(self, name: str) -> Counted:
        """What the unit asks of the database, once the process remembers what it does: the statements of each of its
        requests, `BEGIN`, the tenant's setting and `COMMIT` among them, and the pages that they touch."""
        self.do(name)
        browser, before = self.browser(self.units[name].email), _pages_touched()
        browser.is_counting, browser.statements = True, []
        try:
            self.do(name)
        finally:
            browser.is_counting = False
        return Counted(" + ".join(map(str, browser.statements)), _pages_touched() - before)


def _pages_touched() -> int:
    """The pages of the database that this connection touched so far, whether they lay in memory or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT sum(hits + reads) FROM pg_stat_get_backend_io(pg_backend_pid())")
        return int(cursor.fetchone()[0])
