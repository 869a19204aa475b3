"""Where a running stack keeps what it writes."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from helpdesk.dev.account import Account
from helpdesk.dev.environment import variable_folder

SOCKET_PATH_LIMIT = 107 - len("/pg/.s.PGSQL.5432")


class Unsafe(Exception):
    """A folder that should be ours belongs to somebody else."""


@dataclass(frozen=True)
class Places:
    """The folders of one stack; `variable` is its `var`, the rest stand in it unless PostgreSQL cannot enter there."""

    variable: Path
    postgres: Path
    sockets: Path

    @property
    def logs(self) -> Path:
        """One log for each program."""
        return self.variable / "log"

    @property
    def run(self) -> Path:
        """What may be lost at any stop: the beat's memory, the figures of the web processes."""
        return self.variable / "run"

    @property
    def valkey(self) -> Path:
        """What Valkey keeps."""
        return self.variable / "valkey"

    @property
    def mail(self) -> Path:
        """What the mail catcher has caught."""
        return self.variable / "mail"

    @property
    def files(self) -> Path:
        """The attachments."""
        return self.variable / "files"

    @property
    def static(self) -> Path:
        """The collected style sheets, scripts and pictures."""
        return self.variable / "static"


def choose_places(account: Account) -> Places:
    """The folders of this checkout's stack, made where they are missing.

    The data of PostgreSQL stands under /var/lib when root runs a checkout that PostgreSQL's account cannot enter.
    """
    variable = variable_folder()
    variable.mkdir(parents=True, exist_ok=True)
    variable.chmod(
        0o711
    )  # PostgreSQL's account passes through; every folder and secret inside is closed to others
    inside = account.can_enter(variable)
    parent = variable if inside else public_folder()
    parent.mkdir(parents=True, exist_ok=True)
    places = Places(variable, account.own(parent / "postgres"), _sockets(variable, account))
    for folder in (places.logs, places.run, places.valkey, places.mail, places.files):
        folder.mkdir(mode=0o700, exist_ok=True)
    return places


def public_folder() -> Path:
    """Where root keeps what PostgreSQL's account must reach, when it cannot enter this checkout."""
    return Path("/var/lib") / f"desk-{_mark(variable_folder())}"


def _sockets(variable: Path, account: Account) -> Path:
    base = Path(tempfile.gettempdir()) / f"desk-{os.geteuid()}-{_mark(variable)}"
    if len(str(base)) > SOCKET_PATH_LIMIT or not account.can_enter(base.parent):
        base = Path("/tmp") / base.name
    base.mkdir(mode=0o711, exist_ok=True)
    found = base.lstat()
    if base.is_symlink() or found.st_uid != os.geteuid():
        raise Unsafe(f"{base} belongs to somebody else; remove it, or set TMPDIR to a folder of your own.")
    base.chmod(0o711)
    account.own(base / "pg")
    (base / "kv").mkdir(mode=0o700, exist_ok=True)
    return base


def _mark(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
