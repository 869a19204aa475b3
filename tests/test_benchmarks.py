"""The benchmarks run; what they say is for people."""

import subprocess
import sys

import pytest

from helpdesk.dev.environment import CHECKOUT


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_a_short_run_prints_its_table() -> None:
    short = ("--sizes", "250", "--rounds", "1", "--seconds", "0.2", "--clients", "1,2", "--neighbours", "2")

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *short],
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        text=True,
    )

    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert done.returncode == 0, done.stderr
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [
        "unit",
        "bare: a page",
        "bare: 25 rows",
        "bare: form and stored row",
        "home page, guest",
        "submit, guest",
        "submit, guest, 200 KB picture",
        "submit, guest, 25 MB recording",
        "customer's list",
        "customer's search",
        "customer's ticket page",
        "desk: queue",
        "desk: workspace",
        "desk: open and reply",
    ]
