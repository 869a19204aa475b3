"""Two tickets become one, and two again with nothing lost or told to the wrong person."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Member
from helpdesk.errors import Refused
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket, note, participant_of, write_back
from tickets.actions.drafts import save_reply_draft
from tickets.actions.merge import PeopleDiffer, merge_for_the_desk, merge_tickets, undo_merge
from tickets.actions.reply import add_note
from tickets.actions.spam import mark_spam
from tickets.actions.status import change_status
from tickets.joined import seat_after_joining
from tickets.models import (
    Clock,
    Merge,
    Message,
    Participant,
    ReplyDraft,
    Ticket,
    TicketAlias,
    TicketEvent,
    TicketWords,
)
from tickets.models.event import Verb
from tickets.models.ticket import NEVER, Status
from tickets.queries import find_ticket, public_messages
from tickets.sight import own_tickets


@pytest.fixture
def source(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer, subject="Second", body="Second request.")


@pytest.fixture
def target(house: House, customer: Member, source: Ticket) -> Ticket:
    return make_ticket(house, customer, subject="First", body="First request.")


def state_of(*tickets: Ticket) -> dict[str, Any]:
    """Everything that a merge may touch, but the times of the tickets' last acts."""
    keys = [ticket.pk for ticket in tickets]
    return {
        "tickets": list(
            Ticket.objects.filter(pk__in=keys)
            .order_by("pk")
            .values_list(
                "pk",
                "number",
                "status",
                "merged_into",
                "has_moved",
                "attention_at",
                "awaits_answer",
                "solved_at",
            )
        ),
        "messages": list(
            Message.objects.order_by("pk").values_list("pk", "ticket", "origin", "kind", "body")
        ),
        "people": list(
            Participant.objects.order_by("pk").values_list("pk", "ticket", "member", "role", "token")
        ),
        "drafts": list(ReplyDraft.objects.order_by("pk").values_list("participant", "body")),
        "numbers": list(TicketAlias.objects.order_by("pk").values_list("number", "ticket")),
        "clocks": list(
            Clock.objects.order_by("pk").values_list(
                "pk", "ticket", "kind", "state", "due_at", "next_step_at", "met_at", "breached_at"
            )
        ),
        "words": list(TicketWords.objects.order_by("ticket").values_list("ticket", "public", "internal")),
    }


def test_the_conversation_numbers_and_drafts_go_along(
    source: Ticket, target: Ticket, agent: Member, customer: Member
) -> None:
    note(source, agent, "Seen")
    save_reply_draft(participant_of(source, customer), body="Half a thought", key=uuid.uuid4())

    merge_tickets(source, into=target, actor=agent)

    said = Message.objects.order_by("pk").values_list("body", "ticket", "origin")
    assert list(said) == [
        ("Second request.", target.pk, source.pk),
        ("First request.", target.pk, None),
        ("Seen", target.pk, source.pk),
    ]
    source.refresh_from_db()
    assert (source.status, source.merged_into, source.has_moved) == (Status.CLOSED, target, True)
    assert (source.attention_at, source.awaits_answer) == (NEVER, False)
    assert find_ticket(own_tickets(customer), source.number, "ACME") == target
    assert list(own_tickets(customer)) == [target]
    seat = participant_of(target, customer)
    assert seat_after_joining(participant_of(source, customer)) == seat
    assert ReplyDraft.objects.get().participant == seat
    events = TicketEvent.objects.filter(verb=Verb.MERGED, is_public=True).order_by("ticket")
    assert [event.ticket_id for event in events] == [source.pk, target.pk]
    assert [event.changes for event in events] == [{"merged": [source.number, target.number]}] * 2


def test_the_earlier_promise_counts(source: Ticket, target: Ticket, agent: Member) -> None:
    earlier = Clock.objects.get(ticket=source, kind="first_response")
    later = Clock.objects.get(ticket=target, kind="resolution")
    early = later.started_at - dt.timedelta(days=1)
    Clock.objects.filter(pk=earlier.pk).update(due_at=early, next_step_at=early)
    Clock.objects.filter(ticket=source, kind="resolution").update(due_at=later.due_at + dt.timedelta(days=1))

    merge_tickets(source, into=target, actor=agent)

    live = Clock.objects.filter(state=Clock.State.RUNNING).order_by("kind")
    assert [(clock.pk, clock.ticket_id) for clock in live] == [
        (earlier.pk, target.pk),
        (later.pk, target.pk),
    ]
    assert (
        not Clock.objects.filter(next_step_at__isnull=False).exclude(pk__in=[earlier.pk, later.pk]).exists()
    )
    target.refresh_from_db()
    assert target.attention_at == early


