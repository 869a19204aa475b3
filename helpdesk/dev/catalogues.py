"""Compiles the interface's catalogues of words with Babel, because a bare machine has no gettext programs."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from helpdesk.dev.environment import CHECKOUT


def compile_catalogues(folder: Path = CHECKOUT / "locale") -> list[Path]:
    """Writes each `.mo` that is missing or older than its `.po`, at once, and returns the written ones."""
    stale = [path for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_stale(path)]
    return [_compile(path) for path in stale]


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> Path:
    target = source.with_suffix(".mo")
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    with open(source, "rb") as words:
        catalogue = read_po(words, locale=source.parent.parent.name)
    with open(part, "wb") as compiled:
        write_mo(compiled, catalogue)
    part.replace(target)
    return target


if __name__ == "__main__":
    compile_catalogues()
