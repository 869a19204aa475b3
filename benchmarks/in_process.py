"""The same browser without a server: requests go to a Django of this process, which is how they can be counted."""

from collections.abc import Mapping

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.client import Browser
from benchmarks.units import PASSWORD, Product, Unit


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
        if self.is_counting:
            with counting:
                answer = self.client.generic(method, path, body or b"", kind)
            self.statements.append(len(counting.captured_queries))
        else:
            answer = self.client.generic(method, path, body or b"", kind)
        return answer.status_code, answer.headers.get("Location", ""), answer.content.decode()


class People:
    """Who does the units in this process, each signed in once, and what they do."""

    def __init__(self, host: str) -> None:
        self._host, self._known = host, dict[str, InProcess]()
        units = Product(self.browser).units()
        self.units = {unit.name: unit for unit in units if not unit.has_file}

    def browser(self, email: str) -> InProcess:
        """The browser of that person, a guest's without an address."""
        if email not in self._known:
            self._known[email] = InProcess(self._host)
            if email:
                self._known[email].sign_in(email, PASSWORD)
        return self._known[email]

    def do(self, unit: Unit) -> None:
        """Does the unit once."""
        unit.do(self.browser(unit.email))

    def count(self, unit: Unit) -> str:
        """Does the unit once and tells the statements of each of its requests: `8 + 11`.

        `BEGIN`, the tenant's setting and `COMMIT` count among them.
        """
        browser = self.browser(unit.email)
        browser.is_counting, browser.statements = True, []
        try:
            unit.do(browser)
        finally:
            browser.is_counting = False
        return " + ".join(map(str, browser.statements))


def pages_touched() -> int:
    """The pages of the database that this connection touched so far, whether they lay in memory or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT sum(hits + reads) FROM pg_stat_get_backend_io(pg_backend_pid())")
        return int(cursor.fetchone()[0])