def join_by_dues(agent: Member, house: House, customer: Member, *hours: int) -> list[Ticket]:
    """Tickets whose first answers are due in so many hours, each joined into the last, which is not returned."""
    tickets = [make_ticket(house, customer, subject=f"Due in {due}") for due in hours]
    now = timezone.now()
    for ticket, due in zip(tickets, hours, strict=True):
        moment = now + dt.timedelta(hours=due)
        Clock.objects.filter(ticket=ticket).update(due_at=moment, next_step_at=moment)
    *sources, target = tickets
    for source in sources:
        merge_tickets(source, into=target, actor=agent)
    return sources


@pytest.mark.parametrize(("hours", "counts"), [((1, 2, 3), 0), ((2, 1, 3), 1)])
def test_of_three_promises_the_earliest_counts_and_they_are_taken_apart_in_turn(
    house: House, customer: Member, agent: Member, hours: tuple[int, ...], counts: int
) -> None:
    sources = join_by_dues(agent, house, customer, *hours)
    live = {clock.kind: clock for clock in Clock.objects.filter(state=Clock.State.RUNNING)}
    first, second = Merge.objects.order_by("pk")
    due = [Clock.objects.get(pk=live[kind].pk).due_at for kind in ("first_response", "resolution")]

    if counts == 1:
        with pytest.raises(Refused, match=f"{sources[1].number} was joined later"):
            undo_merge(first, actor=agent)
    undo_merge(second, actor=agent)
    undo_merge(first, actor=agent)

    assert len(live) == 2
    assert len(set(due)) == 1
    assert {clock.ticket.subject for clock in live.values()} == {"Due in 3"}
    again = Clock.objects.filter(kind="first_response").order_by("ticket_id")
    assert [clock.state for clock in again] == ["running"] * 3
    assert [clock.due_at < clock_after.due_at for clock, clock_after in pairwise(again)] == [
        one < next_one for one, next_one in pairwise(hours)
    ]


def test_an_unanswered_request_wakes_a_ticket_that_waits(
    source: Ticket, target: Ticket, agent: Member
) -> None:
    answer(target, agent, status=Status.PENDING)

    merge = merge_tickets(source, into=target, actor=agent)

    target.refresh_from_db()
    live = Clock.objects.filter(ticket=target, state=Clock.State.RUNNING).order_by("kind")
    assert target.status == Status.OPEN
    assert [clock.kind for clock in live] == ["next_response", "resolution"]

    undo_merge(merge, actor=agent)

    target.refresh_from_db()
    source.refresh_from_db()
    assert (source.status, target.status) == (Status.NEW, Status.PENDING)
    assert [
        clock.kind for clock in Clock.objects.filter(ticket=source, state="running").order_by("kind")
    ] == [
        "first_response",
        "resolution",
    ]


ACTS = ("customer", "desk", "desk, waiting", "note", "draft", "on hold")


