"""The first step of every make target."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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


def test_every_process_that_follows_keeps_what_python_compiled() -> None:
    """Where that is forbidden, each process would compile the whole product and Django anew."""
    follow = (
        "import os, sys; from helpdesk.dev import boot;"
        "boot.prepare_environment = print; sys.argv[1:] = ['install'];"
        "boot.TARGETS['install'] = ('', False, ('-c', 'import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)'));"
        "boot.main()"
    )
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPYCACHEPREFIX", None)

    told = subprocess.run(
        [sys.executable, "-c", follow],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == ["False", str(CHECKOUT / ".venv" / "bytecode")]


@pytest.mark.skipif(not shutil.which("make"), reason="make runs the recipes")
@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_target_is_one_line_that_becomes_the_next_step(target: str) -> None:
    told = subprocess.run(
        ["make", "--no-print-directory", "-n", target],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert len(told.stdout.splitlines()) == 1
    assert told.stdout.startswith("exec ")
    assert f"helpdesk/dev/boot.py {target}" in told.stdout


def test_root_gets_the_missing_browser_from_apt(tmp_path: Path) -> None:
    """A pretended apt, whose first try fails as it does on a machine without package lists."""
    log = tmp_path / "log"
    apt = tmp_path / "apt-get"
    apt.write_text(
        f'#!/bin/sh\necho "$@" >> {log}\n[ -e {tmp_path}/seen ] && exit 0\n: > {tmp_path}/seen\nexit 1\n'
    )
    apt.chmod(0o755)

    told = _prepare_browser(str(tmp_path), monkey="os.geteuid = lambda: 0;")

    install = "install -y --no-install-recommends fonts-noto-core chromium-headless-shell"
    assert told.returncode == 0
    assert log.read_text().splitlines() == [install, "update", install]


def test_without_root_a_missing_browser_fails_plainly(tmp_path: Path) -> None:
    told = _prepare_browser(str(tmp_path), monkey="os.geteuid = lambda: 1000;")

    assert told.returncode == 1
    assert told.stderr.startswith("The browser tests need Chromium, and only root can install it here.")


def _prepare_browser(path: str, *, monkey: str) -> subprocess.CompletedProcess[str]:
    code = f"import os; os.environ['PATH'] = {path!r}; {monkey} from helpdesk.dev.boot import prepare_browser as p; p()"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
