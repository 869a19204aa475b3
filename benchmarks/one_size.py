"""One of the processes of `benchmarks.side_by_side`: does units of one tenant when told so, or the bare views.

Reads lines of JSON: `["name", times]` is answered by as many `[web, postgres, ms]`, CPU milliseconds of this process and of
its PostgreSQL process and how long it took; `["name", 0]` by the unit's statements and pages. The first line it writes are
the names.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.in_process import People


def main(what: str) -> None:
    """Answers until its input ends; `what` is "bare" or "tenant"."""
    told = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what others print does not stand between the answers
    people = _bare() if what == "bare" else _tenant()
    backend = _backend()
    _say(told, {name: unit.beside for name, unit in people.units.items()})
    for line in sys.stdin:
        name, times = json.loads(line)
        do = partial(people.do, name)
        _say(told, [_measured(do, backend) for _time in range(times)] if times else people.counted(name))


def _tenant() -> "People":
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    import django  # the settings read the environment of the stack

    django.setup()
    logging.disable(logging.CRITICAL)
    from benchmarks.in_process import People
    from benchmarks.units import HOST, units_of_product

    return People(HOST, units_of_product)


def _bare() -> "People":
    import benchmarks.bare  # noqa: F401  (it makes the settings)
    from benchmarks.in_process import People
    from benchmarks.units import HOST, bare_units

    return People(HOST, lambda _browser: bare_units())


def _measured(act: Callable[[], None], backend: int) -> tuple[float, float, float]:
    postgres, web, begun = _cpu_ms(backend), time.process_time(), time.perf_counter()
    act()
    took, spent = time.perf_counter() - begun, time.process_time() - web
    return 1000 * spent, _cpu_ms(backend) - postgres, 1000 * took


def _backend() -> int:
    from django.db import connection  # only once the settings stand

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _cpu_ms(pid: int) -> float:
    """By the scheduler, in nanoseconds (proc(5), schedstat): ticks of 10 ms would tell nothing of one request."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def _say(told: object, answer: object) -> None:
    print(json.dumps(answer), file=told, flush=True)  # type: ignore[call-overload]


if __name__ == "__main__":
    main(sys.argv[1])
