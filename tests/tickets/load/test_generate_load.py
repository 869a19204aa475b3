"""Generated load is made of rows as the product itself would have left them."""

import uuid
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.plugin import DjangoDbBlocker

from accounts.addresses import forget_tenants
from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from tests.emptied import empty_tables
from tests.factories.cast import House, make_house, make_member
from tickets.actions.submit import submit_ticket
from tickets.actions.words import renew_words
from tickets.models import (
    Clock,
    ClockSegment,
    ClockStep,
    Message,
    Participant,
    Ticket,
    TicketAlias,
    TicketEvent,
    TicketWords,
)
from tickets.models.ticket import Status
from tickets.numbers import check_digit
from tickets.queries import open_tickets_visible_to
from tickets.sla import business_time
from tickets.sla.clocks import attention_at, awaits_answer, pauses_of
from tickets.sla.policy import calendar_of
from tickets.tasks import count_all_figures, sweep_clocks

TICKETS, MESSAGES = 120, 4


def load(slug: str, *, tickets: int = TICKETS, messages: int = MESSAGES) -> str:
    """Runs the command and returns what it printed."""
    told = StringIO()
    call_command("generate_load", slug, tickets=tickets, messages=messages, stdout=told)
    return told.getvalue()


def staffed_house(slug: str) -> House:
    """A tenant in which somebody can answer."""
    house = make_house(slug)
    forget_tenants()
    with tenant_scope(house.tenant.pk):
        make_member(f"agent@{slug}.example", role=Member.Role.AGENT, team=house.team)
        make_member(f"admin@{slug}.example", role=Member.Role.ADMIN)
    return house


