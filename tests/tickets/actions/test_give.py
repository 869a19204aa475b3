"""A team's rule finds somebody for new tickets: who is there, reads the language and has room; nobody twice, nothing lost."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.addresses import forget_tenants
from accounts.models import Member, Team, TeamMembership
from accounts.models.team import Tier
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_house, make_member
from tests.factories.tickets import make_ticket, write_back
from tests.queries import counted_queries
from tickets.actions.assign import assign, route
from tickets.actions.escalate import hand_over
from tickets.actions.give import give_out
from tickets.actions.spam import mark_spam
from tickets.actions.split import split_ticket
from tickets.actions.status import change_status
from tickets.admin.events import event_text, reason_of
from tickets.models import Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import Status
from tickets.tasks import give_out_tickets

Assigning = Team.Assigning


def rule(team: Team, assigning: Assigning) -> None:
    """The team assigns so from now on."""
    team.assigning = assigning
    team.save()


def worker(house: House, name: str, **fields: object) -> Member:
    """An agent of the house's first team."""
    return make_member(f"{name}@acme.example", role=Member.Role.AGENT, team=house.team, **fields)


def ask(house: House, customer: Member, locale: str = "en") -> Ticket:
    house.category.refresh_from_db()
    return make_ticket(house, customer, locale=locale)


def holders() -> list[str]:
    """Who has each ticket, in the order in which they came."""
    return [
        str(ticket.assignee or "-") for ticket in Ticket.objects.order_by("pk").select_related("assignee")
    ]


def test_without_a_rule_nobody_gets_anything(house: House, customer: Member, agent: Member) -> None:
    ask(house, customer)

    given = give_out()

    assert (given, holders()) == (0, ["-"])


def test_what_is_split_off_is_given_where_nobody_has_the_ticket(
    house: House, customer: Member, agent: Member, lead: Member
) -> None:
    held, free = ask(house, customer), ask(house, customer)
    assign(held, assignee=agent, actor=lead)
    later = [write_back(ticket, customer) for ticket in (held, free)]
    rule(house.team, Assigning.IN_TURN)
    for ticket, message in zip((held, free), later, strict=True):
        ticket.refresh_from_db()
        split_ticket(
            ticket,
            message_id=message.pk,
            with_later=False,
            subject="Another thing",
            actor=lead,
            submission_key=uuid.uuid4(),
        )

    given = give_out()

    assert (given, holders()[2:]) == (1, ["Agent", "Agent"])
    assert holders()[:2] == ["Agent", "-"]  # came in before the team had a rule


def test_the_least_busy_who_reads_the_language_gets_it_once_and_it_is_told_why(
    house: House, customer: Member, lead: Member
) -> None:
    rule(house.team, Assigning.LEAST_BUSY)
    sam, noor = worker(house, "sam"), worker(house, "noor", languages=["ar", "en"])
    ask(house, customer)
    give_out()
    give_out()
    for locale in ("ar-EG", "ar", "en"):
        ask(house, customer, locale)

    given = give_out(), give_out()

    told = TicketEvent.objects.filter(verb=Verb.ASSIGNED).order_by("ticket")
    assert given == (3, 0)
    assert holders() == ["Lead", "Noor", "Noor", "Sam"]
    assert [(event.actor_kind, event_text(event), reason_of(event)) for event in told][1:] == [
        ("rule", "A rule assigned the ticket to Noor", "Rule: least busy in Payments who reads Arabic."),
        ("rule", "A rule assigned the ticket to Noor", "Rule: least busy in Payments who reads Arabic."),
        ("rule", "A rule assigned the ticket to Sam", "Rule: least busy in Payments."),
    ]
    assert (sam.languages, noor.languages) == ([], ["ar", "en"])


def test_what_a_person_gave_to_nobody_stays_with_nobody(
    house: House, customer: Member, agent: Member
) -> None:
    rule(house.team, Assigning.IN_TURN)
    ticket = ask(house, customer)
    give_out()
    assign(ticket, assignee=None, actor=agent)

    given = give_out()

    assert (given, holders()) == (0, ["-"])


