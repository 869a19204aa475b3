"""Answers, notes and statuses: who has the turn, and what the clocks do about it."""

import datetime as dt
import uuid

import pytest
import time_machine

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note, participant_of, write_back
from tickets.actions.assign import assign, change_priority, route
from tickets.actions.links import open_guest_link, prove_participant
from tickets.actions.reply import StaleReply, reply_to_customer
from tickets.actions.status import change_status, mark_solved, reopen
from tickets.guest_links import new_guest_link
from tickets.models import Clock, ClockSegment, ClockStep, Message, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import NEVER, Status
from tickets.sla.clocks import explain
from tickets.tasks import settle, sweep_clocks

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)  # 10:00 in Berlin
HOUR = dt.timedelta(hours=1)


def clocks_of(ticket: Ticket) -> dict[str, Clock]:
    return {clock.kind: clock for clock in Clock.objects.filter(ticket=ticket).order_by("pk")}


def test_first_public_reply_meets_the_first_promise_and_mails_the_customer(
    house: House, customer: Member, agent: Member
) -> None:
    ticket = make_ticket(house, customer)

    message = answer(ticket, agent, status=Status.PENDING)

    ticket.refresh_from_db()
    clocks = clocks_of(ticket)
    mail = OutboxRow.objects.get(topic="ticket_reply")
    assert ticket.status == Status.PENDING
    assert (clocks["first_response"].state, clocks["first_response"].met_at) == ("met", message.created_at)
    assert (clocks["resolution"].state, clocks["resolution"].due_at) == ("paused", None)
    assert ticket.attention_at == NEVER
    assert (mail.to_address, mail.context["body"]) == (customer.email, "It is on its way.")
    assert mail.in_reply_to == f"<{participant_of(ticket, customer).token}.0@acme.example>"


def test_note_is_no_answer_and_mails_nobody(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)

    note(ticket, agent)

    ticket.refresh_from_db()
    assert ticket.status == Status.NEW
    assert clocks_of(ticket)["first_response"].state == "running"
    assert list(OutboxRow.objects.values_list("topic", flat=True)) == ["ticket_received"]
    assert TicketEvent.objects.get(ticket=ticket, verb=Verb.NOTED).is_public is False


def test_customers_turn_pauses_the_goal_for_exactly_as_long(
    house: House, customer: Member, agent: Member
) -> None:
    with time_machine.travel(MONDAY, tick=False) as time:
        ticket = make_ticket(house, customer)
        goal = clocks_of(ticket)["resolution"].due_at
        time.shift(HOUR)
        answer(ticket, agent, status=Status.PENDING)
        time.shift(3 * HOUR)
        write_back(ticket, customer)

    ticket.refresh_from_db()
    clocks = clocks_of(ticket)
    assert ticket.status == Status.OPEN
    assert clocks["resolution"].due_at == goal + 3 * HOUR
    assert clocks["next_response"].state == "running"
    assert ticket.attention_at == clocks["next_response"].due_at
    assert sum_of_lines(clocks["resolution"]) == 48


def sum_of_lines(clock: Clock) -> int:
    """Business hours the explanation counts, read from its lines."""
    lines = [line for line in explain(clock)[1:] if not line.endswith("paused")]
    return sum(int(line.rsplit(": ", 1)[1].removesuffix(" h")) for line in lines)


def test_customer_who_adds_before_anybody_answered_keeps_the_first_promise(
    house: House, customer: Member
) -> None:
    ticket = make_ticket(house, customer)

    write_back(ticket, customer)

    ticket.refresh_from_db()
    assert ticket.status == Status.NEW
    assert set(clocks_of(ticket)) == {"first_response", "resolution"}


def test_reply_into_a_thread_that_moved_on_is_held_back(
    house: House, customer: Member, agent: Member
) -> None:
    ticket = make_ticket(house, customer)
    seen = Message.objects.get(ticket=ticket).pk
    newer = write_back(ticket, customer, "I found it, thank you.")

    with pytest.raises(StaleReply) as refusal:
        reply_to_customer(
            ticket, author=agent, body="Too late", submission_key=uuid.uuid4(), seen_message_id=seen
        )

    assert refusal.value.newer == [newer]
    assert not Message.objects.filter(body="Too late").exists()


def test_reply_sent_twice_with_one_key_is_one_message(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)
    key = uuid.uuid4()

    messages = [answer(ticket, agent, submission_key=key) for _time in range(2)]

    assert messages[0] == messages[1]
    assert OutboxRow.objects.filter(topic="ticket_reply").count() == 1


def test_reply_with_nothing_in_it_is_refused(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)

    with pytest.raises(Refused, match="Write a message"):
        answer(ticket, agent, body=" \n ")

    assert Message.objects.filter(ticket=ticket).count() == 1


