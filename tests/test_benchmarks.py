"""The benchmarks run; what they say is for people."""

import subprocess
import sys

import pytest

from helpdesk.dev.environment import CHECKOUT

UNITS = [
    "bare: a page",
    "bare: 25 rows",
    "bare: form and stored row",
    "home page, guest",
    "article, guest",
    "search of articles, guest",
    "suggested articles, guest",
    "submit, guest",
    "submit, guest, 200 KB picture",
    "submit, guest, 25 MB recording",
    "customer's list",
    "customer's search",
    "customer's ticket page",
    "desk: queue",
    "desk: queue, highest priority first",
    "desk: queue, high, newest first",
    "desk: queue, unassigned",
    "desk: queue, only new ones",
    "desk: queue, a language nobody writes",
    "desk: queue, waiting for reply",
    "desk: search, common word",
    "desk: search, rare word",
    "desk: search, a word thirty have",
    "desk: search, a common word and that one",
    "desk: workspace",
    "desk: open and reply",
]


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_a_short_run_prints_its_tables_and_how_all_grew() -> None:
    names = _rows("--seconds", "0.2", "--clients", "1,2")

    ours = [name for name in UNITS if not name.startswith("bare: ")]
    assert names == ["unit", *UNITS, "unit", *UNITS, "unit", *ours]


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_sizes_are_measured_side_by_side() -> None:
    names = _rows("--side-by-side", "--only", "customer,desk")

    assert names == ["unit", *(name for name in UNITS if name.startswith(("customer", "desk")))]


def _rows(*options: str) -> list[str]:
    """The first cell of each row that a short run prints."""
    short = ("--sizes", "250,300", "--rounds", "1", "--neighbours", "2", *options)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *short],
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    return [row.split(" | ")[0].removeprefix("| ") for row in rows]
