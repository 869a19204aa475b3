"""The style guide holds every part; what is right there is right on every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Variant, Visitor, variants

Visit = Callable[..., Visitor]


def address(variant: Variant) -> str:
    return f"/styleguide/?dir={variant.direction}&theme={variant.theme}"


@pytest.mark.parametrize("variant", variants())
def test_every_part_is_accessible_and_fits(visit: Visit, variant: Variant) -> None:
    visitor = visit(variant)

    visitor.open(address(variant))

    assert visitor.axe() == []
    assert visitor.sideways_scroll() == 0
    assert visitor.small_targets() == []
    assert visitor.complaints == []


def test_open_menus_and_dialogs_are_accessible(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/styleguide/")

    page.locator("details.menu.menu-start > summary").click()
    with_menu = visitor.axe()
    page.get_by_role("button", name="Open a dialog").click()
    with_dialog = visitor.axe()
    page.keyboard.press("Escape")

    assert with_menu == []
    assert with_dialog == []
    assert page.evaluate("document.activeElement.textContent") == "Open a dialog"


def test_the_theme_is_kept_without_script_and_painted_at_once(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.open("/styleguide/")

    page.locator(".site-tools details.menu > summary").first.click()
    page.get_by_role("button", name="Dark", exact=True).click()
    chosen = page.locator("html").get_attribute("data-theme")
    page.reload()

    assert chosen == "dark"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.url.endswith("/styleguide/")


def test_the_language_turns_the_page_around_without_script(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.open("/styleguide/")

    page.locator(".site-tools details.menu").nth(1).locator("summary").click()
    page.locator("button[name=language][value=ar]").click()

    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("html").get_attribute("lang") == "ar"
    assert visitor.sideways_scroll() == 0


def test_a_reply_and_a_note_keep_their_own_text_without_script(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.open("/styleguide/")
    composer = page.locator("#agent-composer")

    composer.locator(".composer-public textarea").fill("For Ana")
    composer.get_by_label("Internal note").check()
    composer.locator(".composer-note textarea").fill("For us")
    public_is_hidden = composer.locator(".composer-public").is_hidden()
    composer.get_by_label("Reply to customer").check()

    assert public_is_hidden
    assert composer.locator(".composer-note").is_hidden()
    assert composer.locator(".composer-public textarea").input_value() == "For Ana"


def test_the_skip_link_is_the_first_stop(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/styleguide/")

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")

    assert first == "skip-link"
    assert page.evaluate("document.activeElement.id") == "main"
