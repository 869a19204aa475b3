"""What the person at the terminal reads."""

import sys
from pathlib import Path


def say(line: str) -> None:
    """Tells which step begins or what happened; a closed terminal is no reason to stop."""
    write(f"▸ {line}")


def write(text: str) -> None:
    """Prints at once."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = open("/dev/null", "w")  # noqa: SIM115  (stays open for what is still to be said)


def tail(path: Path, lines: int = 30) -> str:
    """The last lines of a log."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
