"""The title of a ticket is changed at the desk: told, found, seen by the customer, and never by two at once."""

import pytest
from django.test import Client

from accounts.models import Member
from helpdesk.errors import Refused
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.tickets.admin.test_acts import url_of
from tests.tickets.test_search import seen
from tickets.actions.rename import rename
from tickets.actions.status import change_status
from tickets.models import Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import Status


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer, subject="Help!!!")


def events(ticket: Ticket) -> list[object]:
    found = TicketEvent.objects.filter(ticket=ticket, verb=Verb.RENAMED)
    return list(found.order_by("pk").values_list("changes", flat=True))


def test_the_box_behind_the_pencil_changes_it(
    agents_desk: Client, site: Client, ticket: Ticket, agent: Member, customer: Member
) -> None:
    form = Page(agents_desk.get(url_of(ticket, "change"))).form(url_of(ticket, "title"))

    response = agents_desk.post(form.action, form.values | {"subject": "  Refund of order\n1182 is missing "})

    ticket.refresh_from_db()
    assert form.values["subject"] == form.values["was"] == "Help!!!"
    assert (response.status_code, response["Location"]) == (303, url_of(ticket, "change"))
    assert ticket.subject == "Refund of order 1182 is missing"
    assert events(ticket) == [{"subject": ["Help!!!", "Refund of order 1182 is missing"]}]
    assert seen(agent, "1182") == [ticket.subject]
    history = Page(agents_desk.get(url_of(ticket, "history") + "?kind=facts")).text
    assert "Agent changed the title: “Help!!!” → “Refund of order 1182 is missing”" in history
    site.force_login(customer)
    page = Page(site.get(f"/tickets/{ticket.number}/")).text
    assert "Refund of order 1182 is missing" in page
    assert "changed the title" not in page


@pytest.mark.parametrize(
    ("typed", "told"), [(" ", "Enter a title"), ("x" * 121, "Title must be 120 characters or fewer.")]
)
def test_what_can_be_no_title_is_kept_and_explained(
    agents_desk: Client, ticket: Ticket, typed: str, told: str
) -> None:
    answer = agents_desk.post(url_of(ticket, "title"), {"subject": typed, "was": "Help!!!"})

    page = Page(answer)
    assert answer.status_code == 422
    assert page.title.startswith("Error:")
    assert told in page.text
    assert page.form(url_of(ticket, "title")).values["subject"] == typed
    assert '<details class="title-edit" open>' in answer.content.decode()
    assert events(ticket) == []


def test_what_the_desk_does_not_show_is_not_overwritten_by_its_mask(
    house: House, agents_desk: Client, customer: Member, agent: Member
) -> None:
    ticket = make_ticket(house, customer, subject="Card 4111 1111 1111 1111")
    form = Page(agents_desk.get(url_of(ticket, "change"))).form(url_of(ticket, "title"))

    agents_desk.post(form.action, form.values)  # pressed without a change
    ticket.refresh_from_db()
    kept = ticket.subject
    moved = agents_desk.post(form.action, form.values | {"subject": "Card declined"})

    ticket.refresh_from_db()
    history = agents_desk.get(url_of(ticket, "history")).content.decode()
    assert kept == "Card 4111 1111 1111 1111"
    assert moved.status_code == 303
    assert ticket.subject == "Card declined"
    assert "4111 1111" not in history
    assert "Card •••• 1111" in history


def test_a_closed_ticket_keeps_its_title(agents_desk: Client, ticket: Ticket, agent: Member) -> None:
    change_status(ticket, status=Status.CLOSED, actor=None)

    page = Page(agents_desk.get(url_of(ticket, "change")))

    assert url_of(ticket, "title") not in [form.action for form in page.forms]
    with pytest.raises(Refused, match="closed"):
        rename(ticket, subject="Another", actor=agent)


def test_a_reading_press_changes_nothing(agents_desk: Client, ticket: Ticket) -> None:
    response = agents_desk.get(url_of(ticket, "title") + "?subject=Other")

    ticket.refresh_from_db()
    assert (response.status_code, ticket.subject) == (303, "Help!!!")
