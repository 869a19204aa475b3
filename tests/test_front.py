"""What every template and style sheet keeps: strict CSP, both directions, translatable words, small files."""

from __future__ import annotations

import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

ROOT = Path(__file__).resolve().parent.parent
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "email" not in path.parts]

PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)"
    r"|border-(?:top|bottom)-(?:left|right)-radius|left|right|top|bottom|width|height|(?:min|max)-(?:width|height))\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)
FOUR_SIDES = re.compile(r"(?<![\w-])(?:margin|padding|inset)\s*:\s*([^;}]+)")
HANDLER = re.compile(r"\son[a-z]+\s*=", re.IGNORECASE)
TRANSLATED = re.compile(
    r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}|{#.*?#}"
    r"|{% block (?:wrap|body_?class|coltype) %}.*?{% endblock.*?%}",
    re.DOTALL,
)
CODE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
NOT_FOR_PEOPLE = re.compile(r"<(style|script|code|kbd)\b.*?</\1>", re.DOTALL)
SPOKEN = re.compile(r'(?:placeholder|title|aria-label|alt)="([^"]+)"')


def compressed(paths: list[Path]) -> int:
    return sum(len(brotli.compress(path.read_bytes())) for path in paths)


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheets_name_no_side_of_the_screen(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)

    physical = [match.group() for match in PHYSICAL.finditer(text)]
    lopsided = [
        match.group()
        for match in FOUR_SIDES.finditer(text)
        if len(sides := re.split(r"\s+(?![^(]*\))", match.group(1).strip())) == 4 and sides[1] != sides[3]
    ]

    assert physical == []
    assert lopsided == []


def test_sheets_and_scripts_stay_small() -> None:
    tokens, site, desk = (ROOT / "static" / "css" / name for name in ("tokens.css", "site.css", "desk.css"))

    assert compressed([tokens, site]) <= 14_000
    assert compressed([tokens, site, desk]) <= 20_000
    assert compressed([ROOT / "static" / "js" / "site.js"]) <= 6_000
    assert compressed(SCRIPTS) <= 40_000
    assert (ROOT / "static" / "img" / "icons.svg").stat().st_size <= 6 * 1024


def test_pages_carry_no_inline_style_or_script() -> None:
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|javascript:")

    found = {
        (short(page), match.group())
        for page in PAGES
        for kind in (inline, HANDLER)
        for match in kind.finditer(page.read_text())
    }

    assert found == set()


def test_words_for_people_can_be_translated() -> None:
    bare = {}
    for template in (path for path in TEMPLATES if "styleguide" not in path.parts):
        text = NOT_FOR_PEOPLE.sub(" ", CODE.sub(" ", TRANSLATED.sub(" ", template.read_text())))
        between_tags = re.sub(r"<[^>]*>|&\w+;", " ", text)
        attributes = " ".join(SPOKEN.findall(text))
        bare[short(template)] = re.findall(r"[A-Za-z]{2,}", f"{between_tags} {attributes}")

    assert {name: words for name, words in bare.items() if words} == {}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_import_no_other_because_only_templates_know_the_hashed_names(script: Path) -> None:
    assert not re.search(r"\bimport\b[^\n]*[\"']\.", script.read_text())


def test_every_icon_that_a_template_names_stands_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "img" / "icons.svg").read_text()))
    named = {name for path in PAGES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}

    assert named - sprite == {"back"}  # the arrow, mirrored


def test_every_class_that_a_template_names_stands_in_a_sheet() -> None:
    sheets = " ".join(path.read_text() for path in SHEETS)
    known = set(re.findall(r"\.([a-z][\w-]*)", sheets)) | HOOKS

    unknown = {
        (word, short(path)) for path in PAGES for word in classes_of(path.read_text()) if word not in known
    }

    assert unknown == set()


# Names that tests, scripts or Django look for, without a look of their own.
HOOKS = {
    "actions",
    "bulk",
    "changelist-form-container",
    "clock-words",
    "closelink",
    "dashboard",
    "delete",
    "desk-sample",
    "form-row",
    "hiddenfields",
    "inline-group",
    "queue-row",
    "showall",
    "ticket-back",
    "ticket-page",
    "queue-page",
    "workspace-page",
}


def classes_of(text: str) -> set[str]:
    """The whole class names in `text`; those that are put together from a value are left out."""
    text = re.sub(r"{{.*?}}", "§", re.sub(r"{%.*?%}", " ", text, flags=re.DOTALL))
    return {
        word for found in re.findall(r'class="([^"]*)"', text) for word in found.split() if "§" not in word
    }
