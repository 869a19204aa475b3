"""A ticket in spam leaves the desk's queues and clocks, and its customer sees what everybody else sees."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, participant_of, write_back
from tests.pages import Page
from tickets.actions.late import say_late
from tickets.actions.spam import HELD, block_sender, mark_spam, unmark_spam
from tickets.joined import is_blocked
from tickets.models import Clock, ClockSegment, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import NEVER, Status
from tickets.queries import open_tickets_visible_to


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def clocks(ticket: Ticket) -> list[tuple[str, str, bool]]:
    found = Clock.objects.filter(ticket=ticket).order_by("kind")
    return [(clock.kind, clock.state, clock.due_at is None) for clock in found]


def test_spam_stops_clocks_and_holds_back_mail(ticket: Ticket, agent: Member) -> None:
    mark_spam(ticket, actor=agent)
    mark_spam(ticket, actor=agent)

    ticket.refresh_from_db()
    assert (ticket.is_spam, ticket.attention_at, ticket.status) == (True, NEVER, Status.NEW)
    assert not ticket.awaits_answer
    assert clocks(ticket) == [("first_response", "paused", True), ("resolution", "paused", True)]
    rows = OutboxRow.objects.filter(about=f"ticket:{ticket.pk}").values_list("state", "answer")
    assert list(rows) == [("held", HELD)]
    assert TicketEvent.objects.filter(ticket=ticket, verb=Verb.MARKED_SPAM, is_public=False).count() == 1
    assert list(open_tickets_visible_to(agent)) == []


def test_no_spam_after_all_runs_and_mails_again(ticket: Ticket, agent: Member) -> None:
    before = ticket.attention_at

    mark_spam(ticket, actor=agent)
    unmark_spam(ticket, actor=agent)
    unmark_spam(ticket, actor=agent)

    ticket.refresh_from_db()
    assert clocks(ticket) == [("first_response", "running", False), ("resolution", "running", False)]
    assert before <= ticket.attention_at <= before + dt.timedelta(minutes=1)
    assert list(OutboxRow.objects.values_list("state", "answer")) == [("waiting", "")]
    assert list(open_tickets_visible_to(agent)) == [ticket]


def test_a_mail_in_a_workers_hands_is_left_alone(ticket: Ticket, agent: Member) -> None:
    OutboxRow.objects.update(leased_until=timezone.now() + dt.timedelta(minutes=1))

    mark_spam(ticket, actor=agent)

    assert OutboxRow.objects.get().state == OutboxRow.State.WAITING


def test_what_the_customer_adds_starts_no_clock_until_the_mark_is_off(
    ticket: Ticket, agent: Member, customer: Member
) -> None:
    answer(ticket, agent, status=Status.PENDING)
    mark_spam(ticket, actor=agent)

    write_back(ticket, customer)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.attention_at) == (Status.OPEN, NEVER)
    assert not Clock.objects.filter(ticket=ticket, state=Clock.State.RUNNING).exists()

    unmark_spam(ticket, actor=agent)

    running = Clock.objects.filter(ticket=ticket, state=Clock.State.RUNNING).order_by("kind")
    assert [clock.kind for clock in running] == ["next_response", "resolution"]


def test_a_solved_ticket_keeps_what_it_met(ticket: Ticket, agent: Member) -> None:
    answer(ticket, agent, status=Status.SOLVED)

    mark_spam(ticket, actor=agent)

    assert [state for _kind, state, _due in clocks(ticket)] == ["met", "met"]


def test_nobody_replies_to_spam(ticket: Ticket, agent: Member) -> None:
    mark_spam(ticket, actor=agent)

    with pytest.raises(Refused, match="marked as spam"):
        answer(ticket, agent)


def test_the_customers_page_is_the_same(
    ticket: Ticket, agent: Member, customer: Member, site: Client
) -> None:
    site.force_login(customer)
    before = Page(site.get(f"/tickets/{ticket.number}/")).text

    mark_spam(ticket, actor=agent)

    assert Page(site.get(f"/tickets/{ticket.number}/")).text == before
    assert ticket.number in Page(site.get("/tickets/")).text


def test_saying_late_is_heard_by_nobody_and_refused_to_nobody(
    ticket: Ticket, agent: Member, customer: Member
) -> None:
    mark_spam(ticket, actor=agent)
    mails = OutboxRow.objects.count()

    first = say_late(participant_of(ticket, customer))
    second = say_late(participant_of(ticket, customer))

    assert (first, OutboxRow.objects.count()) == (second, mails)


@pytest.mark.parametrize(
    "value", ["mal@spam.example", "spam.example", "@SPAM.example", "mal+other@spam.example"]
)
def test_a_blocked_senders_request_lands_in_spam_with_the_same_answer(
    house: House, lead: Member, value: str
) -> None:
    block_sender(value, actor=lead)
    mal = make_member("mal@spam.example")

    ticket = make_ticket(house, mal)

    ticket.refresh_from_db()
    assert (ticket.is_spam, ticket.attention_at) == (True, NEVER)
    assert [state for _kind, state, _due in clocks(ticket)] == ["paused", "paused"]
    assert ClockSegment.objects.filter(reason=ClockSegment.Reason.SPAM).count() == 2
    confirmation = OutboxRow.objects.get(about=f"ticket:{ticket.pk}")
    assert (confirmation.state, confirmation.topic) == ("waiting", "ticket_received")
    assert confirmation.context["first_response_due_at"]
    event = TicketEvent.objects.get(ticket=ticket, verb=Verb.MARKED_SPAM)
    assert (event.actor, event.is_public) == (None, False)


def test_others_and_ended_blocks_land_in_the_queue(house: House, lead: Member) -> None:
    block_sender("mal@spam.example", actor=lead, until=timezone.now() - dt.timedelta(seconds=1))
    block_sender("other.example", actor=lead)

    now = timezone.now()
    assert not is_blocked("mal@spam.example", now=now)
    assert not is_blocked("ann@notother.example", now=now)
    assert is_blocked("ann@very.other.example", now=now)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("gmail.com", "have their mail at gmail.com"),
        ("acme.example", "your own desk"),
        ("agent@acme.example", "your own desk"),
    ],
)
def test_some_senders_cannot_be_blocked(lead: Member, agent: Member, value: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        block_sender(value, actor=lead)


def test_an_agent_blocks_an_address_and_no_domain(agent: Member) -> None:
    block_sender("mal@spam.example", actor=agent, reason="Adverts")

    with pytest.raises(Refused, match="leads and admins"):
        block_sender("spam.example", actor=agent)
