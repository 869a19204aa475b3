"""The lists of the desk walk the index made for them, as the application role, from any place on."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Member, Team
from tests.factories.cast import House
from tickets.admin.asked import Asked, Place, View, beyond
from tickets.models import Ticket

PLACE = Place(dt.datetime(2026, 11, 1, tzinfo=dt.UTC), 7)


def _fill(team: Team) -> None:
    """Enough of another team's tickets that one index is cheaper than the other, whatever the planner last counted."""
    rows = (Ticket(number=f"X-{place}", subject="x", team=team, locale="en") for place in range(1000))
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


@pytest.mark.parametrize(
    ("view", "with_team", "index"),
    [
        (View.OPEN, False, "ticket_queue on"),
        (View.OPEN, True, "ticket_queue_of_team on"),
        (View.MINE, False, "ticket_queue_of_assignee on"),
        (View.UNASSIGNED, False, "ticket_queue on"),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_a_list_is_one_walk_along_its_index(
    house: House, admin: Member, view: View, with_team: bool, index: str, backwards: bool
) -> None:
    _fill(house.other_team)
    team = Team.objects.get(pk=house.team.pk) if with_team else None
    tickets = Asked(view=view, team=team).tickets(admin)
    place = Place(PLACE.attention_at, PLACE.ticket_id, backwards)

    plan = plan_of(beyond(tickets.reverse() if backwards else tickets, place, newest_first=False))

    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert index in plan
    assert "ROW(attention_at, id)" in condition
    assert "Sort" not in plan
