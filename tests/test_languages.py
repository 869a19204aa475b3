"""The interface catalogues: everything that people read is in them, with the same gaps to fill."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
OURS = ("helpdesk", "accounts", "helpcenter", "tickets")
VERBS = {
    "_": 0,
    "gettext": 0,
    "gettext_lazy": 0,
    "ngettext": 0,
    "ngettext_lazy": 0,
    "pgettext": 1,
    "pgettext_lazy": 1,
}
GAP = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]+\}|<[^>]+>")


def calls_in(source: str) -> Iterator[str]:
    """The texts given to gettext and its kin in Python source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in VERBS:
            texts = node.args[VERBS[node.func.id] :]
            if texts and isinstance(texts[0], ast.Constant) and isinstance(texts[0].value, str):
                yield texts[0].value


def texts_of_the_interface() -> dict[str, str]:
    """Every text to translate, with a file that says it."""
    found: dict[str, str] = {}
    for app in OURS:
        for path in (ROOT / app).rglob("*.py"):
            found |= dict.fromkeys(calls_in(path.read_text()), str(path.relative_to(ROOT)))
    for path in (ROOT / "templates").rglob("*.*"):
        for call in re.findall(r"n?p?gettext\(.*?\) ", templatize(path.read_text()) + " ", re.DOTALL):
            try:
                found |= dict.fromkeys(calls_in(call.strip()), str(path.relative_to(ROOT)))
            except SyntaxError:  # a stretch between two calls
                continue
    return found


@pytest.fixture(scope="module")
def arabic() -> Catalog:
    with (ROOT / "locale/ar/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale="ar")


def test_every_text_of_the_interface_has_arabic(arabic: Catalog) -> None:
    known = {message.id[0] if isinstance(message.id, tuple) else message.id for message in arabic}

    texts = texts_of_the_interface()

    assert len(texts) > 500
    assert {text: path for text, path in texts.items() if text not in known} == {}


def test_no_translation_is_empty_or_uncertain(arabic: Catalog) -> None:
    weak = [message.id for message in arabic if message.id and (not all(forms(message)) or message.fuzzy)]

    assert weak == []


def test_translations_keep_the_gaps(arabic: Catalog) -> None:
    wrong = [
        message.id
        for message in arabic
        if message.id
        and not isinstance(message.id, tuple)
        and gaps(str(message.id)) != gaps(str(message.string))
    ]

    assert wrong == []


def test_arabic_counts_in_six_forms(arabic: Catalog) -> None:
    plural = [message for message in arabic if isinstance(message.id, tuple)]

    assert plural
    assert {len(forms(message)) for message in plural} == {6}


def forms(message: object) -> tuple[str, ...]:
    """The one form of a message, or its plural forms."""
    string = getattr(message, "string", "")
    return tuple(string) if isinstance(string, tuple | list) else (string,)


def gaps(text: str) -> list[str]:
    """What is filled in later, in any order."""
    return sorted(GAP.findall(text))