@pytest.fixture(scope="module")
def stored(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A tenant with generated tickets, stored once for the tests that only look."""
    with django_db_blocker.unblock():
        house = staffed_house("bulk")
        load("bulk")

    yield house

    with django_db_blocker.unblock():
        empty_tables()


@pytest.fixture
def loaded(stored: House, db: None) -> Iterator[House]:
    """That tenant, with its scope open."""
    forget_tenants()
    with tenant_scope(stored.tenant.pk):
        yield stored


def test_numbers_follow_the_counter_and_verify(loaded: House) -> None:
    numbers = list(Ticket.objects.order_by("pk").values_list("number", flat=True))

    assert numbers == [f"BULK-{counter}{check_digit(str(counter))}" for counter in range(100, 100 + TICKETS)]
    assert list(TicketAlias.objects.order_by("pk").values_list("number", flat=True)) == numbers


def test_next_request_takes_the_next_number(loaded: House) -> None:
    ticket = submit_ticket(
        requester=Member.objects.get(email="person-1@load.example"),
        is_proven=True,
        subject="A real one",
        body="After many others.",
        category=loaded.category,
        submission_key=uuid.uuid4(),
    )

    assert ticket.number == f"BULK-{100 + TICKETS}{check_digit(str(100 + TICKETS))}"


def test_second_load_goes_on_where_the_first_ended(transactional_db: None) -> None:
    house = staffed_house("acme")
    count_all_figures()  # of the tenant that the tests beside this one look at

    told = load("acme", tickets=3, messages=1)
    counted = [count_all_figures()]
    told += load("acme", tickets=2, messages=1)
    counted.append(count_all_figures())

    with tenant_scope(house.tenant.pk):
        counters = [
            int(number[5:-1]) for number in Ticket.objects.order_by("pk").values_list("number", flat=True)
        ]
    assert (counters, counted) == ([100, 101, 102, 103, 104], [3, 2])
    assert [line.split(" after")[0] for line in told.splitlines()] == ["3 tickets", "2 tickets"]


def test_every_ticket_has_its_requester_and_all_of_its_messages(loaded: House) -> None:
    for ticket in Ticket.objects.all():
        messages = list(Message.objects.filter(ticket=ticket).order_by("pk"))
        requester = Participant.objects.get(ticket=ticket)

        assert len(messages) == MESSAGES
        assert [message.created_at for message in messages] == sorted(
            message.created_at for message in messages
        )
        assert (messages[0].author_id, messages[0].created_at) == (requester.member_id, ticket.created_at)
        assert messages[0].submission_key == ticket.submission_key
        assert (requester.role, requester.proven_at) == (Participant.Role.REQUESTER, ticket.created_at)


def test_events_tell_every_message_and_end_in_the_status(loaded: House) -> None:
    for ticket in Ticket.objects.all():
        events = list(TicketEvent.objects.filter(ticket=ticket).order_by("pk"))
        said = [event.message_id for event in events if event.message_id]
        statuses = [event.changes["status"] for event in events if "status" in event.changes]

        assert said == list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("pk", flat=True))
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert (statuses[-1][1] if statuses else Status.NEW) == ticket.status
        assert all(before[1] == after[0] for before, after in pairwise(statuses))


def test_clocks_are_due_when_their_segments_say(loaded: House) -> None:
    for clock in Clock.objects.select_related("calendar_version").prefetch_related("segments"):
        segments = list(clock.segments.all())

        assert segments[-1].state == clock.state
        if clock.state == Clock.State.RUNNING:
            assert clock.due_at == business_time.due_at(
                calendar_of(clock.calendar_version),
                clock.started_at,
                clock.target_seconds,
                pauses_of(segments),
            )
        assert ClockStep.objects.filter(clock=clock).count() == (clock.breached_at is not None)
    assert ClockSegment.objects.filter(reason=ClockSegment.Reason.CUSTOMER_TURN).exists()


def test_tickets_want_attention_when_their_first_clock_is_due(loaded: House) -> None:
    for ticket in Ticket.objects.prefetch_related("clocks"):
        assert ticket.attention_at == attention_at(ticket.clocks.all())
        assert ticket.awaits_answer == awaits_answer(ticket.clocks.all())


def test_sweep_finds_nothing_left_to_mark(loaded: House) -> None:
    assert sweep_clocks() == 0


def test_statuses_of_every_age_occur(loaded: House) -> None:
    admin = Member.objects.get(role=Member.Role.ADMIN)

    found = set(Ticket.objects.values_list("status", flat=True))

    assert found == set(Status.values)
    assert 0 < open_tickets_visible_to(admin).count() < TICKETS / 2


def test_two_loads_are_alike(transactional_db: None) -> None:
    drawn = []
    for slug in ("acme", "globex"):
        house = staffed_house(slug)
        load(slug)
        with tenant_scope(house.tenant.pk):
            drawn.append(list(Ticket.objects.order_by("pk").values_list("subject", "status", "priority")))

    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == TICKETS


def test_what_makes_no_sense_is_refused(transactional_db: None) -> None:
    make_house("acme")

    with pytest.raises(CommandError, match="no tenant “nobody”"):
        load("nobody")
    with pytest.raises(CommandError, match="nobody who could answer"):
        load("acme")
    for wrong in ({"tickets": 0}, {"messages": 0}, {"messages": 1001}):
        with pytest.raises(CommandError, match="must be 1 or more"):
            load("acme", **wrong)


def test_words_are_those_the_product_would_have_kept(loaded: House) -> None:
    kept = dict(TicketWords.objects.values_list("ticket_id", "public"))

    for ticket in Ticket.objects.all()[:10]:
        TicketWords.objects.filter(ticket=ticket).update(public="")
        renew_words(ticket)
    renewed = dict(TicketWords.objects.values_list("ticket_id", "public"))

    assert len(kept) == TICKETS
    assert renewed == kept


def test_last_public_event_is_what_customers_go_by(loaded: House) -> None:
    for ticket in Ticket.objects.all():
        public = TicketEvent.objects.filter(ticket=ticket, is_public=True)

        assert ticket.told_at == max(event.at for event in public)
