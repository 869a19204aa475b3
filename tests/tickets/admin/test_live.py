"""An open queue learns what changed, who is where, and what was said last, and only of what its reader may see."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note, write_back
from tests.queries import count_queries
from tickets import presence
from tickets.actions.status import change_status
from tickets.admin.live import stamp_of
from tickets.models import Ticket
from tickets.models.ticket import Status
from tickets.presence import Doing

QUEUE = "/admin/tickets/ticket/"


@pytest.fixture(autouse=True)
def nobody_is_there() -> None:
    cache.clear()


def ask(desk: Client, since: dt.datetime, *shown: Ticket, query: str = "") -> dict[str, Any]:
    """The news for a page that was made at `since` and shows these tickets."""
    ids = ".".join(str(ticket.pk) for ticket in shown)
    answer: dict[str, Any] = desk.get(f"{QUEUE}live/?{query}&since={stamp_of(since)}&shown={ids}").json()
    return answer


def test_what_came_and_what_changed_is_counted(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    shown, solved = make_ticket(house, customer), make_ticket(house, customer)
    since = timezone.now()
    quiet = ask(agents_desk, since, shown, solved)

    write_back(shown, customer)
    change_status(solved, status=Status.SOLVED, actor=agent)
    one = ask(agents_desk, since, shown)
    make_ticket(house, customer)
    make_ticket(house, customer, category=house.other_category)
    both = ask(agents_desk, since, shown, solved)

    assert (quiet["told"], one["told"], both["told"]) == ("", "1 update", "3 updates")
    assert ask(agents_desk, since, query="view=mine")["told"] == ""
    assert both["counts"][QUEUE] == "2"
    assert both["counts"][f"{QUEUE}?view=unassigned"] == "2"


def test_who_is_where_is_told_of_tickets_one_may_see(
    house: House, agents_desk: Client, agent: Member, lead: Member, admin: Member, customer: Member
) -> None:
    own = make_ticket(house, customer)
    foreign = make_ticket(house, customer, category=house.other_category)
    for ticket in (own, foreign):
        presence.note(ticket.pk, agent, Doing.VIEWING)
        presence.note(ticket.pk, lead, Doing.REPLYING)

    first = ask(agents_desk, timezone.now(), own, foreign)["eyes"]
    page = agents_desk.get(QUEUE).content.decode()
    presence.note(own.pk, admin, Doing.VIEWING)
    second = ask(agents_desk, timezone.now(), own)["eyes"]

    name = lead.get_short_name()
    assert first == {str(own.pk): f"{name} is replying"}
    assert f"<bdi>{name} is replying</bdi>" in page
    assert second == {str(own.pk): f"{name} and 1 other are here"}


@pytest.mark.parametrize(
    "query", ["", "since=x&shown=a.b", "since=99999999999999999999&shown=²", "team=videos"]
)
def test_nonsense_is_answered_with_nothing(agents_desk: Client, query: str) -> None:
    response = agents_desk.get(f"{QUEUE}live/?{query}")

    assert (response.status_code, response.json()["told"], response.json()["eyes"]) == (200, "", {})


def test_a_stranger_learns_nothing_of_shown_tickets(
    house: House, other_house: House, foreign_admins_desk: Client, agent: Member, customer: Member
) -> None:
    ticket, since = make_ticket(house, customer), timezone.now() - dt.timedelta(hours=1)
    presence.note(ticket.pk, agent, Doing.VIEWING)

    with tenant_scope(other_house.tenant.pk):
        news = ask(foreign_admins_desk, since, ticket)

    assert (news["told"], news["eyes"]) == ("", {})


def test_asking_costs_the_same_with_one_ticket_and_with_three(
    house: House, agents_desk: Client, customer: Member
) -> None:
    since, tickets = timezone.now(), [make_ticket(house, customer)]
    before = count_queries(lambda: ask(agents_desk, since, *tickets))
    tickets += [make_ticket(house, customer), make_ticket(house, customer)]

    assert count_queries(lambda: ask(agents_desk, since, *tickets)) == before <= 9


def test_the_last_message_is_shown_under_its_row(
    house: House, agents_desk: Client, agent: Member, customer: Member
) -> None:
    ticket, other = make_ticket(house, customer), make_ticket(house, customer)
    answer(ticket, agent, "On its way.")
    note(ticket, agent, "Bank says no to 4111 1111 1111 1111.\n\n" + "x" * 3000)
    rows = agents_desk.get(QUEUE).context["rows"]
    link = next(row for row in rows if row.number == ticket.number)

    page = agents_desk.get(QUEUE + link.preview_url).content.decode()
    part = agents_desk.get(link.fragment_url).content.decode()

    assert page.count('class="queue-preview"') == 1
    assert page.index('id="preview"') > page.index(ticket.number)
    assert "Internal note:" in part
    assert "4111 1111" not in page + part
    assert part.count("x" * 1900) == page.count("x" * 1900) == 1
    assert "<html" not in part
    assert "queue-preview" not in agents_desk.get(f"{QUEUE}?preview={other.number}x").content.decode()


def test_a_preview_of_another_team_is_not_there(house: House, agents_desk: Client, customer: Member) -> None:
    foreign = make_ticket(house, customer, category=house.other_category, body="secret of videos")

    assert agents_desk.get(f"{QUEUE}{foreign.pk}/preview/").status_code == 404
    assert "secret" not in agents_desk.get(f"{QUEUE}?preview={foreign.number}").content.decode()
