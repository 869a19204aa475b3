"""The portal in a real browser: accessible in both themes and directions, whole at 320 pixels, usable without script."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from accounts.models import Member, TenantSettings
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_category, make_guest, make_member
from tests.factories.tickets import answer, make_ticket, participant_of
from tests.journeys.conftest import Variant, Visitor, variants
from tickets.actions.status import change_status
from tickets.guest_links import new_guest_link
from tickets.models import Clock, Ticket
from tickets.models.ticket import Status

Arrive = Callable[..., Visitor]
PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\xdac\xf8\xff\xff?\0\5\xfe\2\xfe\xa7\x9a\xa0\xa0\0\0\0\0IEND\xaeB`\x82"
)


@dataclass
class Scene:
    """A tenant with a customer's tickets in every state that looks different, and a guest's private link."""

    house: House
    tickets: dict[str, Ticket]
    token: str


@pytest.fixture
def scene(live_house: House) -> Scene:
    with tenant_scope(live_house.tenant.pk):
        make_category("card", live_house.team, parent=live_house.category, en="By card", ar="بالبطاقة")
        agent = make_member("agent@acme.example", role=Member.Role.AGENT, team=live_house.team)
        customer = make_member("customer@acme.example")
        tickets = {
            name: make_ticket(live_house, customer, subject=name)
            for name in ("waiting", "late", "solved", "closed")
        }
        answer(
            tickets["waiting"], agent, body="See https://example.org/help (step 2).", status=Status.PENDING
        )
        change_status(tickets["solved"], status=Status.SOLVED, actor=agent)
        change_status(tickets["closed"], status=Status.CLOSED, actor=agent)
        Clock.objects.filter(ticket=tickets["late"]).update(due_at=tickets["late"].created_at)
        guest = make_guest("guest@elsewhere.example", locale="en")
        asked = make_ticket(live_house, guest, is_proven=False, category=live_house.other_category)
        answer(asked, agent)
        return Scene(live_house, tickets, new_guest_link(participant_of(asked, guest)))


def sign_in(visitor: Visitor) -> None:
    page = visitor.open("/accounts/login/")
    page.fill("[name=login]", "customer@acme.example")
    page.fill("[name=password]", "demo-password")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/tickets/")


def look(visitor: Visitor, path: str = "") -> list[str]:
    """Everything that is wrong with the page at `path`, or with the one that is open."""
    if path:
        visitor.open(path)
    wide = visitor.sideways_scroll()
    found = [*visitor.axe(), *visitor.small_targets(), *([f"{wide} px too wide"] if wide else [])]
    found += [told for told in visitor.complaints if "status of 4" not in told]
    visitor.complaints.clear()
    return [f"{visitor.page.url}: {fault}" for fault in found]


@pytest.mark.parametrize("variant", variants())
def test_pages_for_everybody_have_no_fault(scene: Scene, visit: Arrive, variant: Variant) -> None:
    visitor = visit(variant, locale=language_of(variant))
    home = "/ar/" if variant.direction == "rtl" else "/en/"

    faults = [
        look(visitor, path) for path in (home, "/contact/", "/contact/refund-late/", "/contact/upload-fails/")
    ]
    visitor.page.locator("summary", has_text=re.compile("why|لماذا", re.IGNORECASE)).click()
    visitor.page.set_input_files(
        "[name=files]", {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}
    )
    expect(visitor.page.locator(".file-failed")).to_be_visible()
    faults.append(look(visitor))
    visitor.page.set_input_files(
        "[name=files]", {"name": "a.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    expect(visitor.page.locator(".file .tag-ok:visible")).to_have_count(1)
    visitor.page.locator("form.form .button-primary").click()
    faults.append(look(visitor))
    fill_in(visitor.page)
    visitor.page.locator("form.form .button-primary").click()
    visitor.page.wait_for_url("**/contact/check/**")
    faults.append(look(visitor))
    visitor.page.locator("form.form .button-primary").click()
    visitor.page.wait_for_url("**/contact/sent/**")
    visitor.page.locator("#ease button").first.click()
    expect(visitor.page.locator("#ease [aria-pressed=true]")).to_have_count(1)
    faults += [
        look(visitor),
        look(visitor, "/t/not-a-link/"),
        look(visitor, "/t/lost/"),
        look(visitor, f"/t/{scene.token}/"),
    ]
    take_no_requests(scene.house)
    faults += [look(visitor, "/contact/upload-fails/"), look(visitor, home)]

    assert visitor.page.locator("html").get_attribute("dir") == variant.direction
    assert [fault for found in faults for fault in found] == []


def take_no_requests(house: House) -> None:
    with tenant_scope(house.tenant.pk):
        chosen = TenantSettings.objects.get()
        chosen.closed_until, chosen.closed_reason = now() + dt.timedelta(days=2), "We move to a new office."
        chosen.save()


@pytest.mark.parametrize("variant", variants())
def test_pages_of_a_member_have_no_fault(scene: Scene, visit: Arrive, variant: Variant) -> None:
    visitor = visit(variant, locale=language_of(variant))
    sign_in(visitor)
    paths = ["/tickets/", "/tickets/?show=waiting", "/contact/upload-fails/", "/tickets/ACME-1011/"]
    paths += [f"/tickets/{ticket.number}/" for ticket in scene.tickets.values()]

    faults = [look(visitor, path) for path in paths]
    visitor.open(f"/tickets/{scene.tickets['waiting'].number}/")
    visitor.page.locator(".composer .button-primary").click()
    faults.append(look(visitor))

    assert [fault for found in faults for fault in found] == []


def test_a_guest_asks_reads_and_writes_back_without_script(scene: Scene, visit: Arrive) -> None:
    page = visit(java_script_enabled=False).open("/en/")
    page.get_by_role("link", name="Upload fails").click()
    page.set_input_files("[name=files]", {"name": "a.png", "mimeType": "image/png", "buffer": PICTURE})
    page.get_by_role("button", name="Upload files").click()
    expect(page.get_by_text("Ready")).to_be_visible()
    fill_in(page)
    page.get_by_label("Title").fill("x" * 121)
    page.locator("form.form .button-primary").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_role("link", name="a.png")).to_be_visible()
    page.get_by_label("Title").fill("Upload stops")
    go_on_and_send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Request received")

    with tenant_scope(scene.house.tenant.pk):
        ticket = Ticket.objects.get(subject="Upload stops")
        token = new_guest_link(participant_of(ticket, Member.objects.get(email="ana@elsewhere.example")))
    page.goto(page.url.split("/contact/")[0] + f"/t/{token}/")
    expect(page.get_by_text("Since Monday.")).to_be_visible()
    page.get_by_label("Your reply").fill("Since Sunday, in fact.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".message", has_text="Since Sunday, in fact.")).to_be_visible()
    page.get_by_role("button", name="Mark as solved").click()
    expect(page.locator(".status-solved").locator("visible=true").first).to_be_visible()
    page.get_by_role("button", name="Open it again").click()
    expect(
        page.locator(".status-in_progress, .status-received").locator("visible=true").first
    ).to_be_visible()


def test_enter_in_the_title_goes_on_and_does_not_upload(scene: Scene, visit: Arrive) -> None:
    page = visit().open("/contact/upload-fails/")
    fill_in(page)

    page.press("[name=subject]", "Enter")

    page.wait_for_url("**/contact/check/**")


def test_double_click_sends_once_also_without_script(scene: Scene, visit: Arrive) -> None:
    page = visit(java_script_enabled=False).open("/contact/upload-fails/")
    fill_in(page, title="Pressed twice")

    page.locator("form.form .button-primary").dblclick()
    page.wait_for_url("**/contact/check/**")
    page.wait_for_load_state()
    page.locator("form.form .button-primary").dblclick()

    page.wait_for_url("**/contact/sent/**")
    page.wait_for_load_state()
    with tenant_scope(scene.house.tenant.pk):
        assert Ticket.objects.filter(subject="Pressed twice").count() == 1


def test_back_after_sending_and_sending_again_is_the_same_ticket(
    scene: Scene, live_site: str, visit: Arrive
) -> None:
    page = visit().open("/contact/upload-fails/")
    key = page.locator("[name=key]").input_value()
    fill_in(page, title="Sent and sent again")
    go_on_and_send(page)
    first = page.url

    page.go_back(wait_until="commit")
    page.wait_for_load_state()
    after_back = page.url
    page.goto(f"{live_site}/contact/upload-fails/")
    # Browsers that keep the pages one goes back to show the form with the key of then.
    page.locator("[name=key]").evaluate("(box, key) => { box.value = key; }", key)
    fill_in(page, title="Sent and sent again")
    page.locator("form.form .button-primary").click()
    page.wait_for_url("**/contact/sent/**")

    with tenant_scope(scene.house.tenant.pk):
        kept = Ticket.objects.filter(subject="Sent and sent again").count()
    assert (after_back, page.url, kept) == (first, first, 1)


def test_a_lost_link_can_be_asked_for_from_the_dead_one(scene: Scene, visit: Arrive) -> None:
    page = visit().open("/t/not-a-link/")
    page.fill("[name=number]", scene.tickets["late"].number)
    page.fill("[name=email]", "nobody@elsewhere.example")

    page.get_by_role("button", name="Send a new link").click()

    expect(page.get_by_text("a new link is on its way to that address")).to_be_visible()


def test_a_private_link_is_told_to_no_other_page(scene: Scene, visit: Arrive) -> None:
    visitor = visit()
    told: list[str] = []
    visitor.page.on("request", lambda request: told.append(request.headers.get("referer", "")))

    visitor.open(f"/t/{scene.token}/")

    assert scene.token not in visitor.page.url
    assert scene.token not in visitor.page.content()
    assert [address for address in told if scene.token in address] == []
    assert visitor.context.cookies()[0]["httpOnly"] is not None


def test_the_number_can_be_copied(scene: Scene, visit: Arrive) -> None:
    visitor = visit()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open("/contact/upload-fails/")
    fill_in(page)
    go_on_and_send(page)

    page.get_by_role("button", name="Copy number").click()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(".confirmation-number bdi").inner_text()


def go_on_and_send(page: Page) -> None:
    page.locator("form.form .button-primary").click()
    page.wait_for_url("**/contact/check/**")
    page.locator("form.form .button-primary").click()
    page.wait_for_url("**/contact/sent/**")


def fill_in(page: Page, *, title: str = "Upload stops at 40 %") -> None:
    page.fill("[name=subject]", title)
    page.fill("[name=body]", "Since Monday.")
    page.fill("[name=email]", "ana@elsewhere.example")


def language_of(variant: Variant) -> str:
    return "ar" if variant.direction == "rtl" else "en"
