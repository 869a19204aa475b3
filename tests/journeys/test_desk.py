"""The desk in a real browser: read, answer, note and pass on, with and without script, at every width."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import Member, TeamMembership
from accounts.models.team import Tier
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, note, write_back
from tests.journeys.conftest import Variant, Visitor, pass_time_until, variants
from tickets import presence
from tickets.actions.assign import assign
from tickets.actions.status import change_status
from tickets.models import Message, Ticket
from tickets.models.ticket import NEVER, Status
from tickets.summaries.count import count_figures

QUEUE = "/admin/tickets/ticket/"
WEIGHT_KB, REQUESTS = 95, 8


@dataclass
class Desk:
    """A house with people and tickets in every state, committed, so that a server sees them."""

    house: House
    admin: Member
    agent: Member
    colleague: Member
    customer: Member
    talk: Ticket
    waiting: Ticket

    def cookie(self, member: Member) -> str:
        """The session of a browser in which the member is signed in."""
        with tenant_scope(self.house.tenant.pk):
            client = Client(headers={"host": self.house.host})
            client.force_login(member)
            return client.cookies["session"].value

    def messages(self, ticket: Ticket) -> list[tuple[str, str]]:
        with tenant_scope(self.house.tenant.pk):
            return list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("kind", "body"))[1:]

    def status(self, ticket: Ticket) -> str:
        with tenant_scope(self.house.tenant.pk):
            return Ticket.objects.get(pk=ticket.pk).status


@pytest.fixture
def desk(live_house: House) -> Desk:
    with tenant_scope(live_house.tenant.pk):
        admin = make_member("admin@acme.example", role=Member.Role.ADMIN, name="Mona Adel")
        agent = make_member(
            "agent@acme.example", role=Member.Role.AGENT, team=live_house.team, name="Lina Diaz"
        )
        colleague = make_member(
            "sam@acme.example", role=Member.Role.LEAD, team=live_house.team, name="Sam Ortiz"
        )
        TeamMembership.objects.filter(member=colleague).update(tier=Tier.L2)
        customer = make_member("ana@elsewhere.example", name="Ana Sousa", locale="en")
        waiting = make_ticket(live_house, customer, subject="Refund for order 1182", fields={"Order": "1182"})
        talk = make_ticket(
            live_house, customer, subject="فشل رفع الفيديو عند ٩٩٪", metadata={"device": "Pixel 8"}
        )
        assign(talk, assignee=agent, actor=colleague)
        note(talk, agent, "Checked with the bank.")
        answer(talk, agent, "Which bank is it?", status=Status.PENDING)
        write_back(talk, customer, "The one in the mall: https://example.org/bank")
        make_ticket(live_house, customer, subject="Card declined " * 8)
        change_status(make_ticket(live_house, customer, subject="Old"), status=Status.SOLVED, actor=agent)
        Ticket.objects.filter(pk=talk.pk).update(attention_at=NEVER)
    return Desk(live_house, admin, agent, colleague, customer, talk, waiting)


@pytest.fixture(autouse=True)
def replies_leave_at_once(settings: Any) -> None:
    """No worker runs beside these pages that would send what is held back; test_undo.py has one."""
    settings.UNDO_SEND_SECONDS = 0


@pytest.fixture
def enter(desk: Desk, visit: Any) -> Callable[..., Visitor]:
    """Lets a member into the desk: `enter(desk.agent, variant)`."""

    def arrive(member: Member, variant: Variant | None = None, **options: Any) -> Visitor:
        visitor: Visitor = visit(variant, **options) if variant else visit(**options)
        language = "ar" if variant and variant.direction == "rtl" else "en"
        cookies = {"session": desk.cookie(member), "language": language}
        visitor.context.add_cookies(
            [{"name": name, "value": value, "url": visitor.origin} for name, value in cookies.items()]
        )
        return visitor

    return arrive


def workspace(ticket: Ticket) -> str:
    return f"{QUEUE}{ticket.pk}/change/"


def send(page: Page, text: str, button: str) -> None:
    page.get_by_label("Your reply").fill(text)
    page.get_by_role("button", name=button).click()


@pytest.mark.parametrize("variant", variants())
def test_every_page_of_the_desk_can_be_read_by_everybody(
    desk: Desk, enter: Callable[..., Visitor], variant: Variant
) -> None:
    visitor = enter(desk.admin, variant)
    paths = [
        QUEUE,
        f"{QUEUE}?view=mine",
        f"{QUEUE}?q=card&status=new",
        f"{QUEUE}?q=ACME-9999",
        f"{QUEUE}?filters=1&tier=1&preview={desk.talk.number}",
        f"{QUEUE}views/",
        f"{QUEUE}views/add/?status=new",
        workspace(desk.talk),
        f"{workspace(desk.waiting)}?mode=internal",
        f"{workspace(desk.waiting)}?macros=1",
        f"{QUEUE}{desk.talk.pk}/route/",
        *(
            f"{QUEUE}{desk.talk.pk}/{act}/"
            for act in (
                *("merge", "split", "spam", "phone", "side", "history", "related", "time", "people"),
                "handover",
            )
        ),
        f"{QUEUE}{desk.talk.pk}/merge/?into={desk.waiting.number}",
        f"{QUEUE}{desk.talk.pk}/print/",
        f"{QUEUE}add/",
        "/admin/tickets/blockedsender/",
        "/admin/tickets/category/",
        f"/admin/tickets/category/{desk.house.category.pk}/change/",
        f"/admin/tickets/calendar/{desk.house.calendar_version.calendar_id}/change/",
        f"/admin/tickets/policy/{desk.house.policy_version.policy_id}/change/",
        f"/admin/tickets/policy/test/?policy={desk.house.policy_version.policy_id}&day=2026-12-18&time=16:40&priority=2",
        "/admin/tickets/policy/anew/",
        f"/admin/tickets/calendar/{desk.house.calendar_version.calendar_id}/holidays/?country=DE",
        "/admin/tickets/escalationstep/add/",
        "/admin/tickets/routingline/",
        "/admin/tickets/routingline/misrouted/",
        "/admin/accounts/member/work/",
        "/admin/outbox/outboxrow/",
    ]

    found = {}
    for path in paths:
        page = visitor.open(path)
        assert page.locator("html").get_attribute("dir") == variant.direction
        assert page.locator("h1").count() == 1
        page.evaluate(
            "document.querySelectorAll('details.side-section, details.why').forEach((it) => (it.open = true))"
        )
        found[path] = (visitor.axe(), visitor.sideways_scroll(), visitor.small_targets())

    assert {path: faults for path, faults in found.items() if faults != ([], 0, [])} == {}
    complaints = [said for said in visitor.complaints if "422" not in said]
    assert complaints == []


def test_a_whole_day_without_script(desk: Desk, enter: Callable[..., Visitor]) -> None:
    visitor = enter(desk.agent, java_script_enabled=False)
    page = visitor.open("/admin/")
    page.get_by_role("link", name="Unassigned").click()
    page.get_by_label("Status", exact=True).select_option("new")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tr.queue-row")).to_have_count(2)
    page.get_by_role("link", name="Refund for order 1182").click()

    page.get_by_role("button", name="Assign to me").click()
    page.get_by_text("Internal note", exact=True).last.click()
    page.get_by_label("Your note").fill("Asked the bank.")
    page.get_by_role("button", name="Add internal note").click()
    send(page, "Your refund left on Tuesday.", "Send, keep open")
    page.locator("#set_priority").select_option("3")
    page.get_by_role("button", name="Set Priority").click()
    page.locator("#set_status").select_option("on_hold")
    page.get_by_role("button", name="Set Status").click()
    page.get_by_role("link", name="Move").click()
    page.get_by_label("Category").select_option(label="Upload fails · Videos · L1")
    page.get_by_role("button", name="Move the ticket").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Unassigned")
    page.goto(visitor.origin + workspace(desk.waiting))
    assert desk.messages(desk.waiting) == [
        ("internal", "Asked the bank."),
        ("public", "Your refund left on Tuesday."),
    ]
    assert desk.status(desk.waiting) == Status.ON_HOLD


def test_a_lead_follows_a_ticket_to_the_next_tier_with_its_note(
    desk: Desk, enter: Callable[..., Visitor]
) -> None:
    page = enter(desk.agent, java_script_enabled=False).open(workspace(desk.talk))

    page.get_by_role("link", name="Hand over to the next tier…").click()
    page.get_by_role("button", name="Hand over to L2").click()
    refused = page.locator(".error-summary").inner_text()
    page.get_by_label("Note for them").fill("The mall's bank sends it back. Trace ID 77.")
    page.get_by_role("button", name="Hand over to L2").click()
    expect(page.get_by_text("is with L2 now. They are told.")).to_be_visible()
    leads = enter(desk.colleague)
    leads.open(workspace(desk.talk))

    handed = leads.page.get_by_role("region", name="handed it over from L1")
    expect(handed.get_by_text("The mall's bank sends it back. Trace ID 77.")).to_be_visible()
    assert "Write what they need to know before they go on." in refused
    assert leads.complaints == []
    leads.open(f"{QUEUE}{desk.talk.pk}/history/")
    expect(leads.page.get_by_text("Lina Diaz handed the ticket over: L1 → L2")).to_be_visible()
    leads.page.go_back()
    leads.page.get_by_role("link", name="Hand back…").click()
    leads.page.get_by_label("Note for them").fill("It is on its way again.")
    leads.page.get_by_role("button", name="Hand back to L1").click()
    expect(leads.page.get_by_role("region", name="handed it back from L2")).to_be_visible()


def test_joined_and_taken_apart_without_script(desk: Desk, enter: Callable[..., Visitor]) -> None:
    page = enter(desk.agent, java_script_enabled=False).open(workspace(desk.talk))
    page.get_by_role("link", name="Join with another ticket").click()
    page.get_by_role("link", name=desk.waiting.number).first.click()
    page.get_by_role("button", name=f"Join {desk.talk.number} into {desk.waiting.number}").click()

    expect(page.get_by_text("Which bank is it?")).to_be_visible()
    assert ("public", "Which bank is it?") in desk.messages(desk.waiting)

    page.get_by_role("button", name="Take apart").click()

    expect(
        page.get_by_text(f"{desk.talk.number} and {desk.waiting.number} are two tickets again.")
    ).to_be_visible()
    assert desk.messages(desk.waiting) == []


def test_find_reply_solve_and_next_in_six_keys(desk: Desk, enter: Callable[..., Visitor]) -> None:
    page = enter(desk.agent).open(QUEUE)

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/**")
    first = page.get_by_role("heading", level=1).inner_text()
    page.keyboard.press("r")
    page.keyboard.type("Solved with the next version.")
    page.keyboard.press("Control+Shift+Enter")
    page.wait_for_url(lambda url: str(desk.waiting.pk) not in url.rpartition("/ticket/")[2].split("/")[0])

    assert "Refund for order 1182" in first
    assert page.get_by_role("heading", level=1).inner_text() != first
    assert desk.messages(desk.waiting) == [("public", "Solved with the next version.")]
    assert desk.status(desk.waiting) == Status.SOLVED


def test_n_opens_the_note_which_looks_like_no_reply(desk: Desk, enter: Callable[..., Visitor]) -> None:
    page = enter(desk.agent).open(workspace(desk.talk))
    public = page.locator(".composer").evaluate("box => getComputedStyle(box).borderTopStyle")

    page.keyboard.press("n")

    assert page.evaluate("document.activeElement.name") == "body"
    expect(page.get_by_role("button", name="Add internal note")).to_be_visible()
    expect(page.get_by_role("button", name="Send to Ana")).to_be_hidden()
    internal = page.locator(".composer").evaluate("box => getComputedStyle(box).borderTopStyle")
    assert (public, internal) == ("solid", "dashed")


def test_two_agents_answer_at_once_and_the_second_sees_the_first(
    desk: Desk, enter: Callable[..., Visitor]
) -> None:
    first = enter(desk.agent).open(workspace(desk.talk))
    second = enter(desk.colleague).open(workspace(desk.talk))

    expect(second.locator(".workspace-eyes")).to_have_text("Lina is viewing")
    second.set_viewport_size({"width": 1280, "height": 400})
    second.get_by_label("Your reply").fill("Please be patient.")
    first.get_by_label("Your reply").focus()
    expect(first.locator(".workspace-eyes")).to_have_text("Sam is replying", timeout=20_000)
    expect(first.locator("[data-writing]")).to_have_text("Sam is replying")
    expect(second.locator("[data-writing]")).to_be_hidden()
    send(first, "We found it.", "Send, keep open")
    expect(first.locator(".message", has_text="We found it.")).to_be_visible()
    send(second, "Please be patient.", "Send, keep open")

    expect(second.get_by_text("Nothing was sent.")).to_be_in_viewport()
    expect(second.locator(".newer")).to_contain_text("We found it.")
    expect(second.get_by_label("Your reply")).to_have_value("Please be patient.")
    second.get_by_role("button", name="Send to Ana anyway").click()
    expect(second.locator(".message", has_text="Please be patient.")).to_be_visible()
    assert [body for _kind, body in desk.messages(desk.talk)][-2:] == ["We found it.", "Please be patient."]


def test_a_file_goes_with_the_reply(desk: Desk, enter: Callable[..., Visitor]) -> None:
    page = enter(desk.agent).open(workspace(desk.waiting))

    page.locator("#reply_files").set_input_files(
        {"name": "receipt.txt", "mimeType": "text/plain", "buffer": b"paid"}
    )
    page.get_by_label("After solving, open the next ticket").uncheck()
    send(page, "Here is the receipt.", "Send and solve")

    expect(
        page.locator(".message", has_text="Here is the receipt.").get_by_role("link", name="receipt.txt")
    ).to_have_count(1)
    assert desk.status(desk.waiting) == Status.SOLVED


def test_a_lead_reads_the_dashboard_and_gets_from_a_number_to_its_tickets(
    desk: Desk, enter: Callable[..., Visitor]
) -> None:
    with tenant_scope(desk.house.tenant.pk):
        TeamMembership.objects.create(team=desk.house.other_team, member=desk.colleague)
        make_ticket(desk.house, desk.customer, category=desk.house.other_category)
        while count_figures(limit=100):
            pass
    visitor = enter(desk.colleague, Variant(320, "dark", "ltr"))
    page = visitor.open("/admin/dashboard/")

    drawn = page.get_by_role("img").count()
    page.locator("#flow ~ details summary").click()
    rows = page.locator("#flow ~ details tbody tr").count()
    faults = visitor.axe()
    page.locator("#created .tile-value a").click()
    listed = page.locator("tr.queue-row").count()
    page.go_back()
    page.locator("#sent_on p a").click()
    expect(page.get_by_role("heading", name="Requests that went to the wrong place")).to_be_visible()
    page.get_by_role("link", name="The same days on the dashboard").click()
    page.get_by_role("link", name="Who takes new tickets").click()

    expect(page.get_by_role("row", name="Sam Ortiz").first).to_contain_text("Now")
    expect(page.get_by_role("row", name="Lina Diaz").first).to_contain_text("No")
    assert (drawn >= 3, rows, listed, faults) == (True, 30, 5, [])
    assert visitor.complaints == []


@pytest.mark.parametrize("path", ["queue", "workspace", "dashboard"])
def test_a_cold_page_is_light(desk: Desk, enter: Callable[..., Visitor], path: str) -> None:
    with tenant_scope(desk.house.tenant.pk):
        for number in range(50):
            make_ticket(desk.house, desk.customer, subject=f"Refund for order {number} is late")
        while count_figures(limit=100):
            pass
    visitor = enter(desk.colleague if path == "dashboard" else desk.agent)
    bodies: dict[str, int] = {}

    def weigh(response: Any) -> None:
        bodies[response.url] = len(gzip.compress(response.body(), 6))

    visitor.page.on("response", weigh)
    paths = {"queue": QUEUE, "workspace": workspace(desk.talk), "dashboard": "/admin/dashboard/"}
    visitor.open(paths[path])
    visitor.page.wait_for_load_state("networkidle")

    assert len(bodies) <= REQUESTS, sorted(bodies)
    assert sum(bodies.values()) <= WEIGHT_KB * 1024, bodies
    if path == "queue":
        assert visitor.page.locator("tr.queue-row").count() == 50
        assert visitor.page.evaluate("document.querySelectorAll('*').length") <= 1800


def test_clocks_tick_in_the_words_of_the_page(desk: Desk, enter: Callable[..., Visitor]) -> None:
    visitor = enter(desk.agent)
    visitor.page.clock.install()
    page = visitor.open(QUEUE)
    before = page.locator(".clock-words").first.inner_text()

    page.clock.run_for(31_000)

    after = page.locator(".clock-words").first.inner_text()
    assert before.split()[1] == after.split()[1] == "d"


def test_an_open_queue_previews_tells_what_changed_and_never_moves(
    desk: Desk, enter: Callable[..., Visitor]
) -> None:
    visitor = enter(desk.agent)
    visitor.page.clock.install()
    page = visitor.open(QUEUE)
    first = page.locator("tr.queue-row").first
    order = page.locator(".queue-number").all_inner_texts()

    page.keyboard.press("j")
    page.keyboard.press("v")
    expect(page.locator(".queue-preview")).to_contain_text("The refund is still not here.")
    with tenant_scope(desk.house.tenant.pk):
        presence.note(desk.waiting.pk, desk.colleague, presence.Doing.REPLYING)
        write_back(desk.talk, desk.customer, "And now?")
    pass_time_until(page.locator(".queue-news", has_text="1 update"))

    expect(first.locator(".queue-eyes")).to_contain_text("is replying")
    assert [text.splitlines()[0] for text in page.locator(".queue-number").all_inner_texts()] == order
    assert visitor.axe() == []
    page.keyboard.press("v")
    expect(page.locator(".queue-preview")).to_have_count(0)
    page.get_by_role("link", name="Show").click()
    page.locator("tr.queue-row", has_text="٩٩٪").get_by_role("link", name="And now?").wait_for()


def test_the_address_of_a_narrowed_list_names_only_what_narrows_it(
    desk: Desk, enter: Callable[..., Visitor]
) -> None:
    page = enter(desk.agent).open(QUEUE)

    page.get_by_label("Priority", exact=True).select_option("2")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url(f"**{QUEUE}?priority=2*")

    assert "=&" not in f"{page.url}&"


def test_on_a_phone_reply_and_note_are_at_hand(desk: Desk, enter: Callable[..., Visitor]) -> None:
    visitor = enter(desk.agent, Variant(320, "light", "ltr"))
    page = visitor.open(workspace(desk.talk))

    expect(page.locator(".reply-bar").get_by_role("link", name="Reply")).to_be_in_viewport()
    page.locator(".message").last.scroll_into_view_if_needed()
    expect(page.locator(".reply-bar").get_by_role("link", name="Reply")).to_be_in_viewport()
    page.locator(".reply-bar").get_by_role("link", name="Note").click()

    expect(page.get_by_role("button", name="Add internal note")).to_be_visible()


def test_marks_are_put_by_buttons_and_keys_and_shown_in_the_preview(
    desk: Desk, enter: Callable[..., Visitor]
) -> None:
    page = enter(desk.agent).open(workspace(desk.talk))
    box = page.get_by_label("Your reply")
    box.fill("mended")

    box.press("Control+a")
    box.press("Control+b")
    expect(box).to_have_value("**mended**")
    box.press("Control+z")
    expect(box).to_have_value("mended")
    box.press("Control+a")
    page.get_by_role("group", name="Marks").first.get_by_role("button", name="List").click()
    expect(box).to_have_value("- mended")
    page.get_by_role("button", name="Preview as customer").click()

    expect(page.locator(".composer-preview li")).to_have_text("mended")
