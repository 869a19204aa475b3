"""What the palette finds on the server: a few tickets and articles that the person may see, at a fixed price."""

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.queries import count_queries
from tickets.models import Ticket

PALETTE = "/admin/tickets/ticket/palette/"


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer, subject="Refund for order 1182")


def test_a_ticket_is_found_by_number_and_by_words(agents_desk: Client, ticket: Ticket) -> None:
    hit = {
        "label": f"{ticket.number} Refund for order 1182",
        "hint": "New",
        "url": f"/admin/tickets/ticket/{ticket.pk}/change/",
    }

    for words in (ticket.number, "refund order"):
        assert agents_desk.get(PALETTE, {"q": words}).json() == {"tickets": [hit], "articles": []}


@pytest.mark.parametrize("words", ["", "x", "  ", "nothing like it", "' or 1=1 --", "%%%", "x" * 300])
def test_nothing_is_found_without_a_sound(agents_desk: Client, ticket: Ticket, words: str) -> None:
    assert agents_desk.get(PALETTE, {"q": words}).json() == {"tickets": [], "articles": []}


def test_other_teams_and_tenants_find_nothing(
    outsiders_desk: Client, foreign_admins_desk: Client, ticket: Ticket
) -> None:
    for desk in (outsiders_desk, foreign_admins_desk):
        for words in (ticket.number, "refund order"):
            assert desk.get(PALETTE, {"q": words}).json() == {"tickets": [], "articles": []}


def test_it_costs_the_same_however_many_there_are(
    house: House, customer: Member, agents_desk: Client, ticket: Ticket
) -> None:
    def ask() -> object:
        return agents_desk.get(PALETTE, {"q": "refund order"})

    one = count_queries(ask)
    for _more in range(8):
        make_ticket(house, customer, subject="Refund for order 1182")
    many = count_queries(ask)

    assert len(agents_desk.get(PALETTE, {"q": "refund order"}).json()["tickets"]) == 6
    assert many == one
    assert many <= 12