def test_a_ticket_waits_while_everybody_is_full_and_goes_to_who_becomes_free(
    house: House, customer: Member
) -> None:
    rule(house.team, Assigning.IN_TURN)
    worker(house, "sam", most_tickets=2), worker(house, "tess", most_tickets=1)
    tickets = [ask(house, customer) for _ticket in range(5)]

    first = give_out(), holders()
    change_status(tickets[2], status=Status.PENDING, actor=None)
    second = give_out(), holders()

    assert first == (3, ["Sam", "Tess", "Sam", "-", "-"])
    assert second == (1, ["Sam", "Tess", "Sam", "Sam", "-"])


def test_who_is_away_gets_none_and_a_language_waits_for_its_reader(house: House, customer: Member) -> None:
    rule(house.team, Assigning.LEAST_BUSY)
    later = timezone.now().date() + dt.timedelta(days=2)
    worker(house, "off", takes_tickets=False)
    leave = worker(house, "leave", back_on=later, languages=["ar"])
    worker(house, "noor", locale="ar", most_tickets=1), worker(house, "sam")
    for locale in ("ar", "ar", "en"):
        ask(house, customer, locale)

    give_out()
    before = holders()
    leave.back_on = timezone.now().date() - dt.timedelta(days=1)
    leave.save()
    give_out()

    assert before == ["Noor", "-", "Sam"]
    assert holders() == ["Noor", "Leave", "Sam"]


def test_spam_and_other_tiers_wait_and_a_hand_over_finds_its_own_people(
    house: House, customer: Member, agent: Member
) -> None:
    rule(house.team, Assigning.LEAST_BUSY)
    expert = make_member("expert@acme.example", role=Member.Role.AGENT)
    TeamMembership.objects.create(team=house.team, member=expert, tier=Tier.L2)
    spam, ticket = ask(house, customer), ask(house, customer)
    mark_spam(spam, actor=agent)
    give_out()

    hand_over(ticket, actor=agent, note="Needs the bank.", seen_tier=1, submission_key=uuid.uuid4())
    waits = holders()
    give_out()

    assert (waits, holders()) == (["-", "-"], ["-", "Expert"])


def test_a_ticket_that_is_moved_to_another_team_is_given_there(
    house: House, customer: Member, agent: Member
) -> None:
    rule(house.other_team, Assigning.IN_TURN)
    make_member("vera@acme.example", role=Member.Role.AGENT, team=house.other_team)
    ticket = ask(house, customer)
    house.other_category.refresh_from_db()

    route(ticket, category=house.other_category, actor=agent)
    give_out()

    assert holders() == ["Vera"]


def test_giving_costs_the_same_however_many_wait(house: House, customer: Member) -> None:
    rule(house.team, Assigning.IN_TURN)
    worker(house, "sam", most_tickets=1)
    for _ticket in range(2):
        ask(house, customer)
    give_out()
    with counted_queries() as few:
        give_out()
    for _ticket in range(6):
        ask(house, customer)

    with counted_queries() as many:
        give_out()

    assert len(many) == len(few) <= 8


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("assigning", "tickets"),
    [
        pytest.param("in_turn", 10, id="in-turn"),
        pytest.param("least_busy", 10, id="least-busy"),
        pytest.param("in_turn", 300, id="long", marks=pytest.mark.proof),
    ],
)
def test_many_at_once_are_given_evenly_and_never_beyond_what_anybody_takes(
    transactional_db: None, assigning: str, tickets: int
) -> None:
    house = make_house("acme")
    forget_tenants()
    with tenant_scope(house.tenant.pk):
        Team.objects.filter(pk=house.team.pk).update(assigning=assigning)
        house.category.refresh_from_db()
        customer = make_member("customer@acme.example")
        for name in ("ann", "bob", "cem"):
            worker(house, name)
        worker(house, "dan", most_tickets=1)
    together = Barrier(5)

    def send(count: int) -> None:
        together.wait(60)
        try:
            for _ticket in range(count):
                with tenant_scope(house.tenant.pk):
                    make_ticket(house, customer)
                give_out_tickets()
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(send, [tickets // 5] * 5))

    with tenant_scope(house.tenant.pk):
        names = holders()
        events = TicketEvent.objects.filter(verb=Verb.ASSIGNED).count()
    shares = sorted(names.count(name) for name in ("Ann", "Bob", "Cem"))
    assert names.count("Dan") == 1
    assert sum(shares) == tickets - 1 == events - 1
    assert shares[2] - shares[0] <= 1
