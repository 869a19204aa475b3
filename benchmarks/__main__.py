"""`make bench`: starts a stack of its own, loads tickets, measures in rounds, prints tables, stops."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks import side_by_side
from benchmarks.bare_rows import make_rows
from benchmarks.meter import Costs, Counted, Measured, measure
from benchmarks.table import growth, table
from benchmarks.units import DEMO_TICKETS, Product, bare_units, browser_of
from helpdesk.dev.choices import free_port
from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.terminal import say, write
from tests.dev.supervised import Supervised, clear


def main() -> None:
    """Everything on the loopback, in a temporary folder, which is gone afterwards."""
    options = read_options()
    if options.side_by_side:
        side_by_side.main(options)
        return
    os.environ["RATE_LIMIT_SCALE"] = "1000000"
    folder = Path(tempfile.mkdtemp(prefix="desk-bench-", dir="/tmp"))
    folder.chmod(0o755)
    run = Supervised(folder / "var", demo="1")
    try:
        say("Starting a stack of its own, with the demo")
        run.start()
        make_rows(run.variables()["OWNER_DATABASE_URL"])
        with bare_server(run) as (bare_port, bare_pid):
            settle_neighbours(run, options.neighbours)
            there, found, counts = DEMO_TICKETS, {}, {}
            for size in options.sizes:
                load(run, size - there)
                there = size
                found[size], counts[size], beside = measure_size(run, size, bare_port, bare_pid, options)
            if len(found) > 1:
                write(growth(found, counts, beside))
    finally:
        clear(run)
        shutil.rmtree(folder, ignore_errors=True)


def read_options() -> argparse.Namespace:
    """What may be chosen: `make bench ARGS="--rounds 5"`."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--sizes", type=_sizes, default=[1000, 10000], help="tickets of the tenant: 1000,10000"
    )
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (3)")
    parser.add_argument("--seconds", type=float, default=1.5, help="for each unit in a round, twice (1.5)")
    parser.add_argument("--clients", type=_crowds, default=[8, 32], help="at once, each measured (8,32)")
    parser.add_argument(
        "--only",
        type=lambda text: tuple(text.split(",")),
        default=("",),
        help="units whose names begin so, beside the bare views: desk, or article,search,suggested",
    )
    parser.add_argument(
        "--neighbours", type=int, default=199, help="small tenants beside the large one (199)"
    )
    parser.add_argument(
        "--side-by-side", action="store_true", help="every size in a database of its own, measured in turn"
    )
    return parser.parse_args()


@contextmanager
def bare_server(run: Supervised) -> Iterator[tuple[int, int]]:
    """The bare views under the same server with as many processes and threads; its port and process."""
    port = free_port()
    command = (
        *(
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--http",
            "1",
            "--no-ws",
            "--host",
            "127.0.0.1",
        ),
        *("--port", str(port), "--workers", "2", "--blocking-threads", "4", "--log-level", "error"),
        "benchmarks.bare:application",
    )
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment["BARE_DATABASE_URL"] = run.variables()["OWNER_DATABASE_URL"]
    server = subprocess.Popen(command, cwd=CHECKOUT, env=environment)
    try:
        for _try in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def settle_neighbours(run: Supervised, count: int) -> None:
    """Makes so many small tenants, so that the large one is not alone in its tables."""
    say(f"Making {count:,} small tenants")
    command = (sys.executable, "-m", "benchmarks.neighbours", str(count))
    subprocess.run(command, cwd=CHECKOUT, env={**os.environ, **run.variables()}, check=True)


def load(run: Supervised, tickets: int) -> None:
    """Adds generated tickets to the demo's first tenant."""
    if tickets <= 0:
        return
    say(f"Adding {tickets:,} tickets")
    command = (
        sys.executable,
        "manage.py",
        "generate_load",
        "acme",
        "--tickets",
        str(tickets),
        "--messages",
        "3",
    )
    environment = {**os.environ, **run.variables()}
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=True, stdout=subprocess.DEVNULL)


def measure_size(
    run: Supervised, size: int, bare_port: int, bare_pid: int, options: argparse.Namespace
) -> tuple[dict[str, Measured], dict[str, Counted], dict[str, str]]:
    """Measures the units in interleaved rounds and prints the table of this size.

    Returns what each came to, what it asks of the database, and the bare view that it stands beside.
    """
    product = Product(partial(browser_of, run.port))
    data = next((run.variable / "postgres").glob("*/PG_VERSION"), None)
    ours = Costs(run.pid_of("granian"), data.parent if data else None)
    bare = Costs(bare_pid, ours.postgres_data)
    units = [(unit, bare_port, bare) for unit in bare_units()]
    units += [(unit, run.port, ours) for unit in product.units() if unit.name.startswith(options.only)]
    found = {unit.name: Measured() for unit, _port, _costs in units}
    for number in range(options.rounds):
        say(f"{size:,} tickets, round {number + 1} of {options.rounds}")
        for unit, port, costs in units:
            measure(unit, port, costs, found[unit.name], seconds=options.seconds, crowds=options.clients)
    beside = {unit.name: unit.beside for unit, _port, _costs in units}
    counts = counted(run)
    write(table(size, found, beside, counts, options.clients))
    return found, counts, beside


def counted(run: Supervised) -> dict[str, Counted]:
    """What each unit asks of the database, counted in a Django of this process."""
    os.environ.update(run.variables(), DJANGO_SETTINGS_MODULE="helpdesk.settings")
    import django  # the settings read the environment of the stack, which runs only now

    django.setup()
    from benchmarks.statements import count_statements  # needs the settings

    return count_statements()


def _crowds(text: str) -> list[int]:
    crowds = [int(part) for part in text.split(",")]
    if not all(0 < crowd <= 64 for crowd in crowds):
        raise argparse.ArgumentTypeError("1 to 64 clients at once")
    return crowds


def _sizes(text: str) -> list[int]:
    sizes = [int(part) for part in text.split(",")]
    if sizes != sorted(sizes) or not 0 < sizes[-1] <= 1_000_000:
        raise argparse.ArgumentTypeError("sizes grow, up to a million")
    return sizes


if __name__ == "__main__":
    main()
