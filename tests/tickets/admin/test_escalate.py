"""A ticket goes up to the next tier of its team and back, each time with a note that is read first."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Member, TeamMembership
from accounts.models.team import Tier
from helpdesk.outbox.models import OutboxRow
from tests.factories.cast import HOUR, House, make_member
from tests.factories.tickets import answer, make_ticket, write_back
from tests.pages import Page
from tickets.models import Clock, Message, PolicyTarget, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.sla import ClockKind

NOTE = "Bank says it left on Monday. Trace ID 77."


@pytest.fixture
def ticket(house: House, customer: Member, agent: Member) -> Ticket:
    ticket = make_ticket(house, customer)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=agent)
    return ticket


@pytest.fixture
def expert(house: House) -> Member:
    """Somebody who works at L2 of the ticket's team."""
    return at_tier(house, "expert@acme.example", Tier.L2)


def at_tier(house: House, email: str, tier: Tier) -> Member:
    member = make_member(email, role=Member.Role.AGENT)
    TeamMembership.objects.create(team=house.team, member=member, tier=tier)
    return member


def target(house: House, tier: Tier, hours: int) -> None:
    PolicyTarget.objects.create(
        policy_version=house.policy_version, kind=ClockKind.TIER, tier=tier, business_seconds=hours * HOUR
    )


def address(ticket: Ticket, act: str = "handover") -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/{act}/"


def hand(desk: Client, ticket: Ticket, act: str = "handover", body: str = NOTE) -> int:
    """Opens the page of the act and sends its form; the status of the answer."""
    form = Page(desk.get(address(ticket, act))).form("")
    return desk.post(address(ticket, act), {**form.values, "body": body}).status_code


def test_the_next_tier_gets_the_ticket_with_its_note(
    agents_desk: Client, ticket: Ticket, expert: Member
) -> None:
    offered = Page(agents_desk.get(address(ticket))).text

    status = hand(agents_desk, ticket)

    ticket.refresh_from_db()
    moved = TicketEvent.objects.get(ticket=ticket, verb=Verb.HANDED_OVER)
    note = Message.objects.get(ticket=ticket, kind=Message.Kind.INTERNAL)
    assert "L2 of Payments: Expert" in offered
    assert status == 303
    assert (ticket.tier, ticket.assignee, ticket.team.name) == (Tier.L2, None, "Payments")
    assert moved.changes["tier"] == [1, 2]
    assert (moved.message, note.body) == (note, NOTE)
    assert NOTE in Page(agents_desk.get(address(ticket, "change"))).text


def test_who_works_there_is_told_and_the_note_stays_out_of_the_mail(
    agents_desk: Client, ticket: Ticket, expert: Member
) -> None:
    hand(agents_desk, ticket)

    mail = OutboxRow.objects.get(topic="ticket_handed")
    assert (mail.to_address, mail.context["tier"]) == (expert.email, "L2")
    assert NOTE not in str(mail.context)


def test_nothing_moves_without_a_note(agents_desk: Client, ticket: Ticket, expert: Member) -> None:
    status = hand(agents_desk, ticket, body="  ")

    ticket.refresh_from_db()
    assert (status, ticket.tier) == (422, Tier.L1)
    assert not Message.objects.filter(ticket=ticket, kind=Message.Kind.INTERNAL).exists()


def test_a_tier_at_which_nobody_works_is_passed_over(
    agents_desk: Client, house: House, ticket: Ticket
) -> None:
    at_tier(house, "last@acme.example", Tier.L3)

    hand(agents_desk, ticket)

    ticket.refresh_from_db()
    assert ticket.tier == Tier.L3


def test_without_anybody_above_the_page_says_who_can_help(agents_desk: Client, ticket: Ticket) -> None:
    answered = agents_desk.get(address(ticket), follow=True)

    assert "Nobody in Payments works above L1. An admin can add people to a tier." in Page(answered).text


def test_it_goes_back_to_who_had_it(
    agents_desk: Client, ticket: Ticket, expert: Member, agent: Member
) -> None:
    hand(agents_desk, ticket)

    status = hand(agents_desk, ticket, "handback", "Trace closed: money is there.")

    ticket.refresh_from_db()
    told = OutboxRow.objects.filter(topic="ticket_handed").values_list("to_address", flat=True)
    assert (status, ticket.tier, ticket.assignee) == (303, Tier.L1, agent)
    assert "Trace closed: money is there." in Page(agents_desk.get(address(ticket, "change"))).text
    assert list(told) == [expert.email]  # the one who did it is not told


