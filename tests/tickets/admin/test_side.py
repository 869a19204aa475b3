"""An expert outside is asked by mail: they get what was chosen, and the customer nothing of it."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from helpdesk.outbox.message import message_of
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.render import render
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tickets.actions.files import keep_file
from tickets.models import Attachment, SideConversation, SideMessage, Ticket


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    key = uuid.uuid4()
    for name in ("receipt.txt", "passport.txt"):
        keep_file(SimpleUploadedFile(name, f"inside {name}".encode()), draft_key=key, uploaded_by=customer)
    return make_ticket(house, customer, submission_key=key, body="My words")


def url_of(ticket: Ticket) -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/side/"


def ask(desk: Client, ticket: Ticket, *, address: str = "", **wishes: Any) -> Any:
    form = Page(desk.get(url_of(ticket) + address)).form(address)
    values = {
        "email": "expert@bank.example",
        "name": "Eve Expert",
        "subject": "A refund",
        "body": "Is this receipt real?",
        **wishes,
    }
    return desk.post(url_of(ticket) + address, {**form.values, **values})


def test_the_expert_reads_what_was_chosen_and_no_more(
    agents_desk: Client, ticket: Ticket, customer: Member
) -> None:
    receipt = Attachment.objects.get(name="receipt.txt")

    assert ask(agents_desk, ticket, files=[str(receipt.pk)]).status_code == 303

    row = OutboxRow.objects.get(topic="side_question")
    content = message_of(row, render(row)).decode()
    token = SideConversation.objects.get().token
    assert (row.to_address, row.reply_to) == ("expert@bank.example", f"support+{token}@acme.example")
    assert "Is this receipt real?" in content
    assert "inside receipt.txt" in content
    for hidden in ("passport", "My words", ticket.number, customer.email, "acme.localhost"):
        assert hidden not in content


def test_the_thread_goes_on_and_the_customer_sees_nothing(
    agents_desk: Client, site: Client, ticket: Ticket, customer: Member
) -> None:
    ask(agents_desk, ticket)
    thread = SideConversation.objects.get()

    ask(agents_desk, ticket, address=f"?thread={thread.pk}", body="And this one?")

    on_form = Page(agents_desk.get(f"{url_of(ticket)}?thread={thread.pk}&view=mine"))
    first, second = OutboxRow.objects.filter(topic="side_question").order_by("pk")
    assert on_form.form(f"?thread={thread.pk}&view=mine").values["body"] == ""
    assert (second.in_reply_to, second.about) == (
        first.message_id,
        f"side:{thread.pk}",
    )
    desk = Page(agents_desk.get(url_of(ticket))).text
    assert "Is this receipt real?" in desk
    assert "And this one?" in desk
    site.force_login(customer)
    for page in ("", "print/"):
        text = Page(site.get(f"/tickets/{ticket.number}/{page}")).text
        assert "receipt real" not in text
        assert "expert" not in text.lower()


def test_what_the_expert_answered_elsewhere_is_kept_and_nothing_is_sent(
    agents_desk: Client, site: Client, ticket: Ticket, customer: Member
) -> None:
    ask(agents_desk, ticket)
    thread = SideConversation.objects.get()
    key = str(uuid.uuid4())
    kept = {"body": "It is a forgery.", "answered": "1", "submission_key": key}

    empty = ask(agents_desk, ticket, address=f"?thread={thread.pk}", **kept | {"body": " "})
    for _press in range(2):
        ask(agents_desk, ticket, address=f"?thread={thread.pk}", **kept)

    assert "Write a question, or what they answered." in empty.content.decode()
    assert [(message.author_id, message.body) for message in thread.messages.all()][1:] == [
        (None, "It is a forgery.")
    ]
    assert OutboxRow.objects.filter(topic="side_question").count() == 1
    page = Page(agents_desk.get(url_of(ticket))).text
    assert page.index("Eve Expert") < page.index("It is a forgery.")
    history = Page(agents_desk.get(url_of(ticket).replace("side", "history"))).text
    assert "kept what an expert outside answered: expert@bank.example" in history
    site.force_login(customer)
    assert "forgery" not in Page(site.get(f"/tickets/{ticket.number}/")).text


def test_sent_twice_it_is_mailed_once(agents_desk: Client, ticket: Ticket) -> None:
    key = str(uuid.uuid4())

    for _press in range(2):
        ask(agents_desk, ticket, submission_key=key)

    assert OutboxRow.objects.filter(topic="side_question").count() == 1


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"email": "customer@acme.example"}, "takes part in the ticket"),
        ({"body": " "}, "Write what you want to know."),
        ({"email": "nobody"}, "Enter an email address in the form name@example.org"),
        ({"subject": "x" * 121}, "Subject must be 120 characters or fewer. You have used 121."),
        ({"files": ["999999"]}, "999999"),
    ],
)
def test_what_is_wrong_sends_nothing(
    agents_desk: Client, ticket: Ticket, wishes: dict[str, Any], told: str
) -> None:
    answer = ask(agents_desk, ticket, **wishes)

    assert answer.status_code == 422
    assert told in Page(answer).text
    assert SideMessage.objects.count() == 0


def test_a_file_of_another_ticket_is_not_sent(
    house: House, agents_desk: Client, ticket: Ticket, customer: Member
) -> None:
    key = uuid.uuid4()
    keep_file(SimpleUploadedFile("foreign.txt", b"x"), draft_key=key, uploaded_by=customer)
    make_ticket(house, customer, submission_key=key)
    foreign = Attachment.objects.get(name="foreign.txt")

    assert ask(agents_desk, ticket, files=[str(foreign.pk)]).status_code == 422


def test_a_thread_of_another_ticket_is_not_found(
    house: House, agents_desk: Client, ticket: Ticket, customer: Member
) -> None:
    ask(agents_desk, ticket)
    other = make_ticket(house, customer)

    answer = agents_desk.get(f"{url_of(other)}?thread={SideConversation.objects.get().pk}")

    assert answer.status_code == 404


def test_a_quoted_message_hides_its_secrets(agents_desk: Client, house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer, body="My card is 4111 1111 1111 1111, please check")

    page = agents_desk.get(f"{url_of(ticket)}?message={ticket.messages.get().pk}").content.decode()

    assert "&gt; My card is" in page
    assert "4111 1111" not in page
