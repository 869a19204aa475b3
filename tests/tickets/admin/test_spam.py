"""Spam at the desk: marked and taken back without script, by those who see the ticket."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, Member
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.tickets.admin.conftest import browser
from tickets.actions.spam import mark_spam
from tickets.models import BlockedSender, Ticket


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    customer.email = "customer@mail.example"
    customer.save()
    return make_ticket(house, customer)


def url_of(ticket: Ticket) -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/spam/"


def test_marked_blocked_and_taken_back(agents_desk: Client, ticket: Ticket, agent: Member) -> None:
    workspace = agents_desk.get(f"/admin/tickets/ticket/{ticket.pk}/change/").content.decode()
    assert url_of(ticket) in workspace

    form = Page(agents_desk.get(url_of(ticket))).form("")
    done = agents_desk.post(
        url_of(ticket), {**form.values, "block": "customer@mail.example", "days": "30", "reason": "Adverts"}
    )

    ticket.refresh_from_db()
    blocked = BlockedSender.objects.get()
    assert (done.status_code, ticket.is_spam) == (303, True)
    assert (blocked.value, blocked.reason, blocked.until is None) == (
        "customer@mail.example",
        "Adverts",
        False,
    )
    assert f"/{ticket.pk}/change/" not in agents_desk.get("/admin/tickets/ticket/").content.decode()

    spam = agents_desk.get("/admin/tickets/ticket/?view=spam")
    assert spam.context["rows"][0].face.words == "paused: marked as spam"

    form = Page(agents_desk.get(url_of(ticket))).form("")
    assert form.values["unblock"] == "on"
    back = agents_desk.post(url_of(ticket), {"not_spam": "1"})

    ticket.refresh_from_db()
    assert (back.status_code, ticket.is_spam) == (303, False)
    assert BlockedSender.objects.count() == 1  # nobody asked for more

    mark_spam(ticket, actor=None)
    agents_desk.post(url_of(ticket), {**form.values, "not_spam": "1"})

    assert not BlockedSender.objects.exists()
    logged = AuditEntry.objects.filter(kind="tickets.blockedsender").order_by("pk")
    assert [(entry.act, entry.name, entry.actor) for entry in logged] == [
        ("added", "customer@mail.example", agent),
        ("deleted", "customer@mail.example", agent),
    ]
    assert "unblock" not in Page(agents_desk.get(url_of(ticket))).form("").values


def test_a_second_press_marks_once_and_takes_nothing_back(agents_desk: Client, ticket: Ticket) -> None:
    for _press in range(2):
        assert agents_desk.post(url_of(ticket), {"block": ""}).status_code == 303

    ticket.refresh_from_db()
    assert ticket.is_spam


def test_what_may_not_be_blocked_marks_nothing(agents_desk: Client, ticket: Ticket) -> None:
    answer = agents_desk.post(url_of(ticket), {"block": "mail.example"})

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.is_spam) == (422, False)


@pytest.mark.parametrize(
    ("role", "statuses"), [("agent", (403, 403)), ("lead", (200, 200)), ("admin", (200, 200))]
)
def test_who_keeps_the_list_of_blocked_senders(
    house: House, admin: Member, lead: Member, agent: Member, role: str, statuses: tuple[int, int]
) -> None:
    desk = browser(house, {"admin": admin, "lead": lead, "agent": agent}[role])
    BlockedSender.objects.create(value="mal@spam.example")

    seen = tuple(desk.get(f"/admin/tickets/blockedsender/{page}").status_code for page in ("", "add/"))

    assert seen == statuses


def test_a_lead_blocks_a_domain_and_unblocks_it(leads_desk: Client, lead: Member) -> None:
    wrong = Page(leads_desk.post("/admin/tickets/blockedsender/add/", {"value": "no domain"}))
    leads_desk.post("/admin/tickets/blockedsender/add/", {"value": "@Spam.example", "reason": "Adverts"})
    blocked = BlockedSender.objects.get()

    assert "Enter an address like name@example.org" in wrong.text
    assert (blocked.value, blocked.blocked_by) == ("spam.example", lead)

    leads_desk.post(f"/admin/tickets/blockedsender/{blocked.pk}/delete/", {"post": "yes"})

    assert BlockedSender.objects.count() == 0
