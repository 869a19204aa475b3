"""The documentation says what is there: every variable, command, target, path and link in it exists."""

import re
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
IDS = [str(page.relative_to(ROOT)) for page in PAGES]
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

each_page = pytest.mark.parametrize("page", PAGES, ids=IDS)


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


@each_page
def test_links_lead_somewhere(page: Path) -> None:
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

    assert broken == []


@each_page
def test_paths_exist(page: Path) -> None:
    named = [word.split(":")[0].split(" ")[0] for word in words(page)]
    paths = {name for name in named if name.startswith(tuple(f"{folder}/" for folder in FOLDERS))}

    assert {path for path in paths if not (ROOT / path).exists()} == set()


@each_page
def test_modules_exist(page: Path) -> None:
    modules = [
        re.findall(r"\b(?:helpdesk|accounts|helpcenter|tickets|benchmarks)(?:\.[a-z_]+)+\b", word)
        for word in words(page)
    ]
    files = {name.replace(".", "/") for names in modules for name in names}
    known = {path for path in files if (ROOT / path).is_dir() or (ROOT / f"{path}.py").exists()}
    inside = {
        path for path in files - known if (ROOT / path).parent.with_suffix(".py").exists()
    }  # a name of a module

    assert {path for path in files - known - inside if not is_file_name(path)} == set()


def is_file_name(path: str) -> bool:
    """Whether `path` came of a file's ending or of an address, such as `tickets/views/home/py`."""
    return path.rpartition("/")[2] in {"py", "md", "html", "css", "js", "example", "localhost"}


@each_page
def test_management_commands_exist(page: Path) -> None:
    named = {name for word in words(page) for name in re.findall(r"manage\.py ([a-z_]+)", word)}

    assert named - set(get_commands()) == set()


@each_page
def test_make_targets_exist(page: Path) -> None:
    phony = (ROOT / "Makefile").read_text().split(".PHONY:")[1].splitlines()[0].split()
    named = {name for word in words(page) for name in re.findall(r"^make ([a-z]+)", word)}

    assert set(phony) == set(TARGETS)
    assert named - set(phony) == set()


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
