"""The lists of the desk walk the index made for them, as the application role, from any place on."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Member, Team
from helpdesk.tenancy import tenant_scope
from tests.emptied import empty_tables
from tests.factories.cast import House, make_house, make_member
from tests.settled import settle
from tickets.admin.asked import Asked, View
from tickets.admin.orders import Place, Sort, end_of_look, upto, walk_of
from tickets.admin.search import Found
from tickets.models import Mention, Ticket, TicketAnswer
from tickets.models.ticket import Status

THEN = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
INDEXES = {
    Sort.DUE: ("ticket_queue on", "ROW(attention_at, id)"),
    Sort.NEWEST: ("ticket_queue_newest on", "id"),
    Sort.UPDATED: ("ticket_queue_updated on", "ROW(updated_at, id)"),
    Sort.PRIORITY: ("ticket_queue_priority on", "ROW(urgency, attention_at, id)"),
}
CLOSED, OPEN_ELSEWHERE, OPEN_HERE, SPAM = 4_000, 48, 12, 20


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A tenant as years leave it, most of its tickets closed, and counted by the planner."""
    with django_db_blocker.unblock():
        house = make_house("years")
        with tenant_scope(house.tenant.pk):
            agent = make_member("agent@years.example", role=Member.Role.AGENT, team=house.team)
            admin = make_member("admin@years.example", role=Member.Role.ADMIN)
            tickets = Ticket.objects.bulk_create(_tickets(house, agent, admin))
            TicketAnswer.objects.bulk_create(_answers(tickets))
        settle()

    yield house

    with django_db_blocker.unblock():
        empty_tables()


