"""Words of an internal note do not slip out to the customer: the writer is asked once, and nothing is lost."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note
from tests.pages import Page
from tests.queries import counted_queries
from tests.tickets.admin.test_acts import messages_of, send
from tickets.actions.merge import merge_tickets
from tickets.leaks import LEAST, leak_in
from tickets.models import DeskDraft, Ticket

NOTE = "He charged back two times already,\nand fraud control watches **this account** since May."
PASTED = f"Hello,\n\n{NOTE}\n\nBest"


@pytest.fixture
def ticket(house: House, customer: Member, agent: Member) -> Ticket:
    made = make_ticket(house, customer)
    note(made, agent, NOTE)
    return made


def reply_form(response: Any) -> Any:
    return next(form for form in Page(response).forms if "/reply/" in form.action)


def test_the_reply_is_stopped_once_and_goes_out_when_that_is_meant(
    agents_desk: Client, ticket: Ticket
) -> None:
    stopped = send(agents_desk, ticket, body=PASTED)
    again, page = reply_form(stopped), Page(stopped)
    sent_before = messages_of(ticket)[1:]
    sent = agents_desk.post(again.action, again.values | {"status": "pending"})

    assert stopped.status_code == 422
    assert "This stands in an internal note: “He charged back two times already, and fraud" in page.text
    assert "Send to Customer anyway" in page.text
    assert again.values["body"] == PASTED
    assert sent_before == []
    assert sent.status_code == 303
    assert messages_of(ticket)[1:] == [("public", PASTED)]


def test_another_note_is_asked_about_again(agents_desk: Client, ticket: Ticket, agent: Member) -> None:
    asked = reply_form(send(agents_desk, ticket, body=PASTED)).values["seen_notes"]
    other = "The bank told us in confidence that the card was reported as stolen."
    note(ticket, agent, other)

    stopped = send(agents_desk, ticket, body=f"{PASTED} {other}", seen_notes=asked)

    assert stopped.status_code == 422
    assert "The bank told us in confidence" in Page(stopped).text


def test_a_held_reply_is_asked_about_before_it_waits(agents_desk: Client, ticket: Ticket) -> None:
    stopped = send(agents_desk, ticket, body=PASTED, hold="1")

    assert stopped.status_code == 422
    assert not DeskDraft.objects.filter(leaves_at__isnull=False).exists()


def test_the_page_is_told_while_one_types(agents_desk: Client, ticket: Ticket) -> None:
    told = [send(agents_desk, ticket, body=body, save="1").json() for body in (PASTED, "Hello")]
    of_note = send(agents_desk, ticket, "note", body=NOTE, save="1").json()

    assert ["warned" in one for one in (*told, of_note)] == [True, False, False]
    assert told[0]["warned"].startswith("This stands in an internal note: “He charged back")


def test_a_copied_note_is_known_by_what_is_drawn_of_it(ticket: Ticket) -> None:
    drawn = "and fraud control watches this account since May."
    assert len(drawn) >= LEAST

    assert leak_in(f"By the way {drawn.replace(' ', '  ')}", ticket) is not None
    assert leak_in(drawn[: LEAST - 1], ticket) is None


def test_what_the_customer_has_read_already_is_no_secret(ticket: Ticket, agent: Member) -> None:
    answer(ticket, agent, f"We wrote: {NOTE}")

    assert leak_in(PASTED, ticket) is None


def test_a_secret_in_a_note_is_not_shown_by_the_question(ticket: Ticket, agent: Member) -> None:
    said = "The card is 4111 1111 1111 1111 and belongs to somebody else."
    note(ticket, agent, said)

    leak = leak_in(said, ticket)

    assert leak is not None
    assert leak.words == "The card is •••• 1111 and belongs to somebody else"


def test_notes_of_a_joined_ticket_count_too(
    house: House, ticket: Ticket, agent: Member, customer: Member
) -> None:
    into = make_ticket(house, customer)
    merge_tickets(ticket, into=into, actor=agent)

    assert leak_in(PASTED, into) is not None


def test_short_texts_and_tickets_without_notes_cost_little(
    house: House, customer: Member, agent: Member, ticket: Ticket
) -> None:
    quiet = make_ticket(house, customer)

    with counted_queries() as short:
        leak_in("Thank you.", ticket)
    with counted_queries() as long:
        leak_in(PASTED, quiet)

    assert (len(short), len(long)) == (0, 1)
