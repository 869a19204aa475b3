"""How long, how many, and at what cost of CPU: of the web server's processes, of PostgreSQL's, of the worker's."""

import os
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from benchmarks.client import Browser
from benchmarks.units import HOST, PASSWORD, Unit

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Measured:
    """What one unit came to over all rounds."""

    seconds: list[float] = field(default_factory=list)  # of single units, one client
    web_ms: list[float] = field(default_factory=list)  # CPU a unit, a figure a round
    postgres_ms: list[float] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)  # received for a unit, a figure a round
    peak_mb: list[float] = field(default_factory=list)  # the largest web process, a figure a round
    crowds: dict[int, "Crowd"] = field(default_factory=dict)

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        return percentile(self.seconds, share)


@dataclass
class Crowd:
    """The same unit by several clients at once."""

    seconds: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)  # a figure a round


class Counted(NamedTuple):
    """What one unit asks of the database: its statements, of several requests each, and the pages they touch in all."""

    statements: str
    pages: int


def percentile(seconds: list[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class Costs:
    """The processes whose CPU is counted."""

    web: int
    postgres_data: Path | None

    def now(self) -> tuple[float, float]:
        """CPU milliseconds so far: the web server with its children, and PostgreSQL."""
        pids = _pids()
        web = sum(_cpu_ms(pid) for pid in _family(self.web, pids))
        postgres = sum(
            _cpu_ms(pid) for pid in pids if self.postgres_data and _serves(pid, self.postgres_data)
        )
        return web, postgres

    def peak_mb(self) -> float:
        """The most memory that one of the web processes had since `forget_peak`, in megabytes."""
        return max(_peak_kb(pid) for pid in _family(self.web, _pids())) / 1024

    def forget_peak(self) -> None:
        """Lets the peak begin anew from what the processes have now (proc(5), clear_refs)."""
        for pid in _family(self.web, _pids()):
            Path(f"/proc/{pid}/clear_refs").write_text("5")


def measure(
    unit: Unit, port: int, costs: Costs, into: Measured, *, seconds: float, crowds: Sequence[int]
) -> None:
    """One round of a unit: by one client for the times, then by several at once. Bounded by `seconds` each."""
    browser = _browser_of(unit, port)
    costs.forget_peak()
    received, before = browser.received, costs.now()
    spent = _repeat(unit, browser, 0 if unit.is_heavy else seconds)
    after = costs.now()
    into.seconds += spent
    into.web_ms.append((after[0] - before[0]) / len(spent))
    into.postgres_ms.append((after[1] - before[1]) / len(spent))
    into.kilobytes.append((browser.received - received) / len(spent) / 1000)
    into.peak_mb.append(costs.peak_mb())
    for clients in () if unit.is_heavy else crowds:
        crowd = into.crowds.setdefault(clients, Crowd())
        taken, rate = _together(
            unit, seconds, [_browser_of(unit, port, browser) for _client in range(clients)]
        )
        crowd.seconds += taken
        crowd.per_second.append(rate)


def _together(unit: Unit, seconds: float, browsers: Sequence[Browser]) -> tuple[list[float], float]:
    """What each unit took, and how many there were in a second."""
    for browser in browsers:
        browser.close()  # the server may have ended what was idle while the others came
    done: list[list[float]] = []
    threads = [
        threading.Thread(target=lambda browser=browser: done.append(_repeat(unit, browser, seconds)))
        for browser in browsers
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(done) < len(browsers):
        raise RuntimeError(f"A client of “{unit.name}” failed.")
    taken = [one for client in done for one in client]
    return taken, len(taken) / (time.monotonic() - begun)


def _repeat(unit: Unit, browser: Browser, seconds: float) -> list[float]:
    spent, end = [], time.monotonic() + seconds
    while not spent or time.monotonic() < end:
        begun = time.perf_counter()
        unit.do(browser)
        spent.append(time.perf_counter() - begun)
    browser.close()
    return spent


def _browser_of(unit: Unit, port: int, like: Browser | None = None) -> Browser:
    """A browser that did the unit once; it shares the sign-in of `like`: a password costs more than all that is measured."""
    browser = Browser(HOST, port)
    if like and unit.email:
        browser.cookies |= like.cookies
    elif unit.email:
        browser.sign_in(unit.email, PASSWORD)
    unit.do(browser)  # the first one opens connections and reads templates
    return browser


def _family(root: int, pids: list[int]) -> list[int]:
    parents = {pid: _parent(pid) for pid in pids}
    family = [root]
    for member in family:
        family += [pid for pid, parent in parents.items() if parent == member]
    return family


def _parent(pid: int) -> int:
    found = _stat(pid)
    return int(found[1]) if found else 0


def _cpu_ms(pid: int) -> float:
    found = _stat(pid)
    return 1000 * (int(found[11]) + int(found[12])) / TICKS if found else 0.0


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _peak_kb(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _serves(pid: int, folder: Path) -> bool:
    """Whether the process is one of PostgreSQL's with its data there, vacuum aside: it goes and takes its seconds along."""
    try:
        process = Path(f"/proc/{pid}")
        return (process / "cwd").readlink() == folder and b"autovacuum" not in (
            process / "cmdline"
        ).read_bytes()
    except OSError:
        return False
