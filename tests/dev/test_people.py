"""`make run` as an ordinary person, and as root in a checkout that nobody else can enter."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.dev.account import Account, postgres_account
from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.places import public_folder
from tests.dev.supervised import nothing_left, supervised

pytestmark = [
    pytest.mark.proof,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can be other people"),
]


@pytest.fixture
def copy() -> Iterator[Path]:
    """The files of this checkout in a folder that only its owner can enter, not yet set up."""
    folder = Path(tempfile.mkdtemp(prefix="desk-people-", dir="/tmp"))
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in names.stdout.splitlines():
        (folder / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CHECKOUT / name, folder / "checkout" / name)
    yield folder / "checkout"
    shutil.rmtree(folder, ignore_errors=True)


def test_an_ordinary_person_runs_everything_from_a_fresh_copy(copy: Path) -> None:
    person = _somebody()
    python = _python_for(person)
    subprocess.run(["chown", "-R", f"{person.uid}:{person.gid}", copy.parent], check=True)
    command = ("env", f"HOME={copy.parent}", "make", "run", f"PYTHON={python}")

    with supervised(copy, command=command, options=person.spawn_options(), checkout=copy) as run:
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in run.alive()}
        run.stop(signal.SIGTERM)

        assert owners == {person.uid}
        assert nothing_left(run, seconds=5)


def test_root_runs_a_closed_checkout_and_leaves_it_closed(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["cp", "-al", CHECKOUT / ".venv", copy / ".venv"], check=True)
    next((copy / ".venv").glob("lib/*/site-packages/checkout.pth")).unlink()  # shares its content with ours
    monkeypatch.setenv("DESK_VAR", str(copy / "var"))
    moved = public_folder()
    command = ("make", "run", f"PYTHON={sys.executable}")

    try:
        with supervised(copy, command=command, checkout=copy) as run:
            server = int((moved / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
            owner = Path(f"/proc/{server}").stat().st_uid
            run.stop(signal.SIGTERM)

            assert owner == postgres_account().uid
            assert nothing_left(run, seconds=5)
            assert not Path(f"/proc/{server}").exists()
            assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(moved, ignore_errors=True)


def _somebody() -> Account:
    account = postgres_account()
    assert account.foreign
    return account


def _python_for(person: Account) -> str:
    for candidate in (sys.executable, "/usr/local/bin/python3.11", "/usr/bin/python3.11"):
        if Path(candidate).exists() and person.can_enter(Path(candidate).resolve()):
            return candidate
    pytest.skip("no Python 3.11 that another person could start")
