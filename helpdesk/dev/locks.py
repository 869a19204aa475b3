"""What a lock file must be: every package pinned and hashed, no address inside, in agreement with its `.in` file."""

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def lock_faults(folder: Path) -> list[str]:
    """What is wrong with the requirements in `folder`, one sentence each."""
    faults = [fault for path in sorted(folder.iterdir()) for fault in _addresses(path)]
    for wishes in sorted(folder.glob("*.in")):
        lock = wishes.with_suffix(".lock")
        faults += _unhashed(lock) + _disagreements(wishes, lock)
    return faults + _contradictions(folder)


def pins(lock: Path) -> dict[str, str]:
    """Package → version of a lock file."""
    found = re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\\n]+)", lock.read_text(), flags=re.MULTILINE
    )
    return {canonicalize_name(name): version for name, version in found}


def _addresses(path: Path) -> list[str]:
    return [f"{path.name} holds an address (://)."] if "://" in path.read_text() else []


def _unhashed(lock: Path) -> list[str]:
    logical = re.sub(r"\\\n\s*", " ", lock.read_text()).splitlines()
    bare = [
        line
        for line in logical
        if "==" in line and not line.lstrip().startswith("#") and "--hash=" not in line
    ]
    return [f"{lock.name}: {line.split()[0]} has no hash." for line in bare]


def _disagreements(wishes: Path, lock: Path) -> list[str]:
    held = pins(lock)
    faults = []
    for line in wishes.read_text().splitlines():
        text = line.split("#")[0].strip()
        if not text or text.startswith("-"):
            continue
        wish = Requirement(text)
        version = held.get(canonicalize_name(wish.name))
        if version is None or version not in wish.specifier:
            faults.append(
                f"{lock.name} does not answer {wishes.name}: {text} (it holds {version or 'none'})."
            )
    return faults


def _contradictions(folder: Path) -> list[str]:
    """Every lock must agree with the runtime's, and the dev lock hold all of it."""
    runtime, faults = pins(folder / "runtime.lock"), []
    for path in sorted(folder.glob("*.lock")):
        other = pins(path)
        for name, version in runtime.items():
            if name in other and other[name] != version:
                faults.append(f"{path.name} pins {name} {other[name]}, runtime.lock {version}.")
            elif name not in other and path.stem == "dev":
                faults.append(f"dev.lock lacks {name} of runtime.lock.")
    return faults
