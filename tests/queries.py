"""How many statements a page costs; the scope's own (transaction, setting, savepoints) are not counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

OWN_OF_THE_SCOPE = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK", "SET LOCAL", "BEGIN", "COMMIT")


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collects the statements that read or write data inside the block."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found.extend(
        query["sql"] for query in captured.captured_queries if not query["sql"].startswith(OWN_OF_THE_SCOPE)
    )


def count_queries(act: Callable[[], object]) -> int:
    """How many statements `act` costs when it runs a second time, with every cache of the process warm."""
    act()
    with counted_queries() as found:
        act()
    return len(found)


def assert_same_queries(before: int, after: int) -> None:
    """The page costs no more with three items than with one."""
    assert after == before, f"{before} statements with one item, {after} with three"
