"""The system account PostgreSQL runs under, because it refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "deskdb"
USERADD = ("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME)


@dataclass(frozen=True)
class Account:
    """A system account; `foreign` when it is not the account of this process."""

    name: str
    uid: int
    gid: int
    foreign: bool

    def spawn_options(self) -> dict[str, Any]:
        """What `subprocess` needs to start a program under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.foreign else {}

    def can_enter(self, path: Path) -> bool:
        """Whether this account may traverse the folder or run the program at `path`."""
        return subprocess.run(["test", "-x", path], check=False, **self.spawn_options()).returncode == 0

    def own(self, path: Path, mode: int = 0o700) -> Path:
        """Makes the folder `path` this account's alone and returns it."""
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        if self.foreign:
            os.chown(path, self.uid, self.gid)
        return path


def postgres_account() -> Account:
    """This process's own account, or for root a system account made once (`nobody` where none can be made)."""
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        return Account(me.pw_name, me.pw_uid, me.pw_gid, foreign=False)
    entry = _entry(NAME) or _made() or pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, foreign=True)


def _made() -> pwd.struct_passwd | None:
    try:
        subprocess.run(USERADD, check=False, capture_output=True)  # another start may have been faster
    except FileNotFoundError:
        return None
    return _entry(NAME)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
