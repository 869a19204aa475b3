"""Tenants of several sizes beside each other: `make bench ARGS="--side-by-side --sizes 1000,10000,1000000"`.

Each size lies in a database of its own in one cluster, and a process of Django for each does every unit in turn, so that a
busy minute of the machine meets all sizes and the bare views alike.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.bare_rows import make_rows
from benchmarks.table import line
from benchmarks.units import DEMO_TICKETS
from helpdesk.dev.choices import free_port
from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.postgres import DATABASE, OWNER
from helpdesk.dev.terminal import say, write
from helpdesk.dev.throwaway import Throwaway, throwaway_stack

TIMES = 3  # a unit in a round


@dataclass
class OneSize:
    """The process of one size, or of the bare views, and what was measured there."""

    process: subprocess.Popen[str]
    beside: dict[str, str] = field(init=False)
    found: dict[str, list[tuple[float, float, float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.beside = self._answer()

    def ask(self, name: str, times: int) -> Any:
        """See `benchmarks.one_size`. Raises RuntimeError when the process is gone; its own words are on the terminal."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps([name, times]) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def measure(self, name: str) -> None:
        """One round of the unit."""
        self.found.setdefault(name, []).extend(self.ask(name, TIMES))

    def all_cpu(self, name: str) -> float:
        """Milliseconds of web and PostgreSQL, the median."""
        return median(web + postgres for web, postgres, _took in self.found[name])

    def column(self, name: str, place: int) -> float:
        """The median of the web's (0) or PostgreSQL's (1) CPU milliseconds, or of the time (2)."""
        return median(one[place] for one in self.found[name])

    def _answer(self) -> Any:
        assert self.process.stdout
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("A process of a size ended before it answered.")
        return json.loads(answer)


def main(options: argparse.Namespace) -> None:
    """Everything in a temporary folder, which is gone afterwards."""
    with ExitStack() as cleanup:
        stack = cleanup.enter_context(throwaway_stack(durable=True))
        variables = _variables(stack)
        say("Making a stack of its own, with the demo")
        _run(variables, "manage.py", "migrate", "--noinput")
        _run(variables, "manage.py", "collectstatic", "--noinput")
        _run(variables, "manage.py", "load_demo")
        make_rows(variables["OWNER_DATABASE_URL"])
        _run(variables, "-m", "benchmarks.neighbours", str(options.neighbours))
        places = {
            size: _load(stack, variables | {"REDIS_URL": stack.valkey.url(number)}, size)
            for number, size in enumerate(options.sizes, start=1)
        }
        bare = cleanup.enter_context(_process({"BARE_DATABASE_URL": variables["OWNER_DATABASE_URL"]}, "bare"))
        sizes = {size: cleanup.enter_context(_process(place, "tenant")) for size, place in places.items()}
        _measure(bare, sizes, options)


def _measure(bare: OneSize, sizes: Mapping[int, OneSize], options: argparse.Namespace) -> None:
    first = next(iter(sizes.values()))
    names = [name for name in first.beside if name.startswith(options.only)]
    counts = {name: [one.ask(name, 0) for one in sizes.values()] for name in names}
    for number in range(options.rounds):
        say(f"Round {number + 1} of {options.rounds}")
        for name in bare.beside:
            bare.measure(name)
        for name in names:
            for one in list(sizes.values())[:: 1 if number % 2 else -1]:
                one.measure(name)
    write(_table(bare, sizes, counts))


def _table(bare: OneSize, sizes: Mapping[int, OneSize], counts: Mapping[str, Sequence[Any]]) -> str:
    """A row a unit: what each size costs, how the largest grew from the others, what it costs beside the bare view."""
    *others, largest = sizes
    named = ", ".join(f"{size:,}" for size in sizes)
    columns = [
        "unit",
        "statements",
        f"pages at {named}",
        f"CPU ms web + PostgreSQL at {named}",
        f"p50 ms at {named}",
    ]
    columns += [f"all CPU, {largest:,} to {size:,}" for size in others]
    columns += ["beside", f"web CPU, all CPU to bare at {largest:,}"]
    rows = []
    for name, counted in counts.items():
        costs = [f"{one.column(name, 0):.0f} + {one.column(name, 1):.0f}" for one in sizes.values()]
        last = sizes[largest]
        beside = last.beside[name]
        ratio = last.column(name, 0) / bare.column(beside, 0), last.all_cpu(name) / bare.all_cpu(beside)
        cells = [
            name,
            counted[-1][0],
            ", ".join(f"{pages:,}" for _statements, pages in counted),
            ", ".join(costs),
        ]
        cells.append(", ".join(f"{one.column(name, 2):.0f}" for one in sizes.values()))
        cells += [f"{last.all_cpu(name) / sizes[size].all_cpu(name):.2f}" for size in others]
        rows.append(line([*cells, beside.removeprefix("bare: "), f"{ratio[0]:.1f}, {ratio[1]:.1f}"]))
    told = [
        f"{name}: {bare.column(name, 0):.1f} + {bare.column(name, 1):.1f} ms of CPU" for name in bare.beside
    ]
    return "\n".join(
        ["\n### Side by side\n", line(columns), "|---" * len(columns) + "|", *rows, "", *told, ""]
    )


def _variables(stack: Throwaway) -> dict[str, str]:
    port = str(free_port())
    own = {"BASE_DOMAIN": "localhost", "PUBLIC_ORIGIN": f"http://localhost:{port}", "PORT": port, "DEMO": "1"}
    limits = {"SECRET_KEY": "x" * 60, "EMAIL_URL": "smtp://127.0.0.1:1", "RATE_LIMIT_SCALE": "1000000"}
    return {**stack.variables(), **own, **limits}


def _load(stack: Throwaway, variables: Mapping[str, str], size: int) -> dict[str, str]:
    """Makes the database of that size from the first one, and tells its variables."""
    name = f"{DATABASE}_{size}"
    with stack.cluster.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE} OWNER {OWNER}")
    place = dict(variables)
    for variable in ("DATABASE_URL", "OWNER_DATABASE_URL"):
        place[variable] = place[variable].replace(f"/{DATABASE}?", f"/{name}?")
    if size > DEMO_TICKETS:
        say(f"Loading {size:,} tickets")
        tickets = str(size - DEMO_TICKETS)
        _run(place, "manage.py", "generate_load", "acme", "--tickets", tickets, "--messages", "3")
    with stack.cluster.connect(name) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return place


def _run(variables: Mapping[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, *words],
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def _process(variables: Mapping[str, str], what: str) -> Iterator[OneSize]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.one_size", what],
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield OneSize(process)
    finally:
        process.kill()
        process.wait()
