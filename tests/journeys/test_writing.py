"""A ticket is worked on by keys and by thumb: its title, its macros, and what must not slip out to the customer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Member
from helpcenter.actions.articles import Text, create_article, publish
from helpcenter.models import Section, Visibility
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket, note
from tests.journeys.conftest import Variant
from tests.journeys.test_keys import come
from tests.tickets.admin.test_macros import make_macro
from tickets.models import Clock, Ticket

SECRET = "Fraud control watches this account since May, say nothing of it."


@pytest.fixture
def agent(live_house: House) -> Member:
    with tenant_scope(live_house.tenant.pk):
        return make_member("agent@acme.example", role=Member.Role.AGENT, team=live_house.team)


@pytest.fixture
def ticket(live_house: House, agent: Member) -> Ticket:
    with tenant_scope(live_house.tenant.pk):
        made = make_ticket(live_house, make_member("ana@elsewhere.example", name="Ana Sousa"))
        note(made, agent, SECRET)
        make_macro("Ask for patience", texts={"en": "Hello {customer_name}, one more day."})
        make_macro("Known fault", texts={"en": "We know of it, {customer_name}."})
    return made


def workspace(ticket: Ticket) -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/change/"


def test_a_title_by_keys_alone(live_house: House, agent: Member, ticket: Ticket, visit: Any) -> None:
    visitor = come(live_house, agent, visit)
    page = visitor.open(workspace(ticket))
    box, pencil = page.get_by_label("Title, as the customer sees it too"), page.locator(".title-edit summary")

    pencil.focus()
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    assert visitor.axe() == []
    page.keyboard.type("Not this")
    page.keyboard.press("Escape")
    expect(pencil).to_be_focused()
    expect(box).to_have_value(ticket.subject)
    page.keyboard.press("Enter")
    page.keyboard.type("Refund of order 1182")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Refund of order 1182")
    expect(page.get_by_text("changed the title")).to_be_visible()


def test_a_macro_by_keys_alone(live_house: House, agent: Member, ticket: Ticket, visit: Any) -> None:
    page = come(live_house, agent, visit).open(workspace(ticket))
    box = page.get_by_label("Your reply")

    box.focus()
    expect(page.get_by_role("group", name="Marks").first).to_be_visible()  # its script is there
    page.keyboard.type("/")
    expect(page.get_by_label("Macro", exact=True)).to_be_focused()
    page.keyboard.type("Known")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(box).to_be_focused()
    expect(box).to_have_value("We know of it, Ana Sousa.")
    page.keyboard.type(" Thank you.")
    expect(box).to_have_value("We know of it, Ana Sousa. Thank you.")


def test_what_a_note_says_is_asked_about_beside_the_box_and_when_it_is_sent(
    live_house: House, agent: Member, ticket: Ticket, visit: Any
) -> None:
    visitor = come(live_house, agent, visit)
    page = visitor.open(workspace(ticket))
    box = page.get_by_label("Your reply")

    box.fill(f"Hello. {SECRET}")
    expect(page.locator("[data-warned]")).to_contain_text("This stands in an internal note: “Fraud control")
    assert visitor.axe() == []
    box.fill("Hello.")
    expect(page.locator("[data-warned]")).to_be_hidden()
    box.fill(f"Hello. {SECRET}")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("button", name="Send to Ana anyway")).to_be_visible()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(box).to_have_value(f"Hello. {SECRET}")
    box.press("Control+a")
    box.press("Control+b")  # the page that came back has its keys and its buttons too
    expect(box).to_have_value(f"**Hello. {SECRET}**")
    expect(page.get_by_role("group", name="Marks").first).to_be_visible()


def test_what_can_be_made_of_a_message_and_a_ticket_is_at_hand_on_a_phone(
    live_house: House, agent: Member, ticket: Ticket, visit: Any
) -> None:
    visitor = come(live_house, agent, visit, Variant(320, "dark", "ltr"))
    page = visitor.open(workspace(ticket))

    page.get_by_role("link", name="Fields and everything else").click()
    expect(page.get_by_role("button", name="Assign to me")).to_be_in_viewport()
    said = page.get_by_role("article", name="Ana Sousa")
    said.get_by_label("More about this message").click()
    assert visitor.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    said.get_by_role("link", name="Split it off…").click()

    expect(page.get_by_role("heading", name=f"Split {ticket.number}")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).not_to_have_value("")


def test_what_is_folded_beside_one_ticket_is_folded_beside_the_next(
    live_house: House, agent: Member, ticket: Ticket, visit: Any
) -> None:
    with tenant_scope(live_house.tenant.pk):
        other = make_ticket(live_house, make_member("bo@elsewhere.example"))
    page = come(live_house, agent, visit).open(workspace(ticket))
    clocks = page.locator("details[data-part=clocks]")
    expect(clocks).to_have_attribute("open", "")

    clocks.locator("summary").first.click()
    expect(clocks).not_to_have_attribute("open", "")
    page.goto(page.url.replace(workspace(ticket), workspace(other)))

    expect(page.locator("details[data-part=customer]")).to_have_attribute("open", "")
    expect(page.locator("details[data-part=clocks]")).not_to_have_attribute("open", "")


def test_fifteen_minutes_before_a_promise_runs_out_it_is_said_once(
    live_house: House, agent: Member, ticket: Ticket, visit: Any
) -> None:
    with tenant_scope(live_house.tenant.pk):
        soon = timezone.now() + dt.timedelta(minutes=15, seconds=20)
        Clock.objects.filter(ticket=ticket, kind="first_response").update(due_at=soon)
    visitor = come(live_house, agent, visit)
    page = visitor.context.new_page()
    page.clock.install()
    page.goto(f"{visitor.origin}{workspace(ticket)}")
    said = page.locator("#say")
    expect(page.locator(".workspace-head .clock")).to_contain_text("First reply")

    page.clock.fast_forward(31_000)
    expect(said).to_contain_text("First reply")
    page.evaluate("document.getElementById('say').textContent = ''")
    page.clock.fast_forward(60_000)

    expect(said).to_have_text("")


def test_colleagues_are_offered_in_a_note_also_after_a_preview(
    live_house: House, agent: Member, ticket: Ticket, visit: Any
) -> None:
    with tenant_scope(live_house.tenant.pk):
        make_member("sam@acme.example", role=Member.Role.LEAD, team=live_house.team, name="Sam Ortiz")
    page = come(live_house, agent, visit).open(workspace(ticket))
    box, offered = (
        page.get_by_label("Your note"),
        page.locator("#offers").get_by_role("option", name="Sam Ortiz"),
    )

    for _again in range(2):
        page.get_by_text("Internal note", exact=True).last.click()
        box.click()
        expect(page.get_by_role("group", name="Marks").last).to_be_visible()
        box.press_sequentially("Ask @sa")
        expect(offered).to_be_visible()
        page.keyboard.press("Enter")
        expect(box).to_have_value("Ask @Sam Ortiz ")
        box.fill("")
        page.get_by_text("Reply to customer", exact=True).click()
        page.get_by_label("Your reply").fill("**Hello**")
        page.get_by_role("button", name="Preview as customer").click()
        expect(page.locator(".composer-preview")).to_be_visible()


def test_tickets_and_articles_are_offered_while_one_writes(
    live_house: House, agent: Member, ticket: Ticket, visit: Any
) -> None:
    with tenant_scope(live_house.tenant.pk):
        asker = Member.objects.get(email="ana@elsewhere.example")
        same, other = (make_ticket(live_house, asker, subject=title) for title in ("Lamp broke", "Lamp late"))
        text = Text("When a lamp is late", "Wait two days.")
        section = Section.objects.create(contact_path="lamps")
        publish(create_article(section, locale="en", text=text, author=None, visibility=Visibility.PUBLIC))
    visitor = come(live_house, agent, visit)
    page = visitor.open(workspace(ticket))
    box, offered = page.get_by_label("Your reply"), page.locator("#offers").get_by_role("option")
    box.click()
    expect(page.get_by_text("# for a ticket").first).to_be_visible()

    box.press_sequentially("See #")
    expect(offered).to_have_count(2)
    assert box.get_attribute("aria-activedescendant") == "offer-0"
    assert visitor.axe() == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value(f"See {same.number} ")

    box.press_sequentially("and #lamp lat")
    expect(offered).to_have_text(f"{other.number} Lamp late New")
    page.keyboard.press("Escape")
    expect(page.locator("#offers")).to_be_hidden()
    expect(box).to_be_focused()

    box.fill("")
    box.press_sequentially("Read [[when a la")
    expect(offered).to_have_text("When a lamp is late")
    page.keyboard.press("Tab")
    assert box.input_value().startswith("Read [When a lamp is late](http")
    page.get_by_role("button", name="Preview as customer").click()
    expect(page.locator(".composer-preview").get_by_role("link", name="When a lamp is late")).to_be_visible()
