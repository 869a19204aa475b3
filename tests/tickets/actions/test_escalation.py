"""The steps of an escalation: taken once each, pinned with the promise, in the working hours of whoever is told."""

import datetime as dt

import pytest
import time_machine

from accounts.models import Member, TeamMembership
from accounts.models.team import Tier
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import House, make_member
from tests.factories.tickets import answer, make_ticket, participant_of, write_back
from tickets.actions.assign import assign
from tickets.actions.late import say_late
from tickets.actions.status import change_status
from tickets.actions.sweep import sweep
from tickets.admin.events import event_text, reason_of
from tickets.models import CalendarVersion, Clock, ClockStep, EscalationStep, Message, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import Priority, Status

MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)  # 9:00 in Berlin, when the desk opens
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
Act = EscalationStep.Act
FIRST = ClockKind.FIRST_RESPONSE


def step(percent: int, act: Act, kind: str = FIRST) -> EscalationStep:
    return EscalationStep.objects.create(kind=kind, percent=percent, act=act)


def run_sweep() -> int:
    """One run over all clocks of the tenant."""
    return sweep(list(Clock.objects.order_by("pk").values_list("pk", flat=True)))


def told(topic: str = "ticket_escalated") -> list[str]:
    return sorted(OutboxRow.objects.filter(topic=topic).values_list("to_address", flat=True))


@pytest.fixture
def expert(house: House) -> Member:
    """Somebody who works at L2 of the team, and reads no mail before nine in New York."""
    member = make_member("expert@acme.example", role=Member.Role.AGENT, timezone="America/New_York")
    TeamMembership.objects.create(team=house.team, member=member, tier=Tier.L2)
    return member


def test_each_step_is_taken_once_when_its_share_is_used(
    house: House, customer: Member, agent: Member, lead: Member
) -> None:
    step(50, Act.ASSIGNEE), step(100, Act.LEAD)
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(
            house, customer
        )  # 24 hours of a desk that is open for eight: due on Wednesday at 17:00
        assign(ticket, assignee=agent, actor=lead)

        clock.move_to(MONDAY + DAY + 4 * HOUR - dt.timedelta(seconds=1))
        early = run_sweep()
        clock.shift(dt.timedelta(seconds=1))
        half = run_sweep(), run_sweep(), told()
        clock.move_to(MONDAY + 2 * DAY + 8 * HOUR)
        whole = run_sweep(), run_sweep()

    assert early == 0
    assert half == (1, 0, [agent.email])
    assert whole == (1, 0)
    assert told() == [agent.email, lead.email]
    steps = ClockStep.objects.filter(clock__ticket=ticket).order_by("pk").values_list("step", flat=True)
    assert list(steps) == ["escalation", "breach", "escalation"]
    events = TicketEvent.objects.filter(ticket=ticket, verb=Verb.ESCALATED).order_by("pk")
    assert [(event.actor_kind, reason_of(event)) for event in events] == [
        ("rule", "Rule: 50 % of the time for “First reply” was used."),
        ("rule", "Rule: 100 % of the time for “First reply” was used."),
    ]
    assert event_text(events[0]) == "A rule told Agent that the time runs out"


def test_a_step_beyond_the_last_open_hour_never_comes_and_stops_nothing(
    house: House, customer: Member
) -> None:
    step(150, Act.LEAD)
    once = {"timezone": "UTC", "hours": {}, "exceptions": {"2026-11-24": [["00:00", "24:00"]]}}
    CalendarVersion.objects.create(calendar=house.calendar_version.calendar, version=2, definition=once)

    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer)
        clock.shift(400 * DAY)
        swept = run_sweep(), run_sweep()

    first = Clock.objects.get(ticket=ticket, kind=FIRST)
    assert swept == (1, 0)
    assert (first.breached_at, first.next_step_at, told()) == (first.due_at, None, [])


def test_steps_are_pinned_with_the_promise_and_can_be_switched_off(house: House, customer: Member) -> None:
    off = step(10, Act.LEAD)
    with time_machine.travel(MONDAY, tick=False) as clock:
        make_ticket(house, customer)
        step(20, Act.PRIORITY)
        EscalationStep.objects.filter(pk=off.pk).update(is_active=False)

        clock.shift(DAY)
        run_sweep()

    assert told() == []
    assert Ticket.objects.get().priority == Priority.NORMAL
    assert Clock.objects.get(kind=FIRST).next_step_at == Clock.objects.get(kind=FIRST).due_at


