"""A ticket as a file: what the customer may read, and with notes all that the desk has."""

import json
import uuid
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note
from tests.queries import assert_same_queries, count_queries
from tickets.actions.assign import assign
from tickets.actions.files import keep_file
from tickets.actions.merge import merge_for_the_desk
from tickets.actions.related import link_tickets
from tickets.actions.tags import add_tag
from tickets.actions.time_spent import add_time
from tickets.models import Ticket
from tickets.models.ticket import Status


@pytest.fixture
def ticket(house: House, customer: Member, agent: Member) -> Ticket:
    """A ticket with one of everything."""
    ticket, key = make_ticket(house, customer, fields={"order": "1182"}), uuid.uuid4()
    keep_file(ContentFile(b"log", name="log.txt"), draft_key=key, uploaded_by=agent)
    answer(ticket, agent, "Card 4111 1111 1111 1111?", submission_key=key, status=Status.PENDING)
    note(ticket, agent, "Only among us.")
    add_tag(ticket, name="vip", actor=agent)
    assign(ticket, assignee=agent, actor=agent)
    add_time(ticket, member=agent, minutes=25, purpose="Called", key=uuid.uuid4())
    link_tickets(ticket, make_ticket(house, customer), actor=agent, reason="same order")
    return ticket


def address(ticket: Ticket, query: str = "") -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/export/{query}"


def export(desk: Client, ticket: Ticket, query: str = "") -> dict[str, Any]:
    answered = desk.get(address(ticket, query))
    assert answered["Content-Disposition"] == f'attachment; filename="{ticket.number}.json"'
    found: dict[str, Any] = json.loads(answered.content)
    return found


def test_what_the_customer_may_read_and_nothing_of_the_desk(agents_desk: Client, ticket: Ticket) -> None:
    kept = export(agents_desk, ticket)

    assert (kept["number"], kept["status"], kept["answers"]) == (
        ticket.number,
        "Waiting for you",
        {"order": "1182"},
    )
    assert [one["kind"] for one in kept["messages"]] == ["public", "public"]
    assert [file["name"] for one in kept["messages"] for file in one["files"]] == ["log.txt"]
    assert {
        "history",
        "tags",
        "linked",
        "time_spent",
        "assignee",
        "promises",
        "priority",
    } & kept.keys() == set()
    assert "Only among us" not in json.dumps(kept)


def test_all_that_the_desk_has_when_it_is_asked_for(
    house: House, agents_desk: Client, ticket: Ticket, agent: Member, customer: Member
) -> None:
    merge_for_the_desk(make_ticket(house, customer, body="Elsewhere"), into=ticket, actor=agent)

    kept = export(agents_desk, ticket, "?notes=1")

    assert (kept["status"], kept["priority"], kept["assignee"]) == ("open", "normal", agent.email)
    assert (kept["tags"], [one["minutes"] for one in kept["time_spent"]]) == (["vip"], [25])
    assert [one["reason"] for one in kept["linked"]] == ["same order"]
    assert "Only among us." in [one["text"] for one in kept["messages"]]
    assert "Elsewhere" in [one["text"] for one in kept["messages"]]
    assert "Agent assigned the ticket to Agent" in [one["text"] for one in kept["history"]]
    assert "Elsewhere" not in json.dumps(export(agents_desk, ticket))


def test_secrets_stay_hidden(agents_desk: Client, ticket: Ticket) -> None:
    assert "4111 1111" not in json.dumps(export(agents_desk, ticket, "?notes=1"))


def test_an_export_costs_the_same_with_one_message_and_with_three(
    agents_desk: Client, ticket: Ticket, agent: Member
) -> None:
    before = count_queries(lambda: agents_desk.get(address(ticket, "?notes=1")))
    note(ticket, agent, "One more.")
    answer(ticket, agent, "And one.")

    assert_same_queries(before, count_queries(lambda: agents_desk.get(address(ticket, "?notes=1"))))
    assert agents_desk.post(address(ticket)).status_code == 405
