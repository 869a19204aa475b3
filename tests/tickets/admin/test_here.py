"""Who else has a ticket open is told on its page: in words, only to who may see the ticket, and for as long as it is so."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House, make_member
from tests.factories.tickets import make_ticket
from tests.queries import count_queries
from tests.tickets.admin.conftest import browser
from tests.tickets.admin.test_acts import url_of
from tickets import presence
from tickets.models import Ticket
from tickets.presence import Doing


@pytest.fixture(autouse=True)
def nobody_is_there() -> None:
    cache.clear()


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def here(desk: Client, ticket: Ticket, doing: str) -> Any:
    return desk.post(url_of(ticket, "here"), {"doing": doing})


def test_opening_the_page_tells_those_who_come_next(
    agents_desk: Client, leads_desk: Client, agent: Member, ticket: Ticket
) -> None:
    first = agents_desk.get(url_of(ticket, "change"))
    second = leads_desk.get(url_of(ticket, "change"))

    assert first.context["others"] == first.context["writing"] == []
    assert f"<bdi>{agent.get_short_name()} is viewing</bdi>" in second.content.decode()


def test_who_writes_is_named_first_until_they_leave(
    agents_desk: Client, leads_desk: Client, admin: Member, agent: Member, lead: Member, ticket: Ticket
) -> None:
    presence.note(ticket.pk, admin, Doing.VIEWING)
    alone = here(leads_desk, ticket, "viewing").json()
    both = here(agents_desk, ticket, "replying").json()
    beside = here(leads_desk, ticket, "viewing").json()

    gone = here(agents_desk, ticket, "gone")

    name, writer, looker = admin.get_short_name(), agent.get_short_name(), lead.get_short_name()
    assert alone == {"others": [f"{name} is viewing"], "writing": []}
    assert both == {"others": sorted([f"{name} is viewing", f"{looker} is viewing"]), "writing": []}
    assert beside == {
        "others": [f"{writer} is replying", f"{name} is viewing"],
        "writing": [f"{writer} is replying"],
    }
    assert gone.status_code == 204
    assert here(leads_desk, ticket, "viewing").json() == alone


def test_many_are_counted(house: House, agents_desk: Client, ticket: Ticket) -> None:
    for number in range(5):
        other = make_member(f"a{number}@acme.example", name=f"A{number} Person", role=Member.Role.AGENT)
        presence.note(ticket.pk, other, Doing.VIEWING)

    others = here(agents_desk, ticket, "viewing").json()["others"]

    assert len(others) == 4
    assert others[-1] == "2 others are here"


def test_it_is_told_to_nobody_who_may_not_see_the_ticket(
    house: House, outsiders_desk: Client, strangers_desk: Client, agent: Member, ticket: Ticket
) -> None:
    presence.note(ticket.pk, agent, Doing.VIEWING)

    answers = [here(desk, ticket, "viewing").status_code for desk in (outsiders_desk, strangers_desk)]

    assert answers == [404, 404]
    assert [one.member_id for one in presence.who([ticket.pk])[ticket.pk]] == [agent.pk]


def test_saying_so_costs_few_statements_and_reads_nothing_for_a_plain_visit(
    house: House, agents_desk: Client, agent: Member, ticket: Ticket
) -> None:
    agents_desk.get(url_of(ticket, "change"))
    colleague = browser(house, make_member("sam@acme.example", role=Member.Role.AGENT, team=house.team))

    cost = count_queries(lambda: here(colleague, ticket, "viewing"))
    visit = colleague.get(url_of(ticket, "here"))

    assert cost <= 5  # session, person, whether a note ever called them, and the ticket with its tags
    assert visit.status_code == 303
