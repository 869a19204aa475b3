"""The first step of every make target."""

import shutil
import subprocess
import sys

import pytest

from helpdesk.dev.boot import TARGETS
from helpdesk.dev.environment import CHECKOUT

BOOT = CHECKOUT / "helpdesk" / "dev" / "boot.py"


def test_an_unknown_target_is_told() -> None:
    told = subprocess.run([sys.executable, BOOT, "fly"], capture_output=True, text=True, check=False)

    assert told.returncode == 1
    assert told.stderr == f"Say one of: {', '.join(TARGETS)}\n"


def test_another_python_is_told_plainly() -> None:
    """No other Python need be here: the version that the script reads is changed before it runs."""
    pretend = (
        "import sys, runpy; sys.version_info = (3, 13, 1, 'final', 0);"
        f"sys.argv = ['boot.py', 'run']; runpy.run_path({str(BOOT)!r}, run_name='__main__')"
    )

    told = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)

    assert told.returncode == 1
    assert told.stderr.startswith("This project runs on Python 3.11; ")
    assert "is Python 3.13." in told.stderr


@pytest.mark.skipif(not shutil.which("make"), reason="make runs the recipes")
@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_target_is_one_line_that_becomes_the_next_step(target: str) -> None:
    told = subprocess.run(["make", "-n", target], cwd=CHECKOUT, capture_output=True, text=True, check=True)

    assert len(told.stdout.splitlines()) == 1
    assert told.stdout.startswith("exec ")
    assert f"helpdesk/dev/boot.py {target}" in told.stdout
