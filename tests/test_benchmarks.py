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
    "desk: queue, high, newest first",
    "desk: queue, unassigned",
    "desk: queue, only new ones",
    "desk: queue, a language nobody writes",
    "desk: queue, waiting for reply",
    "desk: search, common word",
    "desk: search, rare word",
    "desk: search, both words",
    "desk: workspace",
    "desk: open and reply",
]


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_a_short_run_prints_its_tables_and_how_all_grew() -> None:
    short = (
        "--sizes",
        "250,300",
        "--rounds",
        "1",
        "--seconds",
        "0.2",
        "--clients",
        "1,2",
        "--neighbours",
        "2",
    )

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *short],
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        text=True,
    )

    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert done.returncode == 0, done.stderr
    names = [row.split(" | ")[0].removeprefix("| ") for row in rows]
    ours = [name for name in UNITS if not name.startswith("bare: ")]
    assert names == ["unit", *UNITS, "unit", *UNITS, "unit", *ours]