def _tickets(house: House, agent: Member, admin: Member) -> Iterator[Ticket]:
    """Few of the open ones are nobody's."""
    total = CLOSED + OPEN_ELSEWHERE + OPEN_HERE + SPAM
    for place in range(total):
        is_open = place % (total // (OPEN_ELSEWHERE + OPEN_HERE)) == 0
        is_here = is_open and place % 5 == 0
        then = THEN + dt.timedelta(hours=place - total // 2)
        yield Ticket(
            number=f"X-{place}",
            subject="x",
            locale="en",
            status=Status.OPEN if is_open else Status.CLOSED,
            team=house.team if is_here else house.other_team,
            assignee=agent if is_here and place % 2 == 0 else admin if place % 7 else None,
            is_spam=place % (total // SPAM) == 1,
            attention_at=then,
            updated_at=then,
        )


def _answers(tickets: Sequence[Ticket]) -> Iterator[TicketAnswer]:
    """Every second ticket is about the same product, every one has an order of its own."""
    for place, ticket in enumerate(tickets):
        yield TicketAnswer(ticket=ticket, key="order_number", value=f"ord-{place}")
        if place % 2 == 0:
            yield TicketAnswer(ticket=ticket, key="product", value="phone")


@pytest.fixture
def house(filled: House, db: None) -> Iterator[House]:
    with tenant_scope(filled.tenant.pk):
        yield filled


@pytest.fixture
def admin(house: House) -> Member:
    return Member.objects.get(email="admin@years.example")


@pytest.fixture
def agent(house: House) -> Member:
    return Member.objects.get(email="agent@years.example")


def middle(sort: Sort, *, backwards: bool = False) -> Place:
    """A place half way down the list in that order."""
    pk = Ticket.objects.order_by("pk").values_list("pk", flat=True)[CLOSED // 2]
    keys = {Sort.DUE: (THEN, pk), Sort.NEWEST: (pk,), Sort.UPDATED: (THEN, pk), Sort.PRIORITY: (2, THEN, pk)}
    return Place(keys[sort], backwards)


def plan_of(tickets: QuerySet[Ticket, Any]) -> str:
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
        (View.UNASSIGNED, False, "ticket_queue_unassigned on"),
        (View.UNASSIGNED, True, "ticket_queue_team_unassigned on"),
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

    plan = plan_of(walk_of(tickets, Sort.DUE, middle(Sort.DUE, backwards=backwards)))

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

    plan = plan_of(walk_of(tickets, sort, middle(sort, backwards=backwards)))

    assert index in plan
    assert row in condition_of(plan)
    assert "Sort" not in plan


def test_spam_is_one_walk_along_its_index(house: House, admin: Member) -> None:
    (tickets,) = Asked(view=View.SPAM).parts(admin, [])

    plan = plan_of(walk_of(tickets, Sort.NEWEST, middle(Sort.NEWEST)))

    assert "ticket_spam on" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    ("filters", "index", "equal"),
    [
        ({"status": "new"}, "ticket_queue_status on", "(status)::text = 'new'"),
        ({"priority": "4"}, "ticket_queue_priority on", "urgency = 1"),
    ],
)
def test_one_filter_is_one_walk_along_its_index(
    house: House, admin: Member, filters: dict[str, str], index: str, equal: str
) -> None:
    asked = Asked(filters=filters)
    (tickets,) = asked.parts(admin, [])

    plan = plan_of(walk_of(tickets, Sort.DUE, middle(Sort.DUE)))

    assert not asked.is_looked_through
    assert index in plan
    assert equal in condition_of(plan)
    assert "ROW(attention_at, id)" in condition_of(plan)
    assert "Sort" not in plan


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("backwards", [False, True])
def test_what_no_index_knows_is_looked_for_between_two_places_of_the_walk(
    house: House, admin: Member, sort: Sort, backwards: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.admin.orders.LOOKED", 5)
    asked = Asked(sort=sort, filters={"language": "ar", "tier": "2"})
    (plain,), (tickets,) = asked.plain.parts(admin, []), asked.parts(admin, [])
    start = Place.of(walk_of(plain, sort, None)[30], sort, is_backwards=backwards)

    end = end_of_look([plain], sort, start)
    assert end is not None
    seen = list(walk_of(upto(plain, end, sort), sort, start))
    plan = plan_of(walk_of(upto(tickets, end, sort), sort, start))

    assert asked.is_looked_through
    assert seen == list(walk_of(plain, sort, start)[:5])
    assert INDEXES[sort][0] in plan
    assert [condition_of(plan).count(sign) for sign in "<>"] == [1, 1]
    assert "Sort" not in plan


def test_an_agents_list_walks_the_index_of_each_team(house: House, agent: Member) -> None:
    own, assigned = Asked().parts(agent, [Team.objects.get(pk=house.team.pk)])

    plans = [plan_of(walk_of(part, Sort.DUE, middle(Sort.DUE))) for part in (own, assigned)]

    assert "ticket_queue_of_team on" in plans[0]
    assert "ticket_queue_of_assignee on" in plans[1]
    assert all("ROW(attention_at, id)" in condition_of(plan) and "Sort" not in plan for plan in plans)


def test_a_count_looks_at_no_ticket(house: House, agent: Member) -> None:
    teams = [Team.objects.get(pk=house.team.pk)]
    lists = [Asked(view=view) for view in View if view != View.SPAM] + [Asked(team=teams[0])]

    counted = [Found(asked.parts(agent, teams)).count_of().order_by().values("pk") for asked in lists]
    plans = [plan_of(each) for each in counted]

    assert all("Index Only Scan" in plan and "Index Scan" not in plan for plan in plans), plans


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize(
    "filters",
    [
        {"status": "new"},
        {"priority": "3", "status": "on_hold"},
        {"language": "de"},
        {"tier": "2"},
        {"assignee": "none"},
    ],
)
def test_a_narrowed_list_looks_at_no_ticket_that_it_leaves_out(
    house: House, agent: Member, filters: dict[str, str], sort: Sort
) -> None:
    teams = [Team.objects.get(pk=house.team.pk)]
    asked = Asked(filters=filters, sort=sort)

    lists = [*asked.parts(agent, teams), *asked.plain.parts(agent, teams)]
    plans = [plan_of(walk_of(part, sort, middle(sort)).values("pk")) for part in lists]

    assert all("Index Only Scan" in plan and "Index Scan" not in plan for plan in plans), plans


def test_what_mentions_an_agent_is_read_by_its_keys_and_never_along_the_list(
    house: House, agent: Member
) -> None:
    Mention.objects.create(ticket=Ticket.objects.filter(team=house.other_team)[0], member=agent)

    *_walks, mentioning = Asked().parts(agent, [Team.objects.get(pk=house.team.pk)])

    with connection.cursor() as cursor:
        sql, params = walk_of(mentioning, Sort.DUE, middle(Sort.DUE))[:50].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "(id = ANY " in condition_of(plan)


@pytest.mark.parametrize("sort", [Sort.DUE, Sort.PRIORITY])
def test_an_answer_is_asked_of_each_ticket_along_the_walk(house: House, admin: Member, sort: Sort) -> None:
    (tickets,) = Asked(sort=sort, filters={"answer.product": "Phone"}).parts(admin, [])

    plan = plan_of(walk_of(tickets, sort, middle(sort)))

    index, row = INDEXES[sort]
    assert index in plan
    assert row in condition_of(plan)
    assert "ticket_answer" in plan
    assert "Sort" not in plan


def test_a_rare_answer_is_found_by_its_own_index(house: House, admin: Member) -> None:
    (tickets,) = Asked(filters={"answer.order_number": "ord-7"}).parts(admin, [])

    with connection.cursor() as cursor:
        sql, params = tickets[:50].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "ticket_answer_found" in plan
    assert "Seq Scan" not in plan
