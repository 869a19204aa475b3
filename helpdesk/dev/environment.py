"""How a command of this checkout finds the embedded stack that `make run` keeps running."""

import os
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def adopt_running_stack() -> None:
    """Reads the variables of the running stack into this process; does nothing when DATABASE_URL is set already."""
    if os.environ.get("DATABASE_URL"):
        return
    path = stack_file()
    if path.exists():
        for name, value in read_variables(path).items():
            os.environ.setdefault(name, value)


def stack_file() -> Path:
    """Where the supervisor writes the variables of the running stack."""
    return variable_folder() / "stack.env"


def variable_folder() -> Path:
    """The folder that holds everything a running stack writes; `DESK_VAR` moves it away from the checkout."""
    return Path(os.environ.get("DESK_VAR") or CHECKOUT / "var").resolve()


def read_variables(path: Path) -> dict[str, str]:
    """The variables in `path`, one `NAME=value` a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def write_variables(path: Path, variables: Mapping[str, str]) -> None:
    """Replaces `path` at once by one `NAME=value` a line; only its owner may read it, because of the passwords."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in variables.items())
    part.replace(path)
