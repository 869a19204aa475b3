"""`make check`: linters, types, contracts, templates, migrations and locks; every check runs, all faults are told."""

import os
import subprocess
import sys
from pathlib import Path

from helpdesk.dev.catalogues import compile_catalogues
from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.locks import lock_faults
from helpdesk.dev.terminal import say, write
from helpdesk.dev.throwaway import throwaway_stack

PROGRAMS = Path(sys.executable).parent
TOOLS = {
    "ruff": ("ruff", "check", "--quiet", "."),
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "types": ("mypy", "--no-error-summary"),
    "contracts": ("lint-imports", "--no-logo"),
    "migrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    "system checks": ("python", "manage.py", "check", "--fail-level", "WARNING"),
}


def main() -> None:
    """Exit code 1 when any check fails."""
    failed = []
    compile_catalogues()
    with throwaway_stack() as stack:  # Django wants a database to compare migrations with
        environment = {
            **os.environ,
            **stack.variables(),
            "SECRET_KEY": "checks only",
            "PYTHONWARNINGS": "ignore",
        }
        for name, command in {**TOOLS, "templates": _templates()}.items():
            if not _passes(name, command, environment):
                failed.append(name)
    say("locks")
    if faults := lock_faults(CHECKOUT / "requirements"):
        write("\n".join(faults))
        failed.append("locks")
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")
    say("All checks pass.")


def _passes(name: str, command: tuple[str, ...], environment: dict[str, str]) -> bool:
    say(name)
    full = [str(PROGRAMS / command[0]), *command[1:]]
    done = subprocess.run(full, check=False, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    if done.returncode:
        write((done.stdout + done.stderr).strip())
    return done.returncode == 0


def _templates() -> tuple[str, ...]:
    # The attributes of a box stand inside its tag: a line end after them would be printed there, in every form.
    pages = [path for path in (CHECKOUT / "templates").rglob("*.html") if path.name != "attrs.html"]
    names = sorted(str(path.relative_to(CHECKOUT)) for path in pages)
    return ("djade", "--target-version", "5.2", "--check", *names)


if __name__ == "__main__":
    main()
