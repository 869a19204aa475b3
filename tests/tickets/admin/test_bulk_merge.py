"""Many tickets joined into one, or marked as spam, from the queue: who reads what is asked first, and it is undone again."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import make_ticket, note, participant_of, write_back
from tests.pages import Page
from tests.tickets.admin.test_bulk import BULK, QUEUE, choose, reasons
from tickets.actions.merge import merge_tickets
from tickets.actions.participants import add_participant
from tickets.actions.status import change_status
from tickets.admin import bulk_merge
from tickets.models import BulkRun, Clock, Merge, Message, Participant, Ticket
from tickets.models.ticket import Status
from tickets.queries import public_messages


@pytest.fixture
def three(house: House, customer: Member) -> list[Ticket]:
    return [
        make_ticket(house, customer, subject=f"Refund {number}", body=f"No. {number}") for number in range(3)
    ]


def state() -> list[Any]:
    """What joining may change and an undo has to give back, but for the times of the last act."""
    tickets = Ticket.objects.order_by("pk").values_list(
        "pk", "status", "merged_into", "has_moved", "attention_at"
    )
    said = Message.objects.order_by("pk").values_list("pk", "ticket", "origin")
    seats = Participant.objects.order_by("pk").values_list("ticket", "member")
    clocks = Clock.objects.order_by("pk").values_list("pk", "ticket", "kind", "state", "due_at")
    return [list(rows) for rows in (tickets, said, seats, clocks)]


def undo(desk: Client) -> str:
    response = desk.post(f"{BULK}{BulkRun.objects.latest('pk').pk}/undo/")
    return str(response["Location"])


def test_joined_into_the_oldest_unless_another_is_chosen_and_taken_apart(
    agents_desk: Client, three: list[Ticket]
) -> None:
    before = state()

    asked = Page(choose(agents_desk, "merge", *three))
    form = next(form for form in asked.forms if form.action == BULK)
    agents_desk.post(BULK, {**form.values, "ticket": [ticket.pk for ticket in three]})
    said = list(public_messages(three[0]).values_list("body", flat=True))
    merged = list(Ticket.objects.order_by("pk").values_list("merged_into", flat=True))
    undo(agents_desk)

    assert "Join 3 tickets into one" in asked.text
    assert f"{three[1].number} · Refund 1" in asked.text
    assert "Different people" not in asked.text
    assert form.values["into"] == str(three[0].pk)
    assert merged == [None, three[0].pk, three[0].pk]
    assert said == ["No. 0", "No. 1", "No. 2"]
    assert (BulkRun.objects.get(act="merge").total, BulkRun.objects.get(act="merge").done) == (2, 2)
    assert BulkRun.objects.get(act="undo").done == 2
    assert Merge.objects.filter(undone_at=None).count() == 0
    assert state() == before


def test_a_younger_one_may_take_the_others_in(agents_desk: Client, three: list[Ticket]) -> None:
    choose(agents_desk, "merge", *three, sure="1", into=three[2].pk)

    run = BulkRun.objects.get()
    page = agents_desk.get(f"{BULK}{run.pk}/")
    assert [ticket.merged_into_id for ticket in Ticket.objects.order_by("pk")] == [
        three[2].pk,
        three[2].pk,
        None,
    ]
    assert page.context["title"] == f"Join into {three[2].number}"


def test_different_people_are_named_and_who_reads_what_is_chosen(
    house: House, agents_desk: Client, guest: Member, customer: Member, three: list[Ticket]
) -> None:
    other = make_ticket(house, guest, body="A guest's own words")
    chosen = [three[0], three[1], other]

    asked = Page(choose(agents_desk, "merge", *chosen))
    form = next(form for form in asked.forms if form.action == BULK)
    values = {**form.values, "ticket": [ticket.pk for ticket in chosen]}
    undecided = agents_desk.post(BULK, values)
    agents_desk.post(BULK, {**values, "sharing": "desk"})

    assert guest.email in asked.text
    assert customer.email in asked.text
    assert undecided.status_code == 422
    assert "Choose who reads the joined conversation" in undecided.content.decode()
    assert not Merge.objects.filter(is_shared=True).exists()
    assert not Participant.objects.filter(ticket=three[0], member=guest).exists()
    assert list(public_messages(other).values_list("body", flat=True)) == ["A guest's own words"]

    undo(agents_desk)
    agents_desk.post(
        BULK,
        {
            **values,
            "sharing": "shared",
            "agreed": [guest.pk, customer.pk],
            "key": str(uuid.uuid4()),
        },
    )

    assert participant_of(three[0], guest).ticket_id == three[0].pk
    assert public_messages(three[0]).count() == 3


def test_who_was_not_named_reads_nothing_and_the_ticket_is_skipped(
    house: House, agents_desk: Client, guest: Member, three: list[Ticket]
) -> None:
    asked = Page(choose(agents_desk, "merge", *three))
    form = next(form for form in asked.forms if form.action == BULK)
    add_participant(participant_of(three[1], three[1].participants.get().member), email=guest.email)
    values = {**form.values, "sharing": "shared", "ticket": [ticket.pk for ticket in three]}

    agents_desk.post(BULK, values)

    run = BulkRun.objects.get()
    assert (run.done, run.skipped) == (1, 1)
    assert list(reasons(run)) == [three[1].number]
    assert "Different people take part" in reasons(run)[three[1].number]
    assert not Participant.objects.filter(ticket=three[0], member=guest).exists()


def test_what_cannot_be_joined_is_skipped_with_the_reason(
    house: House, agents_desk: Client, agent: Member, customer: Member, three: list[Ticket]
) -> None:
    joined = make_ticket(house, customer)
    merge_tickets(joined, into=make_ticket(house, customer), actor=agent)
    change_status(three[1], status=Status.CLOSED, actor=None)

    choose(agents_desk, "merge", *three, joined, sure="1", into=three[0].pk)

    assert reasons(BulkRun.objects.get()) == {
        three[1].number: f"{three[1].number} is closed, which is final.",
        joined.number: f"{joined.number} was joined with another ticket already.",
    }
    assert Merge.objects.filter(source=three[2], target=three[0]).exists()


def test_an_undo_leaves_what_came_into_a_third_ticket_since(
    house: House, agents_desk: Client, agent: Member, customer: Member, three: list[Ticket]
) -> None:
    choose(agents_desk, "merge", *three, sure="1", into=three[0].pk)
    write_back(three[0], customer, "To all of you")
    note(three[0], agent, "Seen")

    where = undo(agents_desk)

    assert where.startswith(f"{QUEUE}?run=")
    bodies = [list(public_messages(ticket).values_list("body", flat=True)) for ticket in three]
    assert bodies == [["No. 0", "To all of you"], ["No. 1"], ["No. 2"]]


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, "Choose at least two tickets to join them."),
        (3, "Join 50 tickets at most at once. Choose fewer."),
    ],
)
def test_too_few_or_too_many_keep_what_was_chosen(
    agents_desk: Client, three: list[Ticket], monkeypatch: pytest.MonkeyPatch, count: int, told: str
) -> None:
    monkeypatch.setattr(bulk_merge, "MOST", 2)

    response = choose(agents_desk, "merge", *three[:count])

    form = next(form for form in Page(response).forms if form.action == BULK)
    assert response.status_code == 422
    assert told in Page(response).text
    assert form.values["ticket"]
    assert not BulkRun.objects.exists()


def test_nothing_goes_into_tickets_that_are_over(
    agents_desk: Client, agent: Member, three: list[Ticket]
) -> None:
    for ticket in three:
        change_status(ticket, status=Status.SOLVED, actor=agent)

    response = choose(agents_desk, "merge", *three)

    assert response.status_code == 422
    assert "None of these tickets can take the others in" in response.content.decode()


def test_a_ticket_of_another_team_takes_nothing_in(
    house: House, agents_desk: Client, customer: Member, three: list[Ticket]
) -> None:
    foreign = make_ticket(house, customer, category=house.other_category)

    response = choose(agents_desk, "merge", *three, foreign, sure="1", into=foreign.pk)

    assert response.status_code == 422
    assert foreign.number not in response.content.decode()
    assert not Merge.objects.exists()


def test_spam_leaves_the_queues_for_all_and_comes_back(agents_desk: Client, three: list[Ticket]) -> None:
    before = state()
    choose(agents_desk, "spam:on", *three)
    marked = list(Ticket.objects.values_list("is_spam", flat=True))
    queue = Page(agents_desk.get(QUEUE)).text

    undo(agents_desk)
    back = list(Ticket.objects.values_list("is_spam", flat=True))
    choose(agents_desk, "spam:off", *three)

    assert marked == [True] * 3
    assert "Refund 1" not in queue
    assert back == [False] * 3
    assert [row[:4] for row in state()[3]] == [row[:4] for row in before[3]]
    assert set(reasons(BulkRun.objects.latest("pk")).values()) == {""}  # it was so already


def test_not_spam_brings_tickets_back_from_the_spam_view(agents_desk: Client, three: list[Ticket]) -> None:
    choose(agents_desk, "spam:on", *three)

    choose(agents_desk, "spam:off", query="?view=spam", all="1", promised="3")

    assert list(Ticket.objects.values_list("is_spam", flat=True)) == [False] * 3
