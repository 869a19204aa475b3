"""Two agents at one ticket: the second learns what moved and who moved it, and no change is lost."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.addresses import forget_tenants
from accounts.hosts import forget_hosts
from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_category, make_house, make_member
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.tickets.admin.conftest import browser
from tests.tickets.admin.test_acts import newest, send, url_of
from tickets.actions.assign import assign, change_priority, route
from tickets.actions.rename import rename
from tickets.actions.status import change_status
from tickets.models import Merge, Message, Ticket, TicketEvent
from tickets.models.ticket import Priority, Status


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def form_for(desk: Client, ticket: Ticket, act: str) -> Any:
    page = Page(desk.get(url_of(ticket, "route" if act == "route" else "change")))
    forms = [form for form in page.forms if form.action in {url_of(ticket, act), ""}]
    return forms[-1]


CASES = ["status", "priority", "assign", "route", "title"]


@pytest.mark.parametrize("act", CASES)
def test_what_a_colleague_changed_is_told_and_not_overwritten(
    house: House, agents_desk: Client, agent: Member, lead: Member, ticket: Ticket, act: str
) -> None:
    given = form_for(agents_desk, ticket, act).values
    move = {
        "status": lambda: change_status(ticket, status=Status.SOLVED, actor=lead),
        "priority": lambda: change_priority(ticket, priority=Priority.URGENT, actor=lead),
        "assign": lambda: assign(ticket, assignee=lead, actor=lead),
        "route": lambda: route(
            ticket, category=make_category("card-declined", house.team, en="Card"), actor=lead
        ),
        "title": lambda: rename(ticket, subject="Refund of order 1182", actor=lead),
    }
    wish = {
        "status": {"status": "on_hold"},
        "priority": {"priority": "1"},
        "assign": {"assignee": str(agent.pk)},
        "route": {"category": str(house.other_category.pk)},
        "title": {"subject": "Where is the money"},
    }
    move[act]()
    ticket.refresh_from_db()
    before = (ticket.status, ticket.priority, ticket.assignee_id, ticket.category_id, ticket.subject)

    stopped = agents_desk.post(url_of(ticket, act), given | wish[act])

    ticket.refresh_from_db()
    assert stopped.status_code == 409
    assert "Somebody changed this while you looked at it." in stopped.content.decode()
    assert "Lead" in stopped.context["moved"]["text"]
    assert (ticket.status, ticket.priority, ticket.assignee_id, ticket.category_id, ticket.subject) == before


def test_the_button_below_does_it_all_the_same(agents_desk: Client, lead: Member, ticket: Ticket) -> None:
    given = form_for(agents_desk, ticket, "status").values
    change_status(ticket, status=Status.SOLVED, actor=lead)
    stopped = Page(agents_desk.post(url_of(ticket, "status"), given | {"status": "on_hold"}))
    form = stopped.form(url_of(ticket, "status"))

    response = agents_desk.post(form.action, form.values)

    ticket.refresh_from_db()
    assert form.values["was"] == "solved"
    assert response.status_code == 303
    assert ticket.status == Status.ON_HOLD


def test_who_wants_what_is_already_there_is_not_stopped(
    agents_desk: Client, lead: Member, ticket: Ticket
) -> None:
    given = form_for(agents_desk, ticket, "status").values
    change_status(ticket, status=Status.SOLVED, actor=lead)

    response = agents_desk.post(url_of(ticket, "status"), given | {"status": "solved"})

    assert response.status_code == 303


def test_a_reply_to_a_ticket_that_a_colleague_solved_is_stopped(
    agents_desk: Client, lead: Member, ticket: Ticket
) -> None:
    change_status(ticket, status=Status.SOLVED, actor=lead)

    stopped = send(agents_desk, ticket, seen_status="new")
    form = Page(stopped).form(url_of(ticket, "reply"))
    anyway = agents_desk.post(form.action, {**form.values, "status": "open"})

    assert stopped.status_code == 409
    assert "Lead changed the status: New → Solved" in stopped.content.decode()
    assert anyway.status_code == 303


@pytest.fixture
def shared_house(transactional_db: None) -> House:
    """A tenant that several connections see."""
    house = make_house("acme")
    forget_hosts()
    forget_tenants()
    return house


def at_once(acts: list[Any]) -> list[Any]:
    """The answers to acts that begin at the same moment, each on a connection of its own."""
    together = Barrier(len(acts))

    def run(act: Any) -> Any:
        together.wait(30)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize(
    "rounds", [pytest.param(5, id="short"), pytest.param(50, id="long", marks=pytest.mark.proof)]
)
def test_of_two_at_once_one_wins_and_the_other_is_told(shared_house: House, rounds: int) -> None:
    house = shared_house
    with tenant_scope(house.tenant.pk):
        asks = make_member("customer@acme.example")
        staff = [
            make_member(f"{name}@acme.example", role=Member.Role.AGENT, team=house.team)
            for name in ("lina", "sam")
        ]
        desks = [browser(house, member) for member in staff]
        tickets = [make_ticket(house, asks) for _round in range(rounds)]
        seen = {ticket.pk: newest(ticket) for ticket in tickets}
    pairs: list[tuple[tuple[str, dict[str, Any]], tuple[str, dict[str, Any]]]] = [
        (("status", {"status": "solved", "was": "new"}), ("status", {"status": "on_hold", "was": "new"})),
        (("priority", {"priority": "1", "was": "2"}), ("priority", {"priority": "4", "was": "2"})),
        (
            ("assign", {"assignee": staff[0].pk, "was": ""}),
            ("assign", {"assignee": staff[1].pk, "was": ""}),
        ),
        (("reply", {"body": "One", "status": "open"}), ("reply", {"body": "Two", "status": "open"})),
        (("status", {"status": "solved", "was": "new"}), ("reply", {"body": "Three", "status": "pending"})),
    ]

    answers = []
    for number, ticket in enumerate(tickets):
        told = {"seen_message_id": seen[ticket.pk], "seen_status": "new"}
        posts = [
            partial(desk.post, url_of(ticket, name), values | (told if name == "reply" else {}))
            for desk, (name, values) in zip(desks, pairs[number % len(pairs)], strict=True)
        ]
        answers.append(sorted(answer.status_code for answer in at_once(posts)))

    assert answers == [[303, 409]] * rounds
    with tenant_scope(house.tenant.pk):
        for ticket in tickets:
            changes = TicketEvent.objects.filter(ticket=ticket).exclude(verb="submitted")
            assert len({event.actor_id for event in changes}) == 1


def told_of_joining(answer: Any) -> bool:
    """Whether the page after the act says that it was not done, because the ticket was joined meanwhile."""
    text = Page(answer).text
    return (
        "This ticket was joined with another one." in text or "was joined with another ticket already" in text
    )


def chains_broken(ticket: Ticket) -> list[str]:
    """The fields of the ticket whose history does not lead, step by step, to what they are now."""
    wrong = []
    for field, now in (("status", ticket.status), ("priority", ticket.priority)):
        events = TicketEvent.objects.filter(ticket=ticket, changes__has_key=field).order_by("pk")
        steps = [event.changes[field] for event in events]
        leads = all(before[1] == after[0] for before, after in pairwise(steps))
        if not leads or (steps and steps[-1][1] != now):
            wrong.append(field)
    return wrong


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "rounds", [pytest.param(5, id="short"), pytest.param(50, id="long", marks=pytest.mark.proof)]
)
def test_joining_and_another_act_at_once_lose_nothing(shared_house: House, rounds: int) -> None:
    house = shared_house
    with tenant_scope(house.tenant.pk):
        asks = make_member("customer@acme.example")
        lina, sam = (
            make_member(f"{name}@acme.example", role=Member.Role.AGENT, team=house.team)
            for name in ("lina", "sam")
        )
        desks = [browser(house, member) for member in (lina, sam)]

    for number in range(rounds):
        with tenant_scope(house.tenant.pk):
            one, two, three = (make_ticket(house, asks) for _ticket in range(3))
            told = {"seen_message_id": newest(one), "seen_status": "new", "status": "new"}
        name, values = [
            ("assign", {"assignee": sam.pk, "was": ""}),
            ("status", {"status": "solved", "was": "new"}),
            ("reply", {"body": "At once", **told, "status": "open"}),
            ("note", {"body": "At once"}),
            ("merge", {"into": three.number, "told": "It goes on here."}),
        ][number % 5]
        posts = [
            partial(
                desks[0].post,
                url_of(one, "merge"),
                {"into": two.number, "told": "It goes on here."},
                follow=True,
            ),
            partial(desks[1].post, url_of(one, name), values, follow=True),
        ]

        answers = at_once(posts)

        with tenant_scope(house.tenant.pk):
            one.refresh_from_db()
            done = [TicketEvent.objects.filter(ticket=one, actor=actor).count() for actor in (lina, sam)]
            refused = [told_of_joining(answer) for answer in answers]
            written = Message.objects.filter(ticket__in=[one, two, three], body="At once")
            assert [count > 0 for count in done] == [not told for told in refused], (name, done, refused)
            assert one.merged_into_id == (two.pk if done[0] else three.pk)
            assert Merge.objects.filter(source=one).count() == 1
            assert Ticket.objects.get(pk=one.merged_into_id).status != Status.CLOSED
            if name in {"reply", "note"}:
                where = [one.merged_into_id] * (done[1] > 0)
                assert list(written.values_list("ticket", flat=True)) == where
            assert [chains_broken(ticket) for ticket in (two, three)] == [[], []]