def test_unproven_guest_is_mailed_the_answer_but_not_the_title(
    house: House, guest: Member, agent: Member
) -> None:
    ticket = make_ticket(house, guest, is_proven=False, subject="Click evil.example")

    answer(ticket, agent)

    mail = OutboxRow.objects.get(topic="ticket_reply_unproven")
    assert "evil" not in str(mail.context)
    assert "on its way" not in str(mail.context)


def test_solve_meets_the_goal_and_a_reopened_ticket_runs_on(
    house: House, customer: Member, agent: Member
) -> None:
    with time_machine.travel(MONDAY, tick=False) as time:
        ticket = make_ticket(house, customer)
        goal = clocks_of(ticket)["resolution"].due_at
        time.shift(HOUR)
        answer(ticket, agent, status=Status.SOLVED)
        solved = clocks_of(ticket)["resolution"]
        time.shift(2 * HOUR)
        write_back(ticket, customer, "It is back.")

    ticket.refresh_from_db()
    again = clocks_of(ticket)["resolution"]
    assert (solved.state, solved.met_at) == ("met", MONDAY + HOUR)
    assert (again.state, again.met_at, again.due_at) == ("running", None, goal + 2 * HOUR)
    assert (ticket.status, ticket.solved_at) == (Status.OPEN, None)
    assert TicketEvent.objects.filter(ticket=ticket, verb=Verb.REOPENED).count() == 1
    assert list(ClockSegment.objects.filter(clock=again).values_list("state", flat=True)) == [
        "running",
        "met",
        "running",
    ]


def test_solved_ticket_put_back_to_pending_waits_again(house: House, customer: Member, agent: Member) -> None:
    with time_machine.travel(MONDAY, tick=False) as time:
        ticket = make_ticket(house, customer)
        goal = clocks_of(ticket)["resolution"].due_at
        change_status(ticket, status=Status.SOLVED, actor=agent)
        time.shift(HOUR)
        change_status(ticket, status=Status.PENDING, actor=agent)
        waiting = clocks_of(ticket)["resolution"]
        time.shift(HOUR)
        change_status(ticket, status=Status.ON_HOLD, actor=agent)

    again = clocks_of(ticket)["resolution"]
    assert (waiting.state, waiting.due_at, waiting.met_at) == ("paused", None, None)
    assert (again.state, again.due_at) == ("running", goal + 2 * HOUR)


def test_customer_solves_and_reopens(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer)

    mark_solved(participant_of(ticket, customer))
    reopen(participant_of(ticket, customer))

    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    with pytest.raises(Refused, match="Only a solved ticket"):
        reopen(participant_of(ticket, customer))


def test_reopened_ticket_is_promised_an_answer(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer)
    mark_solved(participant_of(ticket, customer))

    reopen(participant_of(ticket, customer))

    ticket.refresh_from_db()
    clocks = clocks_of(ticket)
    assert clocks["first_response"].state == "cancelled"
    assert clocks["next_response"].state == "running"
    assert ticket.attention_at == clocks["next_response"].due_at


def test_acts_on_a_ticket_stay_in_order_when_a_clock_goes_back(
    house: House, customer: Member, agent: Member
) -> None:
    with time_machine.travel(MONDAY, tick=False) as time:
        ticket = make_ticket(house, customer)
        answer(ticket, agent, status=Status.PENDING)
        time.shift(-HOUR)
        message = write_back(ticket, customer)

    assert message.created_at == MONDAY
    assert clocks_of(ticket)["resolution"].state == "running"


def test_desk_status_that_customers_do_not_tell_apart_is_not_told(
    house: House, customer: Member, agent: Member
) -> None:
    ticket = make_ticket(house, customer)
    answer(ticket, agent, status=Status.OPEN)

    change_status(ticket, status=Status.ON_HOLD, actor=agent)
    change_status(ticket, status=Status.PENDING, actor=agent)

    told = TicketEvent.objects.filter(ticket=ticket, verb=Verb.STATUS_CHANGED).values_list(
        "changes", "is_public"
    )
    assert [(changes["status"][1], is_public) for changes, is_public in told] == [
        ("open", True),
        ("on_hold", False),
        ("pending", True),
    ]


def test_silence_solves_and_closes_as_the_tenant_says(house: House, customer: Member, agent: Member) -> None:
    with time_machine.travel(MONDAY, tick=False) as time:
        waiting = make_ticket(house, customer)
        answer(waiting, agent, status=Status.PENDING)
        running = make_ticket(house, customer)
        answer(running, agent)
        time.shift(dt.timedelta(days=6, hours=23))
        moved = [settle()]
        time.shift(dt.timedelta(hours=1))
        moved += [settle(), settle()]
        time.shift(dt.timedelta(days=14))
        moved.append(settle())

    waiting.refresh_from_db()
    running.refresh_from_db()
    assert moved == [0, 1, 0, 1]
    assert (waiting.status, running.status) == (Status.CLOSED, Status.OPEN)
    done = TicketEvent.objects.filter(ticket=waiting, actor_kind="system").order_by("id")
    assert list(done.values_list("verb", flat=True)) == ["reminded", "status_changed", "status_changed"]


