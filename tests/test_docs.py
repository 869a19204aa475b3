"""The documentation says what is there: every variable, command, target, path and link in it exists."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from helpdesk.dev.boot import TARGETS
from helpdesk.dev.choices import LOCAL
from helpdesk.dev.table import SERVICES

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "benchmarks").rglob("*.md")),
]
FOLDERS = (
    "helpdesk",
    "accounts",
    "helpcenter",
    "tickets",
    "tests",
    "templates",
    "static",
    "docs",
    "docker",
    "benchmarks",
)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
READ = re.compile(r"(?:text|flag|number|environ\.get)\(\s*['\"]([A-Z_]+)['\"]")
# Read by others than the settings, and told of in the same page.
ELSEWHERE = {"PROMETHEUS_MULTIPROC_DIR", "BIND", "DESK_VAR", "DESK_PG_BIN"}


def rows_of(heading: str) -> set[str]:
    """The names in the first column of the table under a heading of the operations page."""
    page = (ROOT / "docs" / "operations.md").read_text()
    part = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", part, re.MULTILINE))


def words(page: Path) -> list[str]:
    """What stands in code type in the running text, and every line of the fenced blocks."""
    text = page.read_text()
    fenced = [line for block in FENCE.findall(text) for line in block.splitlines()[1:-1]]
    return CODE.findall(FENCE.sub("", text)) + fenced


def anchor_of(heading: str) -> str:
    """The fragment by which a heading is linked."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_operations_tells_every_variable_of_the_settings_and_no_other() -> None:
    read = set(READ.findall((ROOT / "helpdesk" / "settings.py").read_text()))

    assert rows_of("Environment") == read


def test_operations_tells_what_the_embedded_stack_reads() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "helpdesk" / "dev").glob("*.py"))

    told = rows_of("The embedded stack")

    assert told >= {"PORT", "BIND", "DEMO", "DESK_VAR", "DESK_PG_BIN"}
    assert {name for name in told if f'"{name}"' not in sources} == set()


def test_every_variable_of_a_program_is_told() -> None:
    known = rows_of("Environment") | ELSEWHERE

    assert {name for service in SERVICES for name in service.variables} | LOCAL <= known


def broken_links(page: Path) -> list[str]:
    """What links of the page lead to that is not there, headings included."""
    broken = []
    for target in LINK.findall(page.read_text()):
        path, _hash, fragment = target.partition("#")
        if "://" in path:
            continue
        file = (page.parent / path).resolve() if path else page
        headings = (
            re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
            if file.suffix == ".md" and file.exists()
            else []
        )
        if not file.exists() or (fragment and fragment not in map(anchor_of, headings)):
            broken.append(target)
    return broken


def missing_paths(page: Path) -> list[str]:
    """Files and folders that the page names and that are not there."""
    named = [word.split(":")[0].split(" ")[0] for word in words(page)]
    paths = {name for name in named if name.startswith(tuple(f"{folder}/" for folder in FOLDERS))}
    return sorted(path for path in paths if not (ROOT / path).exists())


def missing_modules(page: Path) -> list[str]:
    """Modules that the page names and that are not there."""
    modules = [
        re.findall(r"\b(?:helpdesk|accounts|helpcenter|tickets|benchmarks)(?:\.[a-z_]+)+\b", word)
        for word in words(page)
    ]
    files = {name.replace(".", "/") for names in modules for name in names}
    known = {path for path in files if (ROOT / path).is_dir() or (ROOT / f"{path}.py").exists()}
    inside = {
        path for path in files - known if (ROOT / path).parent.with_suffix(".py").exists()
    }  # a name of a module
    return sorted(path for path in files - known - inside if not is_file_name(path))


def is_file_name(path: str) -> bool:
    """Whether `path` came of a file's ending or of an address, such as `tickets/views/home/py`."""
    return path.rpartition("/")[2] in {"py", "md", "html", "css", "js", "example", "localhost"}


def missing_commands(page: Path) -> list[str]:
    """Management commands that the page names and that are not there."""
    named = {name for word in words(page) for name in re.findall(r"manage\.py ([a-z_]+)", word)}
    return sorted(named - set(get_commands()))


def missing_targets(page: Path) -> list[str]:
    """Targets of make that the page names and that are not there."""
    named = {name for word in words(page) for name in re.findall(r"^make ([a-z]+)", word)}
    return sorted(named - set(TARGETS))


@pytest.mark.parametrize(
    "faults_of", [broken_links, missing_paths, missing_modules, missing_commands, missing_targets]
)
def test_what_a_page_names_is_there(faults_of: Callable[[Path], list[str]]) -> None:
    found = {str(page.relative_to(ROOT)): faults_of(page) for page in PAGES}

    assert {page: faults for page, faults in found.items() if faults} == {}


def test_the_makefile_has_the_targets_of_the_boot_step() -> None:
    phony = (ROOT / "Makefile").read_text().split(".PHONY:")[1].splitlines()[0].split()

    assert set(phony) == set(TARGETS)


def test_every_command_of_ours_is_told() -> None:
    ours = {
        name
        for name, app in get_commands().items()
        if str(app).startswith(("accounts", "helpdesk", "tickets"))
    }
    told = {name for page in PAGES for word in words(page) for name in re.findall(r"[a-z_]+", word)}

    assert ours - told == set()


def test_languages_are_told() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()

    assert [code for code, _name in settings.LANGUAGES if f"`{code}`" not in page] == []


def test_pictures_are_small_and_shown() -> None:
    pictures = sorted((ROOT / "docs" / "images").glob("*"))
    shown = {target for page in PAGES for target in LINK.findall(page.read_text())}

    assert [path.name for path in pictures if path.stat().st_size > 150 * 1024] == []
    assert [path.name for path in pictures if not any(target.endswith(path.name) for target in shown)] == []
