"""The desk by keys alone: single keys, own keys, the sheet and the palette."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Route, expect

from accounts.actions.keys import choose_keys
from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket
from tests.journeys.conftest import Variant, Visitor, variants
from tests.journeys.keyboard import press_on, tab_to
from tickets.models import Ticket

QUEUE = "/admin/tickets/ticket/"
KEYS = "/admin/accounts/member/keys/"


@pytest.fixture
def agent(live_house: House) -> Member:
    with tenant_scope(live_house.tenant.pk):
        return make_member("agent@acme.example", role=Member.Role.AGENT, team=live_house.team)


@pytest.fixture
def ticket(live_house: House) -> Ticket:
    with tenant_scope(live_house.tenant.pk):
        customer = make_member("ana@elsewhere.example", name="Ana Sousa")
        return make_ticket(live_house, customer, subject="Refund for order 1182")


def come(house: House, member: Member, visit: Any, *options: Any) -> Visitor:
    """A browser in which the member is signed in."""
    with tenant_scope(house.tenant.pk):
        client = Client(headers={"host": house.host})
        client.force_login(member)
    visitor: Visitor = visit(*options)
    session = client.cookies["session"].value
    visitor.context.add_cookies([{"name": "session", "value": session, "url": visitor.origin}])
    return visitor


def test_what_is_typed_before_the_palette_is_there_is_in_it(
    live_house: House, agent: Member, ticket: Ticket, visit: Any
) -> None:
    visitor = come(live_house, agent, visit)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    visitor.page.route("**/js/keys*.js", hold)
    page = visitor.open(QUEUE)

    with page.expect_request("**/js/keys*.js"):
        page.keyboard.press("Control+k")
    page.keyboard.type("refund")  # of which r is a shortcut, and j would move
    held[0].continue_()

    expect(page.locator("#palette-box")).to_have_value("refund")
    expect(page.get_by_role("option", name=ticket.number)).to_be_visible()
    assert visitor.complaints == []


def test_keys_and_palette_do_what_the_page_shows(
    live_house: House, agent: Member, ticket: Ticket, visit: Any
) -> None:
    visitor = come(live_house, agent, visit)
    page = visitor.open(QUEUE)

    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("h1")).to_contain_text("Refund for order 1182")
    page.keyboard.press("t")
    expect(page.locator("#set_tag")).to_be_focused()
    page.keyboard.type("vip jx")  # in a box keys are letters
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tag added: vip jx")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Assign to me")
    assert visitor.axe() == []
    page.keyboard.press("Escape")

    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Type a command, a view, a number or words")
    expect(box).to_be_focused()
    page.keyboard.type("assign to me")
    expect(page.get_by_role("option", name="Assign to me a")).to_have_attribute("aria-selected", "true")
    assert visitor.axe() == []
    page.keyboard.press("Enter")
    expect(page.get_by_text("Agent assigned the ticket to Agent")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("the title")  # the box is named, its button is no act of its own
    expect(page.get_by_role("option", name="Edit the title")).to_be_visible()
    expect(page.get_by_role("option", name="Save the title")).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.type("split")
    page.keyboard.press("Enter")  # what has no key is there too
    expect(page.locator("h1")).to_have_text(f"Split {ticket.number}")
    page.go_back()
    page.keyboard.press("Control+k")
    page.keyboard.type("refund")
    expect(page.get_by_role("option", name=ticket.number)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url(f"**{QUEUE}?view=mine")

    assert visitor.complaints == []


def test_in_the_queue_keys_act_on_the_chosen_rows_and_go_on_there(
    live_house: House, agent: Member, ticket: Ticket, visit: Any
) -> None:
    with tenant_scope(live_house.tenant.pk):
        customer = make_member("ben@elsewhere.example")
        tickets = [ticket, *(make_ticket(live_house, customer, subject=f"Refund {one}") for one in "abc")]
    visitor = come(live_house, agent, visit)
    page = visitor.open(f"{QUEUE}?view=unassigned")

    page.keyboard.press("a")  # no row is meant, and nothing happens
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.get_by_text("1 ticket changed.", exact=True).first).to_be_visible()
    expect(
        page.get_by_role("link", name=tickets[2].subject)
    ).to_be_focused()  # which moved up to the second place
    expect(page.locator("#say")).to_have_text("1 ticket changed.")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("p")
    expect(page.locator("#bulk-act")).to_be_focused()
    expect(page.locator("#bulk-act")).to_have_value("priority:4")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Assign: To me")).to_be_visible()
    page.keyboard.type("solved")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 tickets changed.", exact=True).first).to_be_visible()
    expect(page.locator("tr.queue-row")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(page.get_by_label("Tags to add")).to_be_focused()
    page.go_back()
    expect(page.locator("tr.is-selected")).to_have_count(1)  # what is chosen still is, and is seen to be
    expect(page.locator("#bulk strong")).to_be_visible()

    assert visitor.complaints == []


def test_a_ticket_is_solved_by_one_key(live_house: House, agent: Member, ticket: Ticket, visit: Any) -> None:
    with tenant_scope(live_house.tenant.pk):
        for number in range(5):
            answer(ticket, agent, f"Answer {number}")
    visitor = come(live_house, agent, visit)
    page = visitor.open(f"{QUEUE}{ticket.pk}/change/")

    page.keyboard.press("l")
    expect(page.locator("#latest")).to_be_focused()
    expect(page.locator("#latest")).to_contain_text("Answer 4")
    page.keyboard.press("e")
    expect(page.locator(".workspace-head .status")).to_have_text("Solved")
    expect(page.get_by_role("button", name="Solve", exact=True)).to_have_count(0)

    assert visitor.complaints == []


def test_own_keys_act_and_keys_that_are_off_do_not(
    live_house: House, agent: Member, ticket: Ticket, visit: Any
) -> None:
    with tenant_scope(live_house.tenant.pk):
        choose_keys(agent, is_on=True, keys={"t": "y"})
    visitor = come(live_house, agent, visit)
    page = visitor.open(f"{QUEUE}{ticket.pk}/change/")
    page.keyboard.press("t")
    expect(page.locator("#set_tag")).not_to_be_focused()
    page.keyboard.press("y")
    expect(page.locator("#set_tag")).to_be_focused()

    with tenant_scope(live_house.tenant.pk):
        choose_keys(agent, is_on=False, keys={})
    visitor.open(f"{QUEUE}{ticket.pk}/change/")
    page.keyboard.press("t")

    expect(page.locator("#set_tag")).not_to_be_focused()


@pytest.mark.parametrize("width", [1280, 320])
def test_a_day_by_tab_space_and_enter_alone(
    live_house: House, agent: Member, ticket: Ticket, visit: Any, width: int
) -> None:
    with tenant_scope(live_house.tenant.pk):
        choose_keys(agent, is_on=False, keys={})
        following = make_ticket(live_house, make_member("li@elsewhere.example"), subject="Upload fails")
    visitor = come(live_house, agent, visit, Variant(width, "light", "ltr"))
    page = visitor.open(QUEUE)
    row = page.locator("tr.queue-row", has_text=ticket.number)

    press_on(page, row.locator("[type=checkbox]"), "Space")
    tab_to(page, page.locator("#bulk-act"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("#bulk-act")).to_have_value("assign:me")
    press_on(page, page.get_by_role("button", name="Change the tickets"))
    expect(row).to_contain_text("Agent")
    press_on(page, row.get_by_role("link", name="Refund for order 1182"))
    expect(page.locator("h1")).to_contain_text(ticket.number)
    if width == 320:
        press_on(page, page.get_by_role("link", name="Note", exact=True))
    else:
        tab_to(page, page.locator(".mode-public"))
        page.keyboard.press("ArrowRight")
    tab_to(page, page.get_by_label("Your note"))
    page.keyboard.type("Asked the bank.")
    press_on(page, page.get_by_role("button", name="Add internal note"))
    expect(page.locator(".message-internal")).to_contain_text("Asked the bank.")
    press_on(page, page.locator("#set_priority"), "ArrowUp")
    press_on(page, page.get_by_role("button", name="Set Priority"))
    expect(page.locator("#set_priority")).to_have_value("3")
    tab_to(page, page.get_by_label("Your reply"))
    page.keyboard.type("It left on Tuesday.")
    press_on(page, page.get_by_role("button", name="Send and solve"))

    expect(page.locator("h1")).to_contain_text(following.number)
    assert visitor.complaints == []


@pytest.mark.parametrize("variant", variants())
def test_the_page_of_keys_and_the_palette_hold_in_every_corner(
    live_house: House, agent: Member, ticket: Ticket, visit: Any, variant: Variant
) -> None:
    visitor = come(live_house, agent, visit, variant)
    language = {"rtl": "ar", "ltr": "en"}[variant.direction]
    visitor.context.add_cookies([{"name": "language", "value": language, "url": visitor.origin}])
    page = visitor.open(KEYS)

    assert page.evaluate("document.documentElement.dir") == variant.direction
    assert visitor.axe() == []
    assert visitor.sideways_scroll() == 0
    assert visitor.small_targets() == []
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-box")).to_be_focused()

    assert visitor.axe() == []
    assert visitor.sideways_scroll() == 0