def test_mail_of_an_answer_says_until_when_we_wait(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)

    message = answer(ticket, agent, status=Status.PENDING)

    mail = OutboxRow.objects.get(topic="ticket_reply")
    assert mail.context["reply_by"] == (message.created_at + dt.timedelta(days=7)).isoformat()


def test_writing_proves_that_the_person_takes_part(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer, is_proven=False)

    write_back(ticket, customer)

    assert participant_of(ticket, customer).proven_at is not None


def test_private_link_proves_only_when_its_session_comes_back(house: House, guest: Member) -> None:
    ticket = make_ticket(house, guest, is_proven=False)
    participant = participant_of(ticket, guest)
    token = new_guest_link(participant)

    opened = open_guest_link(token)
    before = participant_of(ticket, guest).proven_at
    prove_participant(participant)

    guest.refresh_from_db()
    assert opened == participant
    assert before is None
    assert participant_of(ticket, guest).proven_at is not None
    assert guest.email_proven_at is not None


def test_private_link_of_somebody_shut_out_opens_nothing(house: House, guest: Member) -> None:
    ticket = make_ticket(house, guest, is_proven=False)
    token = new_guest_link(participant_of(ticket, guest))
    Member.objects.filter(pk=guest.pk).update(is_active=False)

    assert open_guest_link(token) is None


def test_closed_is_final(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)
    change_status(ticket, status=Status.CLOSED, actor=agent)

    with pytest.raises(Refused, match="This ticket is closed"):
        write_back(ticket, customer)
    with pytest.raises(Refused, match="This ticket is closed"):
        change_status(ticket, status=Status.OPEN, actor=agent)


def test_breach_is_marked_once_whoever_sweeps(house: House, customer: Member) -> None:
    ticket = make_ticket(house, customer)
    late = ticket.created_at - dt.timedelta(minutes=1)
    Clock.objects.filter(ticket=ticket, kind="first_response").update(due_at=late, next_step_at=late)

    marked = [sweep_clocks(), sweep_clocks()]

    clock = clocks_of(ticket)["first_response"]
    assert marked == [1, 0]
    assert clock.breached_at == late
    assert ClockStep.objects.filter(clock=clock).count() == 1
    assert (
        TicketEvent.objects.filter(ticket=ticket, verb=Verb.PROMISE_BREACHED, actor_kind="system").count()
        == 1
    )


def test_answer_exactly_on_time_is_in_time(house: House, customer: Member, agent: Member) -> None:
    with time_machine.travel(MONDAY, tick=False) as time:
        ticket = make_ticket(house, customer)
        time.move_to(clocks_of(ticket)["first_response"].due_at)
        answer(ticket, agent)

    assert clocks_of(ticket)["first_response"].breached_at is None


def test_answer_a_moment_late_is_a_breach_even_before_the_sweep(
    house: House, customer: Member, agent: Member
) -> None:
    with time_machine.travel(MONDAY, tick=False) as time:
        ticket = make_ticket(house, customer)
        due = clocks_of(ticket)["first_response"].due_at
        time.move_to(due + dt.timedelta(microseconds=1))
        answer(ticket, agent)

    clock = clocks_of(ticket)["first_response"]
    assert (clock.state, clock.breached_at) == ("met", due)
    assert ClockStep.objects.filter(clock=clock).count() == 1
    assert TicketEvent.objects.filter(ticket=ticket, verb=Verb.PROMISE_BREACHED).count() == 1


def test_assign_only_to_people_who_would_see_it(
    house: House, customer: Member, agent: Member, admin: Member
) -> None:
    ticket = make_ticket(house, customer)

    assign(ticket, assignee=agent, actor=admin)

    ticket.refresh_from_db()
    assert ticket.assignee == agent
    with pytest.raises(Refused, match="is not in this ticket's team"):
        assign(ticket, assignee=customer, actor=admin)


def test_route_moves_team_and_takes_it_from_an_assignee_who_would_not_see_it(
    house: House, customer: Member, agent: Member, admin: Member
) -> None:
    ticket = make_ticket(house, customer)
    assign(ticket, assignee=agent, actor=admin)

    route(ticket, category=house.other_category, actor=admin)

    ticket.refresh_from_db()
    event = TicketEvent.objects.get(ticket=ticket, verb=Verb.ROUTED)
    assert (ticket.team, ticket.assignee) == (house.other_team, None)
    assert event.changes["team"] == ["Payments", "Videos"]


def test_priority_changes_no_promise_made(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer)
    before = clocks_of(ticket)["first_response"].due_at

    change_priority(ticket, priority=4, actor=agent)

    ticket.refresh_from_db()
    assert ticket.priority == 4
    assert clocks_of(ticket)["first_response"].due_at == before
