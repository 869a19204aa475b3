"""Support tickets and one ticket in a real browser: search, draft, correct, print, late; keyboard, no script, Arabic."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket
from tests.journeys.conftest import Variant, Visitor, variants
from tests.journeys.keyboard import press_on, tab_to
from tests.journeys.test_portal import look, sign_in
from tickets.models import Clock, Ticket, UsualAnswer
from tickets.models.ticket import Status

Arrive = Callable[..., Visitor]
SHOTS = os.environ.get("SHOTS", "")
PHONE = Variant(320, "light", "ltr")


@dataclass
class Scene:
    """A customer with a late ticket that has a new answer, one that waits for them, and a solved one."""

    house: House
    late: Ticket
    waiting: Ticket
    agent: Member

    @property
    def address(self) -> str:
        return f"/tickets/{self.late.number}/"


@pytest.fixture
def scene(live_house: House) -> Scene:
    with tenant_scope(live_house.tenant.pk):
        agent = make_member("agent@acme.example", name="Lina", role=Member.Role.AGENT, team=live_house.team)
        customer = make_member("customer@acme.example", name="Ana")
        late, waiting, solved = (
            make_ticket(live_house, customer, subject=title)
            for title in ("Card declined", "Refund for order 1182", "Upload fails")
        )
        answer(late, agent, "Which card is it? A zeppelin card?", status=Status.OPEN)
        answer(waiting, agent, status=Status.PENDING)
        answer(solved, agent, status=Status.SOLVED)
        Clock.objects.filter(ticket=late, kind="resolution").update(due_at=now() - dt.timedelta(hours=2))
        UsualAnswer.objects.create(category=live_house.category, seconds=7200, solving_seconds=10_800)
        return Scene(live_house, late, waiting, agent)


def shoot(page: Page, name: str) -> None:
    """Keeps a picture where SHOTS names a folder, for people's eyes."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS, f"{name}.png"), full_page=True)


