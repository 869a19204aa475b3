"""The history tells every change, who or which rule made it, and when: page by page."""

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.assign import assign, change_priority
from tickets.actions.macros import apply_macro
from tickets.actions.merge import merge_tickets
from tickets.actions.status import change_status
from tickets.admin import history
from tickets.models import Macro, Message, Ticket
from tickets.models.ticket import Priority, Status


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def address(ticket: Ticket) -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/history/"


def told(desk: Client, ticket: Ticket, **asked: str) -> list[str]:
    return [item["text"] for item in desk.get(address(ticket), asked).context["items"]]


def test_everything_that_happened_is_told_the_newest_first(
    agents_desk: Client, ticket: Ticket, agent: Member
) -> None:
    assign(ticket, assignee=agent, actor=agent)
    note(ticket, agent, "Only among us.")
    change_priority(ticket, priority=Priority.HIGH, actor=agent)
    change_status(ticket, status=Status.SOLVED, actor=None)

    page = agents_desk.get(address(ticket))

    items = page.context["items"]
    assert [item["text"] for item in items] == [
        "The system changed the status: New → Solved",
        "Agent changed the priority: Normal → High",
        "Agent added an internal note",
        "Agent assigned the ticket to Agent",
        "Customer sent the request",
    ]
    assert items[0]["reason"] == "Rule: without an answer of the customer it counts as solved."
    read = Page(page).links["Read it"]
    assert read.endswith(f"?all=1#m-{items[-1]['message']}")
    assert f'id="m-{items[-1]["message"]}"' in agents_desk.get(read).content.decode()


def test_one_kind_alone_and_what_is_no_kind(agents_desk: Client, ticket: Ticket, agent: Member) -> None:
    assign(ticket, assignee=agent, actor=agent)
    answer(ticket, agent, status=Status.PENDING)

    assert told(agents_desk, ticket, kind="people") == ["Agent assigned the ticket to Agent"]
    assert told(agents_desk, ticket, kind="talk") == ["Agent replied", "Customer sent the request"]
    assert told(agents_desk, ticket, kind="promises") == []
    assert len(told(agents_desk, ticket, kind="x", before="²")) == 4


def test_every_verb_belongs_to_one_kind() -> None:
    listed = [verb for verbs in history.VERBS.values() for verb in verbs]

    assert sorted(listed) == sorted(history.Verb)


def test_a_macro_is_named_as_what_made_its_changes(
    agents_desk: Client, ticket: Ticket, agent: Member
) -> None:
    macro = Macro.objects.create(name="Refund", owner=agent, priority=Priority.HIGH)
    seen = Message.objects.get().pk
    apply_macro(ticket, macro=macro, actor=agent, seen_message_id=seen, submission_key=ticket.submission_key)

    assert told(agents_desk, ticket, kind="facts") == [
        "Agent changed the priority: Normal → High",
        "Agent used the macro Refund",
    ]


def test_what_happened_in_a_joined_ticket_says_where(
    house: House, agents_desk: Client, ticket: Ticket, agent: Member, customer: Member
) -> None:
    source = make_ticket(house, customer)
    merge_tickets(source, into=ticket, actor=agent)

    items = agents_desk.get(address(ticket)).context["items"]

    assert {item["origin"] for item in items if item["text"] == "Customer sent the request"} == {
        "",
        source.number,
    }


def test_a_long_history_comes_in_pages_that_cost_the_same(
    agents_desk: Client, ticket: Ticket, agent: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    short = count_queries(lambda: agents_desk.get(address(ticket)))
    for priority in (Priority.HIGH, Priority.LOW, Priority.URGENT):
        change_priority(ticket, priority=priority, actor=agent)

    first = agents_desk.get(address(ticket))
    second = agents_desk.get(address(ticket) + Page(first).links["Older"])

    texts = [item["text"] for page in (first, second) for item in page.context["items"]]
    assert texts == [
        "Agent changed the priority: Low → Urgent",
        "Agent changed the priority: High → Low",
        "Agent changed the priority: Normal → High",
        "Customer sent the request",
    ]
    assert Page(second).links["Back to the newest"] == "?"
    assert "Older" not in Page(second).links
    assert_same_queries(short, count_queries(lambda: agents_desk.get(address(ticket))))
