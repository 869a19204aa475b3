"""The lists of the desk walk the index made for them, as the application role, from any place on."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Member, Team
from tests.factories.cast import House
from tickets.admin.asked import Asked, View
from tickets.admin.orders import Place, Sort, walk_of
from tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("settled", "others")

THEN = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
PLACES = {Sort.DUE: (THEN, 7), Sort.NEWEST: (7,), Sort.UPDATED: (THEN, 7), Sort.PRIORITY: (2, THEN, 7)}
INDEXES = {
    Sort.DUE: ("ticket_queue on", "ROW(attention_at, id)"),
    Sort.NEWEST: ("ticket_queue_newest on", "id"),
    Sort.UPDATED: ("ticket_queue_updated on", "ROW(updated_at, id)"),
    Sort.PRIORITY: ("ticket_queue_priority on", "ROW(urgency, attention_at, id)"),
}


@pytest.fixture
def others(settled: None, house: House) -> None:
    """Enough of another team's tickets that one index is cheaper than the other."""
    rows = (
        Ticket(number=f"X-{place}", subject="x", team=house.other_team, locale="en") for place in range(1000)
    )
    Ticket.objects.bulk_create(rows)


def plan_of(tickets: QuerySet[Ticket]) -> str:
    """The plan of the first page when nothing but indexes and their order is at hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
        )
        sql, params = tickets[:50].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


def condition_of(plan: str) -> str:
    return next(line for line in plan.splitlines() if "Index Cond" in line)


@pytest.mark.parametrize(
    ("view", "with_team", "index"),
    [
        (View.OPEN, False, "ticket_queue on"),
        (View.OPEN, True, "ticket_queue_of_team on"),
        (View.MINE, False, "ticket_queue_of_assignee on"),
        (View.UNASSIGNED, False, "ticket_queue on"),
        (View.DUE, False, "ticket_queue on"),
        (View.WAITING, False, "ticket_queue on"),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_a_list_is_one_walk_along_its_index(
    house: House, admin: Member, view: View, with_team: bool, index: str, backwards: bool
) -> None:
    team = Team.objects.get(pk=house.team.pk) if with_team else None
    (tickets,) = Asked(view=view, team=team).parts(admin, [])

    plan = plan_of(walk_of(tickets, Sort.DUE, Place((THEN, 7), backwards)))

    assert index in plan
    assert "ROW(attention_at, id)" in condition_of(plan)
    assert "Sort" not in plan


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("backwards", [False, True])
def test_an_order_is_one_walk_along_its_index(
    house: House, admin: Member, sort: Sort, backwards: bool
) -> None:
    index, row = INDEXES[sort]
    (tickets,) = Asked(sort=sort).parts(admin, [])

    plan = plan_of(walk_of(tickets, sort, Place(PLACES[sort], backwards)))

    assert index in plan
    assert row in condition_of(plan)
    assert "Sort" not in plan


def test_spam_is_one_walk_along_its_index(house: House, admin: Member) -> None:
    (tickets,) = Asked(view=View.SPAM).parts(admin, [])

    plan = plan_of(walk_of(tickets, Sort.NEWEST, Place((7,))))

    assert "ticket_spam on" in plan
    assert "Sort" not in plan


def test_an_agents_list_walks_the_index_of_each_team(house: House, agent: Member) -> None:
    own, assigned = Asked().parts(agent, [Team.objects.get(pk=house.team.pk)])

    plans = [plan_of(walk_of(part, Sort.DUE, Place((THEN, 7)))) for part in (own, assigned)]

    assert "ticket_queue_of_team on" in plans[0]
    assert "ticket_queue_of_assignee on" in plans[1]
    assert all("ROW(attention_at, id)" in condition_of(plan) and "Sort" not in plan for plan in plans)
