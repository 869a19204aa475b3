"""The desk copies somebody into a ticket: they learn nothing before they open their link, and the customer sees them."""

import pytest
from django.test import Client

from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, participant_of
from tests.pages import Page
from tickets.actions import participants
from tickets.actions.participants import copy_in
from tickets.actions.status import change_status
from tickets.models import BlockedSender, Participant, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import Status


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def address(ticket: Ticket, name: str = "people") -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/{name}/"


def test_somebody_is_copied_in_once_and_gets_a_link_and_nothing_more(
    agents_desk: Client, ticket: Ticket, agent: Member
) -> None:
    form = Page(agents_desk.get(address(ticket))).form("")
    for _press in range(2):
        agents_desk.post(address(ticket), {**form.values, "email": "Eve@bank.example"})
    answer(ticket, agent, "Only for those who are known.")

    mails = OutboxRow.objects.filter(to_address="eve@bank.example")
    added = Participant.objects.select_related("member").get(member__email="eve@bank.example")
    assert [row.topic for row in mails] == ["ticket_added"]
    assert "Refund for order" not in str(mails[0].context)
    assert (added.role, added.proven_at) == (Participant.Role.PARTICIPANT, None)
    page = Page(agents_desk.get(address(ticket, "change")))
    assert "So will 1 other participant." in page.text


def test_the_way_to_it_keeps_what_was_written(agents_desk: Client, ticket: Ticket) -> None:
    form = Page(agents_desk.get(address(ticket, "change"))).form(address(ticket, "reply"))

    answered = agents_desk.post(form.action, {**form.values, "body": "Half a reply", "people": "1"})

    assert (answered.status_code, answered["Location"]) == (303, address(ticket))
    again = Page(agents_desk.get(address(ticket, "change"))).form(address(ticket, "reply"))
    assert again.values["body"] == "Half a reply"


def test_the_customer_sees_who_reads_along(
    house: House, site: Client, ticket: Ticket, agent: Member, customer: Member
) -> None:
    copy_in(ticket, email="eve@bank.example", actor=agent)
    site.force_login(customer)

    page = Page(site.get(f"/tickets/{ticket.number}/"))

    assert "eve@bank.example" in page.text
    assert "Somebody was added" in page.text


def test_their_part_ends_and_the_requesters_does_not(
    agents_desk: Client, ticket: Ticket, agent: Member, customer: Member
) -> None:
    added = copy_in(ticket, email="eve@bank.example", actor=agent)

    agents_desk.post(address(ticket), {"remove": added.pk})
    agents_desk.post(address(ticket), {"remove": added.pk})
    refused = agents_desk.post(address(ticket), {"remove": participant_of(ticket, customer).pk}, follow=True)

    verbs = TicketEvent.objects.filter(verb=Verb.PARTICIPANT_REMOVED)
    assert "The one who asked stays in the ticket." in Page(refused).text
    assert (Participant.objects.count(), verbs.count()) == (1, 1)


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("", "Enter an email address"),
        ("no address", "Enter an email address"),
        ("agent@acme.example", "This is a colleague. Mention them in an internal note instead."),
        ("eve@spam.example", "This sender is blocked. Lift the block first."),
        ("full@bank.example", "1 people can take part in a ticket."),
    ],
    ids=range(5),
)
def test_who_cannot_be_copied_in_is_told_and_kept(
    agents_desk: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, email: str, said: str
) -> None:
    BlockedSender.objects.create(value="spam.example")
    if email.startswith("full"):
        monkeypatch.setattr(participants, "PARTICIPANTS", 1)

    answered = agents_desk.post(address(ticket), {"email": email})

    assert answered.status_code == 422
    assert said in Page(answered).text
    assert f'value="{email}"' in answered.content.decode() or not email
    assert Participant.objects.count() == 1


def test_nobody_is_copied_into_a_closed_ticket(agents_desk: Client, ticket: Ticket, agent: Member) -> None:
    change_status(ticket, status=Status.CLOSED, actor=agent)

    answered = agents_desk.post(address(ticket), {"email": "eve@bank.example"})

    assert (answered.status_code, Participant.objects.count()) == (422, 1)
    assert "This ticket is closed. Nobody can be added any more." in Page(answered).text