def test_a_second_press_and_a_colleague_meanwhile_move_it_no_further(
    agents_desk: Client, house: House, ticket: Ticket, expert: Member
) -> None:
    at_tier(house, "last@acme.example", Tier.L3)
    first, second = (Page(agents_desk.get(address(ticket))).form("").values for _tab in range(2))

    answers = [agents_desk.post(address(ticket), {**form, "body": NOTE}) for form in (first, first, second)]

    ticket.refresh_from_db()
    assert [answered.status_code for answered in answers] == [303, 303, 422]
    assert "it is at L2 now" in Page(answers[2]).text
    assert NOTE in answers[2].text
    assert ticket.tier == Tier.L2


@pytest.mark.parametrize("act", ["handover", "handback"])
def test_a_solved_ticket_stays_where_it_is(
    agents_desk: Client, ticket: Ticket, expert: Member, agent: Member, act: str
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(tier=Tier.L2 if act == "handback" else Tier.L1)
    form = Page(agents_desk.get(address(ticket, act))).form("").values if act == "handover" else {}
    answer(ticket, agent, status="solved")
    before = TicketEvent.objects.count()

    agents_desk.post(address(ticket, act), {**form, "body": NOTE})

    assert TicketEvent.objects.count() == before


def test_time_at_the_wrong_place_is_not_the_specialists(
    agents_desk: Client, house: House, ticket: Ticket, expert: Member
) -> None:
    target(house, Tier.L2, 8)
    promised = dict(Clock.objects.filter(ticket=ticket).values_list("kind", "due_at"))
    earlier = Clock.objects.get(ticket=ticket, kind=ClockKind.FIRST_RESPONSE).started_at

    hand(agents_desk, ticket)

    own = Clock.objects.get(ticket=ticket, kind=ClockKind.TIER)
    kept = Clock.objects.filter(ticket=ticket).exclude(pk=own.pk).values_list("kind", "due_at")
    assert (own.state, own.target_seconds) == (Clock.State.RUNNING, 8 * HOUR)
    assert own.started_at > earlier
    assert dict(kept) == promised


def test_the_tiers_clock_follows_the_turn_and_ends_with_the_reply(
    agents_desk: Client, house: House, ticket: Ticket, expert: Member, customer: Member
) -> None:
    target(house, Tier.L2, 8)
    hand(agents_desk, ticket)

    agents_desk.post(address(ticket, "status"), {"status": "pending"})
    paused = Clock.objects.get(ticket=ticket, kind=ClockKind.TIER).state
    write_back(ticket, customer)
    running = Clock.objects.get(ticket=ticket, kind=ClockKind.TIER).state
    answer(ticket, expert)

    own = Clock.objects.get(ticket=ticket, kind=ClockKind.TIER)
    assert (paused, running, own.state) == (Clock.State.PAUSED, Clock.State.RUNNING, Clock.State.MET)


def test_a_customers_promise_goes_on_beside_the_tiers(
    agents_desk: Client, house: House, ticket: Ticket, expert: Member, agent: Member, customer: Member
) -> None:
    target(house, Tier.L2, 8)
    answer(ticket, agent)
    hand(agents_desk, ticket)

    write_back(ticket, customer)

    live = Clock.objects.filter(ticket=ticket, state=Clock.State.RUNNING).values_list("kind", flat=True)
    assert set(live) == {ClockKind.NEXT_RESPONSE, ClockKind.RESOLUTION, ClockKind.TIER}


def test_customers_learn_nothing_of_tiers(
    agents_desk: Client, site: Client, house: House, ticket: Ticket, expert: Member, customer: Member
) -> None:
    target(house, Tier.L2, 8)
    site.force_login(customer)
    before = Page(site.get(f"/tickets/{ticket.number}/")).text

    hand(agents_desk, ticket)

    assert Page(site.get(f"/tickets/{ticket.number}/")).text == before


def test_handing_over_ends_the_clock_of_the_tier_before(
    agents_desk: Client, house: House, ticket: Ticket, expert: Member
) -> None:
    at_tier(house, "last@acme.example", Tier.L3)
    target(house, Tier.L2, 8)
    target(house, Tier.L3, 4)
    hand(agents_desk, ticket)

    hand(agents_desk, ticket)

    clocks = Clock.objects.filter(ticket=ticket, kind=ClockKind.TIER).order_by("pk")
    assert [(clock.state, clock.target_seconds) for clock in clocks] == [
        (Clock.State.CANCELLED, 8 * HOUR),
        (Clock.State.RUNNING, 4 * HOUR),
    ]
