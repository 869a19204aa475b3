"""A ticket on paper: whole, with what is internal marked, or only what its customer may read."""

from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tests.tickets.admin.test_acts import url_of
from tickets.models import Ticket


def paper(desk: Client, ticket: Ticket, query: str = "") -> str:
    return Page(desk.get(url_of(ticket, "print") + query)).text


def test_all_of_it_is_there_and_what_is_internal_says_so(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    ticket = make_ticket(house, customer, subject="Card 4111 1111 1111 1111 declined")
    note(ticket, agent, "Checked with the bank.")
    answer(ticket, agent, "It is on its way.")

    whole, open_part = paper(agents_desk, ticket), paper(agents_desk, ticket, "?notes=0")

    assert "4111" not in whole
    assert "For the desk only: with internal notes." in whole
    assert "· Internal note" in whole
    assert "Checked with the bank." in whole
    assert "It is on its way." in whole
    assert "It is on its way." in open_part
    assert "The refund is still not here." in open_part
    assert "Checked with the bank." not in open_part
    assert "For the desk only" not in open_part


def test_it_is_shown_to_nobody_who_may_not_see_the_ticket(
    house: House, outsiders_desk: Client, strangers_desk: Client, customer: Member
) -> None:
    path = url_of(make_ticket(house, customer), "print")

    assert [desk.get(path).status_code for desk in (outsiders_desk, strangers_desk)] == [404, 404]


def test_it_costs_the_same_however_long_it_is(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    ticket = make_ticket(house, customer)
    answer(ticket, agent, "One")
    before = count_queries(lambda: agents_desk.get(url_of(ticket, "print")))
    for text in ("Two", "Three"):
        answer(ticket, agent, text)

    after = count_queries(lambda: agents_desk.get(url_of(ticket, "print")))

    assert_same_queries(before, after)