def test_ticket_is_found_read_and_answered_by_keyboard(scene: Scene, visit: Arrive) -> None:
    visitor = visit()
    sign_in(visitor)
    page = visitor.page

    page.fill("[name=q]", "zeppelins")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(2)
    shoot(page, "found")
    page.get_by_role("link", name="Card declined").focus()
    page.keyboard.press("Enter")
    first = page.locator("#content .banner, main .banner").first
    expect(first.get_by_text("This is taking longer than we said.")).to_be_visible()
    expect(first.get_by_text("New estimate:")).to_be_visible()
    expect(first.get_by_role("button", name="Tell the team that this is late")).to_be_visible()
    focused = page.evaluate("document.activeElement.id")
    shoot(page, "ticket")
    page.locator("[name=body]").focus()
    page.keyboard.type("It is the blue one.")
    expect(page.locator("[data-saved]")).to_contain_text("saved", timeout=10_000)
    page.reload()
    expect(page.locator("[name=body]")).to_have_value("It is the blue one.")
    page.get_by_role("button", name="Send reply", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is the blue one.")).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value("")

    assert focused.startswith("m-")
    assert visitor.complaints == []


def test_ticket_is_solved_rated_and_opened_again_by_keyboard(scene: Scene, visit: Arrive) -> None:
    visitor = visit()
    sign_in(visitor)
    page = visitor.open(scene.address)

    press_on(page, page.locator(".helpful").get_by_role("button", name="No").first)
    expect(page.locator(".helpful [aria-pressed=true]")).to_have_text("No")
    press_on(page, page.get_by_role("button", name="Mark as solved"))
    expect(page.get_by_text("You can open this ticket again until")).to_be_visible()
    tab_to(page, page.locator("[name=score]").first)
    page.keyboard.press("ArrowDown")
    press_on(page, page.get_by_role("button", name="Send the rating"))
    expect(page.get_by_text("You said: Good.")).to_be_visible()
    visitor.open("/tickets/?show=solved")
    expect(page.locator(".stars")).to_have_attribute("title", "You rated the help: Good")
    visitor.open(scene.address)
    press_on(page, page.get_by_role("button", name="Open it again"))
    expect(page.get_by_text("It is open again.")).to_be_visible()

    assert visitor.complaints == []


@pytest.mark.parametrize("variant", variants())
def test_pages_have_no_fault(scene: Scene, visit: Arrive, variant: Variant) -> None:
    visitor = visit(variant, locale="ar" if variant.direction == "rtl" else "en")
    sign_in(visitor)
    faults = []

    for name, path in {
        "list": "/tickets/",
        "nothing": "/tickets/?q=xyzzy",
        "wrong": "/tickets/?q=ACME-1008",
        "page": scene.address,
        "paper": f"{scene.address}print/",
    }.items():
        faults += look(visitor, path)
        shoot(visitor.page, f"{name}-{variant}")
    visitor.open(scene.address)
    visitor.page.locator(".message-edit").first.click()
    faults += look(visitor)
    shoot(visitor.page, f"edit-{variant}")

    assert faults == []


def test_everything_works_without_a_script(scene: Scene, visit: Arrive) -> None:
    visitor = visit(PHONE, java_script_enabled=False)
    sign_in(visitor)
    page = visitor.open(scene.address)

    page.get_by_role("link", name="Go to the first new message").click()
    page.get_by_role("button", name="Tell the team that this is late").click()
    expect(page.get_by_text("We passed it on to the team and its lead.")).to_be_visible()
    page.fill("[name=body]", "Half a sentence")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("We kept your draft.")).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value("Half a sentence")
    page.locator(".message-edit").first.click()
    page.fill("[name=body]", "Corrected.")
    page.get_by_role("button", name="Save the message").click()
    expect(page.get_by_text("Corrected.")).to_be_visible()
    shoot(page, "no-script")
    page.locator(".helpful").get_by_role("button", name="Yes").first.click()
    expect(page.get_by_text("You found this helpful:")).to_be_visible()
    page.get_by_role("button", name="Mark as solved").click()
    expect(page.get_by_text("You can open this ticket again until")).to_be_visible()
    page.get_by_label("Very good").check()
    page.get_by_role("button", name="Send the rating").click()
    expect(page.get_by_text("You said: Very good.")).to_be_visible()
    page.get_by_label("What's still wrong?").fill("It came back.")
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_text("It came back.")).to_be_visible()


def test_a_lost_line_says_of_when_the_list_is(scene: Scene, visit: Arrive) -> None:
    visitor = visit()
    sign_in(visitor)
    page = visitor.open("/tickets/")

    visitor.context.set_offline(True)

    expect(page.get_by_text(re.compile(r"You’re offline\. Showing tickets from \d\d:\d\d\."))).to_be_visible()
    visitor.context.set_offline(False)
    expect(page.get_by_text("You’re offline. Showing tickets")).to_be_hidden()


def test_answer_while_writing_is_told_and_moves_nothing(scene: Scene, visit: Arrive) -> None:
    visitor = visit()
    sign_in(visitor)
    page = visitor.open(scene.address)
    page.locator("[name=body]").focus()
    page.keyboard.type("I was just")
    with tenant_scope(scene.house.tenant.pk):
        said = answer(scene.late, scene.agent, "Never mind, found it.", status=Status.OPEN)

    page.evaluate("document.dispatchEvent(new Event('site:tick'))")
    expect(page.locator("[data-news]")).to_contain_text("Lina replied")
    shoot(page, "news")
    focused = page.evaluate("document.activeElement.name")
    page.wait_for_timeout(2500)  # the draft is saved two seconds after the last key
    page.get_by_role("link", name="Show", exact=True).click()
    expect(page.locator(f"#m-{said.pk}")).to_be_in_viewport()
    expect(page.locator("[name=body]")).to_have_value("I was just")

    assert focused == "body"
    assert visitor.complaints == []
