"""`make reset`: drops all data of this checkout's embedded stack."""

import shutil
import sys
from pathlib import Path

from helpdesk.dev.account import postgres_account
from helpdesk.dev.choices import Refusal
from helpdesk.dev.environment import variable_folder
from helpdesk.dev.leftovers import end_leftovers
from helpdesk.dev.places import public_folder
from helpdesk.dev.postgres import stop_leftover
from helpdesk.dev.supervisor import only_one
from helpdesk.dev.terminal import say


def main() -> None:
    """Refuses while the stack runs; a database or store outside the checkout is never touched."""
    try:
        with only_one():
            reset()
    except Refusal as problem:
        sys.exit(f"{problem} Stop it first.")


def reset() -> None:
    """Removes everything the stack has written; call it holding the lock."""
    variable = variable_folder()
    end_leftovers(str(variable))
    moved = public_folder() / "postgres" if postgres_account().foreign else variable / "postgres"
    for data in {moved, variable / "postgres"}:
        stop_leftover(data / "data")
        _remove(data)
    for path in variable.iterdir():
        if path.name != "lock":
            _remove(path)
    say("All data of this checkout is gone; the next make run begins anew.")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