def test_a_step_raises_the_priority_up_to_the_highest(house: House, customer: Member) -> None:
    for percent in (10, 20, 30):
        step(percent, Act.PRIORITY)
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer)
        clock.shift(DAY)

        run_sweep()

    ticket.refresh_from_db()
    events = TicketEvent.objects.filter(ticket=ticket, verb=Verb.PRIORITY_CHANGED).order_by("pk")
    assert ticket.priority == Priority.URGENT
    assert [event.changes["priority"] for event in events] == [[2, 3], [3, 4]]
    assert event_text(events[0]) == "A rule changed the priority: Normal → High"


def test_a_step_hands_over_with_a_note_that_says_why(house: House, customer: Member, expert: Member) -> None:
    step(50, Act.TIER)
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer)
        clock.shift(2 * DAY)

        run_sweep()

    ticket.refresh_from_db()
    note = Message.objects.get(ticket=ticket, kind=Message.Kind.INTERNAL)
    event = TicketEvent.objects.get(ticket=ticket, verb=Verb.HANDED_OVER)
    assert ticket.tier == Tier.L2
    assert note.body == "Handed over by rule: 50 % of the time for “First reply” is used."
    assert (event.actor_kind, event.message, event.changes["tier"]) == ("rule", note, [1, 2])
    assert told("ticket_handed") == [expert.email]


def test_where_nobody_works_above_the_leads_learn_of_it(house: House, customer: Member, lead: Member) -> None:
    step(50, Act.TIER)
    with time_machine.travel(MONDAY, tick=False) as clock:
        make_ticket(house, customer)
        clock.shift(2 * DAY)

        run_sweep()

    assert told() == [lead.email]


def test_mail_waits_for_the_working_hours_of_whoever_gets_it(
    house: House, customer: Member, agent: Member, expert: Member
) -> None:
    step(50, Act.TEAM)
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer)
        Ticket.objects.filter(pk=ticket.pk).update(tier=Tier.L2)
        clock.move_to(MONDAY + DAY + 4 * HOUR)  # 13:00 in Berlin, 7:00 in New York

        run_sweep()

    mail = OutboxRow.objects.get(topic="ticket_escalated")
    assert mail.to_address == expert.email
    assert mail.not_before == MONDAY + DAY + 6 * HOUR


def test_no_time_is_used_while_the_customer_has_the_turn(
    house: House, customer: Member, agent: Member, lead: Member
) -> None:
    step(50, Act.LEAD, ClockKind.RESOLUTION)
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer)  # 48 hours: half of them are over on Wednesday at 17:00
        change_status(ticket, status=Status.PENDING, actor=agent)
        clock.shift(7 * DAY)
        write_back(ticket, customer)

        run_sweep()
        waited = told()
        clock.shift(2 * DAY + 8 * HOUR)
        run_sweep()

    assert (waited, told()) == ([], [lead.email])


def test_a_promise_that_was_met_takes_no_more_steps(house: House, customer: Member, agent: Member) -> None:
    step(50, Act.LEAD)
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer)
        answer(ticket, agent)
        clock.shift(5 * DAY)

        run_sweep()

    assert told() == []


def test_saying_late_takes_the_next_step_at_once(
    house: House, customer: Member, lead: Member, expert: Member
) -> None:
    step(100, Act.LEAD), step(200, Act.TIER)
    with time_machine.travel(MONDAY, tick=False) as clock:
        ticket = make_ticket(house, customer)
        clock.shift(3 * DAY)
        run_sweep()

        say_late(participant_of(ticket, customer))
        say_late(participant_of(ticket, customer))
        ticket.refresh_from_db()
        tier, at_once = ticket.tier, told("ticket_handed")
        clock.shift(7 * DAY)
        run_sweep()

    assert (tier, at_once) == (Tier.L2, [expert.email])
    assert TicketEvent.objects.filter(ticket=ticket, verb=Verb.HANDED_OVER).count() == 1
    assert told("ticket_late") == [lead.email]
