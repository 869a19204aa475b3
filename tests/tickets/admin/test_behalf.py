"""A ticket opened for somebody who called, and the notes of calls."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.render import render
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tickets.actions.spam import block_sender
from tickets.models import Message, Participant, Ticket, TicketEvent

ADD = "/admin/tickets/ticket/add/"


def values_of(desk: Client, house: House, **wishes: Any) -> dict[str, str]:
    form = Page(desk.get(ADD)).form("")
    return {
        **form.values,
        "email": "new@caller.example",
        "name": "Nia New",
        "channel": "phone",
        "direction": "in",
        "category": str(house.category.pk),
        "subject": "Card blocked",
        "body": "Her card is blocked since Monday.",
        "priority": "3",
        **wishes,
    }


@pytest.mark.parametrize("is_known", [True, False])
def test_opened_once_with_a_mail_that_says_so(
    house: House, agents_desk: Client, agent: Member, customer: Member, is_known: bool
) -> None:
    values = values_of(agents_desk, house, is_mine="on", **({"email": customer.email} if is_known else {}))

    for _press in range(2):
        answer = agents_desk.post(ADD, values)

    ticket = Ticket.objects.get()
    person, message = Participant.objects.get(ticket=ticket), Message.objects.get(ticket=ticket)
    mail = OutboxRow.objects.get(about=f"ticket:{ticket.pk}")
    rendered = render(mail)
    assert answer["Location"] == f"/admin/tickets/ticket/{ticket.pk}/change/"
    assert (ticket.channel, ticket.priority, ticket.assignee) == ("phone", 3, agent)
    assert (message.author, message.side, message.channel, message.direction) == (
        agent,
        "desk",
        "phone",
        "in",
    )
    assert TicketEvent.objects.get(ticket=ticket, verb="submitted").actor == agent
    assert (person.member == customer, person.proven_at is not None) == (is_known, is_known)
    assert "We opened a request for you" in rendered.subject
    for part in (rendered.subject + rendered.text, rendered.subject + rendered.html):
        assert ("Card blocked" in part) == is_known
        assert ("blocked since Monday" in part) == is_known


def test_a_blocked_caller_is_no_spam(house: House, agents_desk: Client, lead: Member) -> None:
    block_sender("caller.example", actor=lead)

    agents_desk.post(ADD, values_of(agents_desk, house))

    assert not Ticket.objects.get().is_spam


def test_what_is_wrong_is_told_and_kept(house: House, agents_desk: Client) -> None:
    answer = agents_desk.post(ADD, values_of(agents_desk, house, email="nobody", subject=" "))

    page = Page(answer)
    assert answer.status_code == 422
    assert "Enter a title" in page.text
    assert "Her card is blocked since Monday." in answer.content.decode()
    assert Ticket.objects.count() == 0


def test_a_long_title_and_a_broken_address_are_told_as_in_the_portal(
    house: House, agents_desk: Client
) -> None:
    answer = agents_desk.post(
        ADD, values_of(agents_desk, house, email="nobody", subject="x" * 121, name="n" * 121)
    )

    text = Page(answer).text
    assert answer.status_code == 422
    assert "Enter an email address in the form name@example.org" in text
    assert "Title must be 120 characters or fewer. You have used 121." in text
    assert "Name must be 120 characters or fewer. You have used 121." in text


def test_somebody_shut_out_gets_no_ticket(house: House, agents_desk: Client, customer: Member) -> None:
    customer.is_active = False
    customer.save()

    answer = agents_desk.post(ADD, values_of(agents_desk, house, email=customer.email))

    assert answer.status_code == 422
    assert "shut out" in Page(answer).text


def test_another_teams_ticket_is_opened_and_not_shown(house: House, agents_desk: Client) -> None:
    values = values_of(agents_desk, house, category=str(house.other_category.pk), is_mine="on")

    answer = agents_desk.post(ADD, values)

    assert answer["Location"] == "/admin/tickets/ticket/"
    assert Ticket.objects.get().assignee is None


def test_a_call_is_noted_for_colleagues(
    house: House, agents_desk: Client, site: Client, customer: Member
) -> None:
    ticket = make_ticket(house, customer)
    url = f"/admin/tickets/ticket/{ticket.pk}/phone/"
    form = Page(agents_desk.get(url)).form("")
    values = {**form.values, "direction": "out", "body": "She will send the receipt."}

    for _press in range(2):
        assert agents_desk.post(url, values).status_code == 303

    message = Message.objects.get(body="She will send the receipt.")
    assert (message.kind, message.channel, message.direction) == ("internal", "phone", "out")
    assert "Phone: We called" in Page(agents_desk.get(f"/admin/tickets/ticket/{ticket.pk}/change/")).text
    site.force_login(customer)
    assert "receipt" not in Page(site.get(f"/tickets/{ticket.number}/")).text
