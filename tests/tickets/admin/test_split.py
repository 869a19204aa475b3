"""A part of a ticket becomes its own, at the desk and without script; joining undoes it."""

import uuid

import pytest
from django.test import Client

from accounts.models import Member
from helpdesk.errors import Refused
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, note, write_back
from tests.pages import Page
from tickets.actions.merge import merge_tickets
from tickets.actions.split import split_ticket
from tickets.models import Clock, Message, Participant, Ticket, TicketAlias
from tickets.queries import find_ticket


@pytest.fixture
def ticket(house: House, customer: Member, agent: Member) -> Ticket:
    made = make_ticket(house, customer, body="One")
    answer(made, agent, "Two")
    write_back(made, customer, "Three")
    note(made, agent, "Four")
    return made


def url_of(ticket: Ticket) -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/split/"


def bodies(ticket: Ticket) -> list[str]:
    return list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("body", flat=True))


@pytest.mark.parametrize(("extent", "moved"), [("one", ["Three"]), ("later", ["Three", "Four"])])
def test_split_by_the_form_once(
    agents_desk: Client, ticket: Ticket, customer: Member, extent: str, moved: list[str]
) -> None:
    message = Message.objects.get(body="Three")
    form = Page(agents_desk.get(f"{url_of(ticket)}?message={message.pk}")).form("")
    values = {**form.values, "message_id": str(message.pk), "extent": extent, "subject": "Another thing"}

    for _press in range(2):
        assert agents_desk.post(url_of(ticket), values).status_code == 303

    new = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (new.subject, new.split_from, bodies(new)) == ("Another thing", ticket, moved)
    assert bodies(ticket) == [body for body in ("One", "Two", "Three", "Four") if body not in moved]
    assert TicketAlias.objects.get(number=new.number).ticket == new
    assert Participant.objects.get(ticket=new).member == customer
    kinds = Clock.objects.filter(ticket=new, state="running").order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["first_response", "resolution"]
    page = Page(agents_desk.get(f"/admin/tickets/ticket/{new.pk}/change/")).text
    assert f"made {new.number} out of a part of {ticket.number}" in page
    assert f"from {ticket.number}" in page


def test_each_part_leads_to_the_other(
    house: House, site: Client, agents_desk: Client, ticket: Ticket, agent: Member, customer: Member
) -> None:
    new = split(ticket, agent, "Three")
    parts = [(ticket, new), (new, ticket)]

    desk = [agents_desk.get(f"/admin/tickets/ticket/{here.pk}/change/") for here, _there in parts]
    found = [agents_desk.get("/admin/tickets/ticket/", {"q": there.number}) for _here, there in parts]
    site.force_login(customer)
    portal = [site.get(f"/tickets/{here.number}/") for here, _there in parts]

    for place, (_here, there) in enumerate(parts):
        assert f'href="/admin/tickets/ticket/?q={there.number}"' in desk[place].content.decode()
        assert found[place]["Location"] == f"/admin/tickets/ticket/{there.pk}/change/"
        assert f'href="/tickets/{there.number}/"' in portal[place].content.decode()


def test_who_was_copied_in_is_not_led_to_a_part_that_they_may_not_read(
    house: House, site: Client, ticket: Ticket, agent: Member
) -> None:
    friend = make_member("friend@else.example")
    Participant.objects.create(ticket=ticket, member=friend, role=Participant.Role.PARTICIPANT)
    new = split(ticket, agent, "Three")
    site.force_login(friend)

    page = site.get(f"/tickets/{ticket.number}/")

    assert new.number in Page(page).text
    assert f'href="/tickets/{new.number}/"' not in page.content.decode()


def test_joining_undoes_a_split(ticket: Ticket, agent: Member) -> None:
    new = split(ticket, agent, "Three")

    merge_tickets(new, into=ticket, actor=agent)

    assert bodies(ticket) == ["One", "Two", "Three", "Four"]
    assert find_ticket(Ticket.objects.all(), new.number, "ACME") == ticket


@pytest.mark.parametrize(
    ("body", "with_later", "told"), [("Four", False, "may read"), ("One", True, "Nothing would be left")]
)
def test_each_side_keeps_something_to_read(
    ticket: Ticket, agent: Member, body: str, with_later: bool, told: str
) -> None:
    with pytest.raises(Refused, match=told):
        split(ticket, agent, body, with_later=with_later)

    assert Ticket.objects.count() == 1


def test_a_message_of_another_ticket_is_not_taken(
    house: House, agents_desk: Client, ticket: Ticket, customer: Member
) -> None:
    make_ticket(house, customer, body="Elsewhere")
    foreign = Message.objects.get(body="Elsewhere")

    answered = agents_desk.post(
        url_of(ticket),
        {"message_id": str(foreign.pk), "extent": "one", "subject": "X", "submission_key": str(uuid.uuid4())},
    )

    assert answered.status_code == 422
    assert Ticket.objects.count() == 2


def test_a_long_title_is_counted(agents_desk: Client, ticket: Ticket) -> None:
    form = Page(agents_desk.get(url_of(ticket))).forms[-1]

    answered = agents_desk.post(url_of(ticket), {**form.values, "subject": "x" * 121})

    assert answered.status_code == 422
    assert "Title must be 120 characters or fewer. You have used 121." in Page(answered).text


def test_digits_hidden_in_the_title_are_not_shown_in_the_box_either(
    house: House, agents_desk: Client, customer: Member
) -> None:
    ticket = make_ticket(house, customer, subject="My card 4111 1111 1111 1111")

    page = Page(agents_desk.get(url_of(ticket)))

    assert "4111 1111" not in page.text + page.forms[-1].values["subject"]
    assert page.forms[-1].values["subject"].startswith("My card")


def split(ticket: Ticket, agent: Member, body: str, *, with_later: bool = False) -> Ticket:
    return split_ticket(
        ticket,
        message_id=Message.objects.get(body=body).pk,
        with_later=with_later,
        subject="Another thing",
        actor=agent,
        submission_key=uuid.uuid4(),
    )
