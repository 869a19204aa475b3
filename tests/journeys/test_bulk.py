"""Acts on many tickets in a real browser: a range by shift, all of a list, how far it is, what was left, and back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_member
from tests.journeys.conftest import Variant, Visitor
from tickets.actions.assign import change_priority
from tickets.actions.bulk import carry_on
from tickets.models import BulkRun, Ticket, TicketEvent
from tickets.models.ticket import Priority, Status

QUEUE = "/admin/tickets/ticket/"
ALREADY_HIGH, CHANGED_SINCE = 3, 2


@pytest.fixture
def count() -> int:
    """How many tickets there are: more than are changed while one waits."""
    return 150


@pytest.fixture
def agent(live_house: House, count: int) -> Member:
    with tenant_scope(live_house.tenant.pk):
        agent = make_member(
            "agent@acme.example", role=Member.Role.AGENT, team=live_house.team, name="Lina Diaz"
        )
        Ticket.objects.bulk_create(
            Ticket(
                number=f"ACME-{number}",
                subject=f"Refund for order {number}",
                locale="en",
                status=Status.OPEN,
                priority=Priority.HIGH if number < ALREADY_HIGH else Priority.NORMAL,
                team=live_house.team,
                category=live_house.category,
            )
            for number in range(count)
        )
    return agent


def enter(house: House, member: Member, visit: Any, **options: Any) -> Visitor:
    visitor: Visitor = visit(**options)
    with tenant_scope(house.tenant.pk):
        client = Client(headers={"host": house.host})
        client.force_login(member)
    cookies = {"session": client.cookies["session"].value, "language": "en"}
    visitor.context.add_cookies(
        [{"name": name, "value": value, "url": visitor.origin} for name, value in cookies.items()]
    )
    return visitor


def choose(page: Page, act: str) -> None:
    page.locator("#bulk-act").select_option(label=act)
    page.get_by_role("button", name="Change the tickets").click()


def newest_run(house: House) -> int:
    with tenant_scope(house.tenant.pk):
        return BulkRun.objects.latest("pk").pk


def faults(visitor: Visitor) -> tuple[list[str], int, list[str]]:
    return visitor.axe(), visitor.sideways_scroll(), visitor.small_targets()


@pytest.mark.parametrize(
    "count", [pytest.param(150, id="short"), pytest.param(500, id="long", marks=pytest.mark.proof)]
)
def test_hundreds_at_once_with_progress_what_was_left_and_back(
    live_house: House, agent: Member, visit: Any, count: int
) -> None:
    tenant, part, changed = live_house.tenant.pk, count * 2 // 5, count - ALREADY_HIGH
    visitor = enter(live_house, agent, visit)
    page = visitor.open(QUEUE)
    boxes, said = page.locator("tbody .queue-check input"), page.locator("[data-said]")

    boxes.nth(1).click()
    boxes.nth(5).click(modifiers=["Shift"])
    expect(page.locator("#bulk strong")).to_have_text("Chosen: 5")
    expect(page.locator("tr.is-selected")).to_have_count(5)
    page.get_by_label(f"All {count} in this list").check()
    choose(page, "High")
    expect(page.locator("h1")).to_have_text(f"Change {count} tickets")
    expect(page.get_by_text("in the background")).to_be_visible()
    page.get_by_role("button", name=f"Change {count} tickets").click()
    expect(page.get_by_text(f"0 of {count} tickets looked at")).to_be_visible()
    run = newest_run(live_house)
    carry_on(run, tenant_id=tenant, limit=part)
    expect(page.get_by_text(f"{part} of {count} tickets looked at")).to_be_visible()
    assert faults(visitor) == ([], 0, [])
    while carry_on(run, tenant_id=tenant):
        pass

    expect(said).to_have_text(f"{changed} tickets changed. 3 tickets were so already.")
    left = page.locator("table tbody tr")
    expect(left).to_have_count(ALREADY_HIGH)
    expect(left.first).to_contain_text("Nothing to change: it was so already.")
    page.set_viewport_size({"width": 320, "height": 700})
    assert faults(visitor) == ([], 0, [])

    with tenant_scope(tenant):
        colleague = make_member(
            "sam@acme.example", role=Member.Role.LEAD, team=live_house.team, name="Sam Ortiz"
        )
        for number in range(10, 10 + CHANGED_SINCE):
            change_priority(
                Ticket.objects.get(number=f"ACME-{number}"), priority=Priority.LOW, actor=colleague
            )
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(f"of {changed} tickets looked at")).to_be_visible()
    while carry_on(newest_run(live_house), tenant_id=tenant):
        pass

    expect(said).to_have_text(f"{changed - CHANGED_SINCE} tickets changed. 2 tickets were left as they are.")
    expect(left.first).to_contain_text("Sam Ortiz changed it since.")
    with tenant_scope(tenant):
        levels = [Ticket.objects.filter(priority=level).count() for level in (Priority.HIGH, Priority.LOW)]
        events = TicketEvent.objects.filter(verb="priority_changed", actor=agent).count()
    assert (levels, events) == ([ALREADY_HIGH, CHANGED_SINCE], 2 * changed - CHANGED_SINCE)
    assert visitor.complaints == []


def test_joined_from_the_queue_on_a_phone_without_script_and_taken_apart(
    live_house: House, agent: Member, visit: Any, count: int
) -> None:
    visitor = enter(live_house, agent, visit, variant=Variant(320, "dark", "ltr"), java_script_enabled=False)
    page = visitor.open(f"{QUEUE}?priority=2")
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Order").select_option("newest")
    page.get_by_role("button", name="Show").click()

    for number in (1, 2, 3):
        page.locator("tbody .queue-check input").nth(number).check()
    choose(page, "Join into one ticket…")
    expect(page.get_by_role("heading", name="Join 3 tickets into one")).to_be_visible()
    page.get_by_label(f"ACME-{count - 3}").check()
    page.get_by_role("button", name="Join 3 tickets into one").click()
    expect(page.get_by_text("2 tickets changed.")).to_be_visible()
    with tenant_scope(live_house.tenant.pk):
        joined = Ticket.objects.filter(merged_into__number=f"ACME-{count - 3}").count()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("2 tickets changed.")).to_be_visible()
    assert joined == 2
    with tenant_scope(live_house.tenant.pk):
        assert not Ticket.objects.filter(merged_into__isnull=False).exists()
