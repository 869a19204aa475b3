"""Pytest plugin: starts a throwaway PostgreSQL and Valkey before Django reads its settings.

With DATABASE_URL set, that database is used instead. Parallel workers share the servers of their controller; each has
a test database and a Valkey database of its own.
"""

import gc
import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from helpdesk.dev.catalogues import compile_catalogues
from helpdesk.dev.throwaway import Throwaway, throwaway_stack

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
    "SECRET_KEY": "a key for tests only, known to everybody",
    "BASE_DOMAIN": "localhost",
    "RATE_LIMIT_SCALE": "1000",
}
OURS = (
    "DEBUG",
    "DEMO",
    "EMAIL_URL",
    "PUBLIC_ORIGIN",
    "PORT",
    "MAIL_CATCHER_DIR",
    "METRICS_TOKEN",
    "LIVE_URL",
)
THROWAWAY = "DESK_TESTS_THROWAWAY"  # says that the servers, and all that is on them, go with this run
LONG = ("tests/journeys/", "tests/faults/", "tests/dev/", "tests/outbox/test_worker", "tests/test_strangers")
running: Throwaway | None = None  # tests that stop and start the servers find them here
_at_end = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Runs before pytest-django loads the settings, in the controller and in each parallel worker."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        _take_own_valkey_database(int(worker.removeprefix("gw")) + 1)
    elif os.environ.get("DATABASE_URL"):
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)
    else:
        _start()
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps the tests of an `xdist_group` in one process, as `--dist loadgroup` says, and orders what is handed out.

    `loadgroup` reads the group from the end of a test's id; xdist 3.8 writes it where pytest 9.2 does not look any more.
    """
    if not config.getoption("loadgroup", default=False):
        return
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        if mark and not item.nodeid.endswith(f"@{mark.args[0]}"):
            item._id = item.id.parse(f"{item.nodeid}@{mark.args[0]}")
    # What takes long begins first: else one process may still be busy with it when all others are done.
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish() -> None:
    """Lets the garbage collector leave out what thousands of collected tests hold: it took a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stops the servers; if pytest dies before, the kernel does."""
    _at_end.close()


def _start() -> None:
    global running
    running = _at_end.enter_context(throwaway_stack())
    for name in OURS:  # the shell of a developer may carry those of another stack
        os.environ.pop(name, None)
    os.environ.update(SETTINGS)
    os.environ.update(running.variables())
    os.environ[THROWAWAY] = "1"
    compile_catalogues()


def _take_own_valkey_database(number: int) -> None:
    address = os.environ["REDIS_URL"].split("?")[0]
    os.environ["REDIS_URL"] = f"{address}?db={number}"
