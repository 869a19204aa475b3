"""Words survive: a dead line, a fault of ours and a reload, on the running product; and they are sent once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from helpdesk.dev.processes import wait_until
from tests.journeys.conftest import NARROW, WIDE, Variant, Visitor, variants
from tests.live import PASSWORD, Live

pytestmark = pytest.mark.xdist_group("live")

Arrive = Callable[..., Visitor]
FORM = "/contact/videos/upload-fails/"
QUEUED = "You’re offline. We’ll send this when you’re back."
FAILED = "We couldn’t send this"


@pytest.fixture
def arrive(browser: Browser, live: Live) -> Iterator[Arrive]:
    """Opens a page in a new browser; signed in as the customer when asked."""
    opened = []

    def go(path: str = FORM, variant: Variant = WIDE, *, member: bool = False, **options: Any) -> Visitor:
        context = browser.new_context(
            viewport={"width": variant.width, "height": 900}, color_scheme=variant.theme, **options
        )
        opened.append(context)
        visitor = Visitor(context, context.new_page(), live.url("acme", ""))
        if member:
            page = visitor.open("/accounts/login/")
            page.fill("[name=login]", "customer@acme.example")
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url("**/tickets/")
        visitor.open(path)
        return visitor

    yield go
    for context in opened:
        context.close()


def test_a_request_that_is_sent_offline_waits_in_sight_and_goes_once(arrive: Arrive, live: Live) -> None:
    visitor = arrive()
    page, posts = visitor.page, posts_of(visitor.page)
    fill_in(page, "Sent from the train")
    send(page)
    page.wait_for_url("**/contact/check/**")

    visitor.context.set_offline(True)
    send(page)
    expect(note(page, QUEUED)).to_be_visible()
    expect(note(page, "Waiting for connection")).to_be_visible()
    posts.clear()
    visitor.context.set_offline(False)
    page.wait_for_url("**/contact/sent/**")

    assert len(posts) == 1
    assert tickets_called(live, "Sent from the train") == 1


def test_what_is_typed_offline_survives_a_reload_and_leaves_the_device_once_saved(arrive: Arrive) -> None:
    visitor = arrive()
    page = visitor.page
    fill_in(page, "Begun at home")
    page.get_by_text("Saved").first.wait_for()

    visitor.context.set_offline(True)
    page.fill("[name=body]", "Went on in the train.")
    send(page)
    expect(note(page, QUEUED)).to_be_visible()
    while_offline = storage(page)
    visitor.context.set_offline(False)
    page.wait_for_url("**/contact/check/**")

    assert "Went on in the train." in while_offline
    assert storage(page) == "{}"


def test_a_fault_of_the_server_leaves_the_words_and_a_way_to_try_again(arrive: Arrive, live: Live) -> None:
    visitor = arrive()
    page = visitor.page
    fill_in(page, "Against a fault")
    page.route(f"**{FORM}", lambda route: route.fulfill(status=500, body="<p class=ref>Reference 7F3K</p>"))

    send(page)
    expect(note(page, FAILED)).to_be_visible()
    expect(note(page, "Reference 7F3K")).to_be_visible()
    expect(page.locator("#alert")).to_contain_text("We couldn’t send this. Nothing is lost.")
    page.unroute(f"**{FORM}")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/contact/check/**")

    expect(page.get_by_text("Against a fault")).to_be_visible()
    assert storage(page) == "{}"


def test_a_request_that_breaks_off_comes_back_after_a_reload_with_its_key(arrive: Arrive) -> None:
    page = arrive().page
    page.route(
        f"**{FORM}", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    fill_in(page, "Broken off")
    key = page.locator("[name=key]").input_value()

    send(page)
    expect(note(page, FAILED)).to_be_visible()
    page.unroute(f"**{FORM}")
    page.reload()

    expect(page.locator("[name=subject]")).to_have_value("Broken off")
    expect(page.locator("[name=body]")).to_have_value("Since Monday.")
    assert page.locator("[name=key]").input_value() == key


def test_a_refused_form_comes_back_in_place_with_the_summary_focused(arrive: Arrive) -> None:
    visitor = arrive()
    page = visitor.page
    page.fill("[name=body]", "No title.")

    send(page)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()

    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("Error:")
    assert page.locator("[name=body]").input_value() == "No title."
    assert visitor.axe() == []
    page.set_input_files("[name=files]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"line"})
    expect(page.locator(".file .tag-ok:visible")).to_have_count(1)
    fill_in(page, "With a title now")
    send(page)
    page.wait_for_url("**/contact/check/**")


def test_a_reply_that_is_written_offline_is_sent_once_and_the_box_is_empty_again(
    arrive: Arrive, live: Live
) -> None:
    visitor = arrive("/tickets/", member=True)
    page = visitor.page
    page.locator(".data-table a").first.click()
    box = page.locator("#composer [name=body]")
    box.wait_for()

    visitor.context.set_offline(True)
    box.fill("Written under ground.")
    page.locator("#composer .button-primary").click()
    expect(note(page, QUEUED)).to_be_visible()
    visitor.context.set_offline(False)

    expect(page.locator(".message", has_text="Written under ground.")).to_have_count(1, timeout=15_000)
    expect(box).to_have_value("")
    assert re.search(r"#m-\d+$", page.url)
    assert storage(page) == "{}"
    box.fill("And once more.")
    page.locator("#composer .button-primary").click()
    expect(page.locator(".message", has_text="And once more.")).to_have_count(1, timeout=15_000)


def test_nothing_is_kept_on_the_device_while_the_line_holds(arrive: Arrive) -> None:
    page = arrive().page

    fill_in(page, "An ordinary day")
    page.get_by_text("Saved").first.wait_for()
    kept = storage(page)
    send(page)
    page.wait_for_url("**/contact/check/**")

    assert kept == storage(page) == "{}"
    assert page.evaluate("JSON.stringify(localStorage)") == "{}"


def test_what_is_typed_before_the_scripts_arrive_is_saved_too(arrive: Arrive) -> None:
    visitor = arrive("/")
    page = visitor.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/draft*.js", hold)
    page.goto(visitor.origin + FORM, wait_until="commit")
    page.fill("[name=subject]", "Typed on a slow line")
    assert wait_until(lambda: page.evaluate("true") and bool(held), seconds=10)
    held[0].continue_()

    expect(page.get_by_text("Saved").first).to_be_visible(timeout=15_000)


def test_a_press_on_the_folded_reply_of_a_phone_is_not_lost(arrive: Arrive) -> None:
    page = arrive("/tickets/", NARROW, member=True).page
    page.locator(".data-table a").first.click()
    button = page.locator("#composer .button-primary")
    button.wait_for()

    spot = button.bounding_box()
    assert spot
    page.mouse.move(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
    page.mouse.down()
    page.mouse.up()

    expect(page.locator(".error-summary")).to_be_visible()


@pytest.mark.parametrize("variant", variants())
def test_the_notes_are_accessible_and_fit(arrive: Arrive, variant: Variant) -> None:
    visitor = arrive(variant=variant, locale="ar" if variant.direction == "rtl" else "en")
    page = visitor.page
    fill_in(page, "To be looked at")
    faults = []

    page.route(f"**{FORM}", lambda route: route.fulfill(status=500))
    send(page)
    expect(page.locator("[data-when=failed]")).to_be_visible()
    faults += [*visitor.axe(), *visitor.small_targets(), visitor.sideways_scroll()]
    visitor.context.set_offline(True)
    page.locator("[data-unsent] button").click()
    expect(page.locator("[data-when=queued]")).to_be_visible()
    faults += [*visitor.axe(), *visitor.small_targets(), visitor.sideways_scroll()]

    assert faults == [0, 0]


def fill_in(page: Page, title: str) -> None:
    page.fill("[name=subject]", title)
    page.fill("[name=body]", "Since Monday.")
    page.fill("[name=email]", "ana@elsewhere.example")


def note(page: Page, text: str) -> Locator:
    return page.locator("[data-unsent]").get_by_text(text)


def send(page: Page) -> None:
    page.locator("form.form .button-primary").click()


def posts_of(page: Page) -> list[str]:
    """The addresses that are posted to from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if request.method == "POST" else None)
    return found


def storage(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(sessionStorage)"))


def tickets_called(live: Live, subject: str) -> int:
    """How many tickets of the last minute have that subject."""
    question = (
        "SELECT count(*) FROM tickets_ticket WHERE subject = %s AND created_at > now() - interval '1 minute'"
    )
    return int(live.rows(question, [subject], tenant="acme")[0][0])