@given(
    at_source=st.lists(st.sampled_from(ACTS), max_size=4),
    at_target=st.lists(st.sampled_from(ACTS), max_size=4),
    is_shared=st.booleans(),
    is_same_customer=st.booleans(),
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_undoing_gives_back_exactly_what_was(
    house: House,
    customer: Member,
    guest: Member,
    agent: Member,
    at_source: list[str],
    at_target: list[str],
    is_shared: bool,
    is_same_customer: bool,
) -> None:
    target = make_ticket(house, customer)
    other = customer if is_same_customer else guest
    source = make_ticket(house, other)
    for ticket, person, acts in ((source, other, at_source), (target, customer, at_target)):
        for act in acts:
            _do(act, ticket, person, agent)
    target.refresh_from_db()
    woken = target.status == Status.PENDING  # it starts a clock anew, whose story goes on
    before = state_of(source, target)

    if is_shared:
        merge = merge_tickets(source, into=target, actor=agent, agreed=frozenset({customer.pk, guest.pk}))
    else:
        merge = merge_for_the_desk(source, into=target, actor=agent)
    undo_merge(merge, actor=agent)
    undo_merge(merge, actor=agent)

    assert state_of(source, target) == before or woken
    if woken:
        after = state_of(source, target)
        assert {name: after[name] for name in after if name != "clocks"} == {
            name: before[name] for name in before if name != "clocks"
        }
        assert [row[:5] for row in after["clocks"]] == [row[:5] for row in before["clocks"]]


def _do(act: str, ticket: Ticket, person: Member, agent: Member) -> None:
    if act == "customer":
        write_back(ticket, person)
    elif act.startswith("desk"):
        answer(ticket, agent, status=Status.PENDING if act == "desk, waiting" else Status.OPEN)
    elif act == "note":
        note(ticket, agent)
    elif act == "draft":
        save_reply_draft(participant_of(ticket, person), body="Begun", key=uuid.uuid4())
    else:
        change_status(ticket, status=Status.ON_HOLD, actor=agent)


def test_what_was_written_since_stays(
    source: Ticket, target: Ticket, agent: Member, customer: Member
) -> None:
    merge = merge_tickets(source, into=target, actor=agent)
    answer(target, agent, "For both")

    undo_merge(merge, actor=agent)

    assert list(Message.objects.filter(ticket=target).values_list("body", flat=True)) == [
        "First request.",
        "For both",
    ]
    assert list(Message.objects.filter(ticket=source).values_list("body", flat=True)) == ["Second request."]
    met = Clock.objects.filter(kind="first_response").order_by("ticket")
    assert [(clock.ticket_id, clock.state) for clock in met] == [(source.pk, "running"), (target.pk, "met")]


def test_different_people_are_named_before_anybody_reads_more(
    house: House, target: Ticket, guest: Member, customer: Member, agent: Member
) -> None:
    source = make_ticket(house, guest, is_proven=False)

    with pytest.raises(PeopleDiffer) as told:
        merge_tickets(source, into=target, actor=agent, agreed=frozenset({customer.pk}))

    assert told.value.people == [guest]
    assert Message.objects.filter(origin__isnull=False).count() == 0


def test_shared_both_sit_at_one_table(
    house: House, target: Ticket, guest: Member, customer: Member, agent: Member
) -> None:
    source = make_ticket(house, guest, is_proven=False)

    merge = merge_tickets(source, into=target, actor=agent, agreed=frozenset({customer.pk, guest.pk}))

    seat = participant_of(target, guest)
    assert (seat.role, seat.proven_at) == (Participant.Role.PARTICIPANT, None)

    write_back(target, guest, "I too")
    undo_merge(merge, actor=agent)

    assert Participant.objects.filter(ticket=target, member=guest).exists()  # who wrote there may read there


def test_for_the_desk_nobody_reads_a_word_more(
    house: House, target: Ticket, guest: Member, customer: Member, agent: Member
) -> None:
    source = make_ticket(house, guest, body="Mine alone")

    merge_for_the_desk(source, into=target, actor=agent)

    assert [message.body for message in public_messages(target)] == ["First request."]
    assert [message.body for message in public_messages(source)] == ["Mine alone"]
    assert list(own_tickets(guest)) == [source]
    assert find_ticket(own_tickets(guest), source.number, "ACME") == source
    assert find_ticket(own_tickets(customer), source.number, "ACME") is None
    assert not TicketEvent.objects.filter(ticket=target, verb=Verb.MERGED, is_public=True).exists()


def test_a_joined_ticket_takes_no_act(source: Ticket, target: Ticket, agent: Member) -> None:
    merge_tickets(source, into=target, actor=agent)

    for act in (
        lambda: add_note(source, author=agent, body="No", submission_key=uuid.uuid4()),
        lambda: change_status(source, status=Status.OPEN, actor=agent),
        lambda: mark_spam(source, actor=agent),
    ):
        with pytest.raises(Refused, match="joined with another one"):
            act()


def test_chains_and_rings_are_refused_in_words(
    house: House, source: Ticket, target: Ticket, customer: Member, agent: Member
) -> None:
    third = make_ticket(house, customer)
    merge_tickets(source, into=target, actor=agent)

    for one, other, told in (
        (source, third, "was joined with another ticket already"),
        (third, source, "Choose that one"),
        (target, third, "Another ticket was joined into"),
        (target, source, "Choose that one"),
        (third, third, "with itself"),
    ):
        with pytest.raises(Refused, match=told):
            merge_tickets(one, into=other, actor=agent)


@pytest.mark.parametrize("status", [Status.SOLVED, Status.CLOSED])
def test_nothing_is_joined_into_what_is_over(
    source: Ticket, target: Ticket, agent: Member, status: Status
) -> None:
    change_status(target, status=status, actor=agent)

    with pytest.raises(Refused, match="solved, closed or spam"):
        merge_tickets(source, into=target, actor=agent)


def test_a_closed_ticket_stays_as_it_is(source: Ticket, target: Ticket, agent: Member) -> None:
    merge = merge_tickets(source, into=target, actor=agent)
    change_status(target, status=Status.CLOSED, actor=agent)

    with pytest.raises(Refused, match="final"):
        undo_merge(merge, actor=agent)
