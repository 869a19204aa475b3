"""How the journeys measure contrast: each look once, and none is missed for standing beside what axe passes over."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import LOOKS, Visitor

PALE = "color: #999; background: #aaa"
PAGE = """<!doctype html><html lang="en"><head><title>Looks</title><meta name="viewport" content="width=device-width">
</head><body style="background: #fff; color: #111"><main><h1>Looks</h1>{}</main></body></html>"""


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    known = set(LOOKS)
    LOOKS.clear()
    context = browser.new_context()
    yield Visitor(context, context.new_page(), "")
    context.close()
    LOOKS.clear()
    LOOKS.update(known)


def faults(visitor: Visitor, inside: str) -> list[str]:
    visitor.page.set_content(PAGE.format(inside))
    return [found.partition(":")[0] for found in visitor.axe()]


def test_a_pale_text_is_found_where_it_is_met_first(visitor: Visitor) -> None:
    pale = f'<p style="{PALE}">Hardly to be read</p>'

    assert faults(visitor, "<p>Well readable</p>") == []
    assert faults(visitor, pale * 3) == ["color-contrast"]
    assert faults(visitor, pale) == []  # known, and told already
    visitor.measures_all = True
    assert faults(visitor, pale * 3) == ["color-contrast"] * 3


@pytest.mark.parametrize(
    "passed_over",
    [
        f'<button disabled style="{PALE}; font: inherit">Switched off</button>',
        f'<p hidden style="{PALE}">Not to be seen</p>',
        f'<p style="{PALE}; visibility: hidden">Not to be seen</p>',
        f'<p style="{PALE}; height: 0; overflow: hidden; margin: 0">Cut off</p>',
        f'<p style="{PALE}">…</p>',
    ],
)
def test_what_axe_passes_over_stands_for_nothing_else(visitor: Visitor, passed_over: str) -> None:
    assert faults(visitor, passed_over) == []
    assert faults(visitor, f'{passed_over}<p style="{PALE}">Hardly to be read</p>') == ["color-contrast"]


def test_the_same_letters_on_another_ground_or_in_a_floating_box_are_another_look(visitor: Visitor) -> None:
    grey = '<p style="color: #767676">Grey letters</p>'

    assert faults(visitor, grey) == []
    assert faults(visitor, f'<div style="background: #999">{grey}</div>') == ["color-contrast"]
    assert faults(visitor, f'<div class="box" style="position: fixed; background: #999">{grey}</div>') == [
        "color-contrast"
    ]
