"""The submission flow in a real browser: few clicks, no script, keyboard alone, and nothing typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from helpcenter.actions.articles import Text, create_article, publish
from helpcenter.addresses import article_url
from helpcenter.models import Section
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_category, make_member
from tests.journeys.conftest import Visitor
from tests.journeys.keyboard import tab_to
from tickets.models import RequestDraft, Ticket

Arrive = Callable[..., Visitor]
FORM = "/contact/refund-late/card/"
SAVED = re.compile(r"^Saved \d\d:\d\d$")


@pytest.fixture
def topics(live_house: House) -> House:
    """A house with a topic below a topic, and a customer."""
    with tenant_scope(live_house.tenant.pk):
        make_category("card", live_house.team, parent=live_house.category, en="By card")
        make_member("customer@acme.example")
    return live_house


def press(page: Page) -> None:
    """The one primary button of the page."""
    page.locator("form.form .button-primary").click()


def fill_in(page: Page, *, title: str = "Refund for order 1182") -> None:
    page.fill("[name=subject]", title)
    page.fill("[name=body]", "Since Monday.")
    if page.locator("[name=email]").count():
        page.fill("[name=email]", "ana@elsewhere.example")


def sent(house: House, title: str = "Refund for order 1182") -> int:
    """How many tickets have this title."""
    with tenant_scope(house.tenant.pk):
        return Ticket.objects.filter(subject=title).count()


def sign_in(page: Page) -> None:
    page.fill("[name=login]", "customer@acme.example")
    page.fill("[name=password]", "demo-password")
    page.locator("[name=password]").press("Enter")


@pytest.mark.parametrize("script", [True, False])
def test_five_clicks_from_home_to_a_sent_ticket(topics: House, visit: Arrive, script: bool) -> None:
    page = visit(java_script_enabled=script).open("/en/")

    page.locator("main").get_by_role("link", name="Contact us").click()
    expect(page).to_have_title(re.compile("^1 of 3 · "))
    page.locator("summary", has_text="Refund late").click()
    page.get_by_role("link", name="By card").click()
    expect(page).to_have_title(re.compile("^2 of 3 · "))
    fill_in(page)
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^3 of 3 · "))
    page.get_by_role("button", name="Send request").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Request received")
    assert sent(topics) == 1


def test_topics_are_found_while_one_types_and_the_address_follows(topics: House, visit: Arrive) -> None:
    visitor = visit()
    page = visitor.open("/contact/?app_version=34.2")
    page.get_by_label("Find a topic").press_sequentially("refnud")

    expect(page.get_by_role("heading", name="1 topic for “refnud”")).to_be_visible()
    expect(page.locator("#say")).to_have_text("1 topic for “refnud”")
    assert page.evaluate("document.activeElement.name") == "q"
    assert visitor.axe() == []
    page.reload()
    expect(page.get_by_role("heading", name="1 topic for “refnud”")).to_be_visible()
    page.get_by_label("Find a topic").fill("")
    expect(page.get_by_role("heading", name="All topics")).to_be_hidden()
    page.get_by_label("Find a topic").fill("by card")
    page.locator("[data-listens]").get_by_role("link", name="By card").click()

    page.wait_for_url(f"**{FORM}?app_version=34.2")
    assert visitor.complaints == []


def test_three_clicks_from_an_article_and_another_one_is_offered(topics: House, visit: Arrive) -> None:
    with tenant_scope(topics.tenant.pk):
        section = Section.objects.create(contact_path=FORM.removeprefix("/contact/").strip("/"))
        titles = ("When a refund is late", "Your colours")
        texts = [Text(title, f"{title}. All about it.") for title in titles]
        made = [create_article(section, locale="en", text=text, author=None) for text in texts]
        articles = [publish(one) for one in made]
    visitor = visit()
    page = visitor.open(article_url(articles[0]))

    page.get_by_role("link", name="Contact us about this").click()
    fill_in(page, title="I look for colours")
    expect(page.locator("[data-listens]").get_by_role("link", name="Your colours")).to_be_visible()
    expect(page.locator("#say")).to_have_text(re.compile(r"\d articles? may solve it now"))
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^3 of 3 · "))
    page.get_by_role("button", name="Send request").click()

    page.wait_for_url("**/contact/sent/**")
    assert sent(topics, "I look for colours") == 1
    assert visitor.complaints == []


def test_two_presses_behind_a_deep_link(topics: House, visit: Arrive) -> None:
    page = visit().open(f"{FORM}?app_version=34.2&page=Checkout")

    fill_in(page)
    press(page)
    expect(page.locator(".summary-list")).to_contain_text("34.2 · Checkout")
    press(page)

    page.wait_for_url("**/contact/sent/**")


def test_keyboard_alone(topics: House, visit: Arrive) -> None:
    page = visit().open(FORM)
    for name, text in (
        ("subject", "By keyboard"),
        ("body", "Only keys."),
        ("email", "ana@elsewhere.example"),
    ):
        tab_to(page, page.locator(f"[name={name}]"))
        page.keyboard.type(text)
    tab_to(page, page.locator(".added-part summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("[name=app_version]"))
    page.keyboard.type("34.2")
    tab_to(page, page.locator("form.form .button-primary"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/contact/check/**")
    tab_to(page, page.locator("form.form .button-primary"))
    page.keyboard.press("Enter")

    page.wait_for_url("**/contact/sent/**")
    assert sent(topics, "By keyboard") == 1


def test_words_are_saved_two_seconds_after_typing_stops_and_come_back(topics: House, visit: Arrive) -> None:
    visitor = visit()
    page = visitor.open(FORM)
    page.locator("[name=body]").press_sequentially("Half a sen")
    expect(page.locator("[data-saved]")).to_have_text(SAVED, timeout=15_000)

    page = visitor.open(FORM)

    expect(page.locator("[name=body]")).to_have_value("Half a sen")
    page.get_by_role("button", name="Clear this form").click()
    expect(page.locator("[name=body]")).to_have_value("")
    with tenant_scope(topics.tenant.pk):
        assert RequestDraft.objects.count() == 0


def test_back_and_change_return_to_the_answers(topics: House, visit: Arrive) -> None:
    page = visit().open(FORM)
    fill_in(page)
    press(page)
    page.wait_for_url("**/contact/check/**")

    page.go_back()
    expect(page.locator("[name=body]")).to_have_value("Since Monday.")
    page.fill("[name=body]", "Since Tuesday.")
    press(page)
    page.get_by_role("link", name="Change Title").click()
    expect(page.locator("[name=subject]")).to_have_value("Refund for order 1182")
    expect(page.locator("[name=body]")).to_have_value("Since Tuesday.")
    page.fill("[name=subject]", "Another title")
    press(page)
    expect(page.locator(".summary-list")).to_contain_text("Another title")
    press(page)

    page.wait_for_url("**/contact/sent/**")
    assert sent(topics, "Another title") == 1


def test_session_that_ends_while_writing(topics: House, visit: Arrive) -> None:
    visitor = visit()
    page = visitor.open("/accounts/login/")
    sign_in(page)
    page.wait_for_url("**/tickets/**")
    page = visitor.open(FORM)
    fill_in(page, title="Written for long")
    visitor.context.clear_cookies()

    press(page)
    expect(page.locator(".error-summary")).to_contain_text("Nothing is lost")
    expect(page.locator("[name=subject]")).to_have_value("Written for long")
    page.get_by_role("link", name="Sign in and go on").click()
    sign_in(page)
    page.wait_for_url(f"**{FORM}")
    expect(page.locator("[name=body]")).to_have_value("Since Monday.")
    press(page)
    expect(page.locator(".summary-list")).to_contain_text("Written for long")
    press(page)

    page.wait_for_url("**/contact/sent/**")
    assert sent(topics, "Written for long") == 1


def test_two_tabs_show_both_texts(topics: House, visit: Arrive) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.open(FORM)
    fill_in(page, title="Two tabs")
    press(page)
    first, second = visitor.context.new_page(), visitor.context.new_page()
    for tab in (first, second):
        tab.goto(visitor.origin + FORM)

    first.fill("[name=body]", "Text of the first tab.")
    press(first)
    second.fill("[name=body]", "Text of the second tab.")
    press(second)

    expect(second.locator(".banner-warn", has_text="in another tab as well")).to_contain_text(
        "Text of the first tab."
    )
    expect(second.locator("[name=body]")).to_have_value("Text of the second tab.")
    press(second)
    expect(second.locator(".summary-list")).to_contain_text("Text of the second tab.")


def test_offline_is_told_and_the_words_go_when_back(topics: House, visit: Arrive) -> None:
    visitor = visit()
    page = visitor.open(FORM)
    visitor.context.set_offline(True)
    page.locator("[name=body]").press_sequentially("Typed in a tunnel")
    expect(page.locator("[data-offline-note]")).to_be_visible()

    visitor.context.set_offline(False)

    expect(page.locator("[data-offline-note]")).to_be_hidden()
    expect(page.locator("[data-saved]")).to_have_text(SAVED, timeout=15_000)
