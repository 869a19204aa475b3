"""The locks of the repository, and that a wrong one would be noticed."""

from pathlib import Path

import pytest

from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.locks import lock_faults

GOOD = {
    "runtime.in": "django~=5.2.19\n",
    "runtime.lock": "django==5.2.19 \\\n    --hash=sha256:00\n",
    "dev.in": "-r runtime.in\npytest\n",
    "dev.lock": "django==5.2.19 \\\n    --hash=sha256:00\npytest==9.2.0 \\\n    --hash=sha256:11\n",
}


def test_the_locks_of_the_repository_hold() -> None:
    assert lock_faults(CHECKOUT / "requirements") == []


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        (
            "runtime.lock",
            "--index-url https://x\n" + GOOD["runtime.lock"],
            "runtime.lock holds an address (://).",
        ),
        ("runtime.lock", "django==5.2.19\n", "runtime.lock: django==5.2.19 has no hash."),
        ("dev.in", "mypy\n", "dev.lock does not answer dev.in: mypy (it holds none)."),
        (
            "runtime.in",
            "django>=6\n",
            "runtime.lock does not answer runtime.in: django>=6 (it holds 5.2.19).",
        ),
        ("dev.lock", "pytest==9.2.0 --hash=sha256:11\n", "dev.lock lacks django of runtime.lock."),
        (
            "dev.lock",
            GOOD["dev.lock"].replace("5.2.19", "5.2.20"),
            "dev.lock pins django 5.2.20, runtime.lock 5.2.19.",
        ),
    ],
)
def test_a_fault_is_named(tmp_path: Path, file: str, text: str, fault: str) -> None:
    for name, content in {**GOOD, file: text}.items():
        (tmp_path / name).write_text(content)

    assert lock_faults(tmp_path) == [fault]
