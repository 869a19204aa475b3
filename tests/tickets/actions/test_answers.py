"""The answers of a form as fields: kept, found, and asked for before a ticket is solved."""

import uuid
from collections.abc import Callable

import pytest

from accounts.models import Member
from tests.factories.cast import House, make_category
from tests.factories.tickets import answer, make_ticket, participant_of
from tickets.actions.answers import Unanswered, change_answers
from tickets.actions.reply import reply_to_customer
from tickets.actions.status import change_status, mark_solved
from tickets.models import CategoryPrompt, Message, PromptTranslation, Ticket, TicketAnswer, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import Status
from tickets.tags import answered


def ask(house: House, key: str, *, label: str, **wishes: object) -> CategoryPrompt:
    """A question of the house's category."""
    prompt = CategoryPrompt.objects.create(category=house.category, key=key, **wishes)
    PromptTranslation.objects.create(prompt=prompt, locale="en", label=label)
    return prompt


def found_by(ticket: Ticket) -> dict[str, str]:
    return dict(TicketAnswer.objects.filter(ticket=ticket).values_list("key", "value"))


def test_answers_of_a_request_are_found_but_for_long_texts(house: House, customer: Member) -> None:
    fields = {"plan": "Gold", "since": "2026-11-01", "amount": "12.5", "steps": "x" * 201}
    ticket = make_ticket(house, customer, fields=fields)
    other = make_ticket(house, customer, fields={"plan": "Silver"})

    assert found_by(ticket) == {"plan": "gold", "since": "2026-11-01", "amount": "12.5"}
    assert list(answered(Ticket.objects.all(), "plan", "GOLD")) == [ticket]
    assert list(answered(Ticket.objects.all(), "plan", "Silver")) == [other]


def test_changed_answers_are_kept_found_and_told_once(house: House, customer: Member, agent: Member) -> None:
    ticket = make_ticket(house, customer, fields={"plan": "Gold", "order": "1182", "kept": "as it is"})

    for _twice in range(2):
        change_answers(ticket, answers={"plan": "Silver", "order": "", "since": "2026-11-01"}, actor=agent)

    ticket.refresh_from_db()
    events = TicketEvent.objects.filter(ticket=ticket, verb=Verb.ANSWER_CHANGED)
    assert ticket.fields == {"plan": "Silver", "kept": "as it is", "since": "2026-11-01"}
    assert found_by(ticket) == {"plan": "silver", "kept": "as it is", "since": "2026-11-01"}
    assert [event.changes for event in events] == [
        {"plan": ["Gold", "Silver"], "order": ["1182", ""], "since": ["", "2026-11-01"]}
    ]
    assert [event.is_public for event in events] == [False]


@pytest.fixture
def needing(house: House, customer: Member) -> Ticket:
    """A ticket that needs an answer nobody has given, asked by the category above its own."""
    ask(house, "cause", label="What was the cause?", needed_to_solve=True)
    below = make_category("below", house.team, parent=house.category, en="Below")
    return make_ticket(house, customer, category=below)


def solve_by_status(ticket: Ticket, agent: Member) -> None:
    change_status(ticket, status=Status.SOLVED, actor=agent)


def solve_by_reply(ticket: Ticket, agent: Member) -> None:
    newest = Message.objects.filter(ticket=ticket).latest("pk").pk
    reply_to_customer(
        ticket,
        author=agent,
        body="Done.",
        submission_key=uuid.uuid4(),
        seen_message_id=newest,
        status=Status.SOLVED,
    )


@pytest.mark.parametrize("solve", [solve_by_status, solve_by_reply])
def test_nothing_is_solved_by_the_desk_before_what_it_needs_is_answered(
    needing: Ticket, agent: Member, solve: Callable[[Ticket, Member], None]
) -> None:
    messages = Message.objects.count()
    with pytest.raises(Unanswered, match=r"Answer “What was the cause.” under Fields") as refused:
        solve(needing, agent)
    needing.refresh_from_db()
    stopped = needing.status, Message.objects.count() - messages

    change_answers(needing, answers={"cause": "A fuse"}, actor=agent)
    solve(needing, agent)

    needing.refresh_from_db()
    assert [prompt.key for prompt in refused.value.prompts] == ["cause"]
    assert stopped == (Status.NEW, 0)
    assert needing.status == Status.SOLVED


def test_the_customer_and_the_clock_may_solve_it_all_the_same(
    needing: Ticket, customer: Member, agent: Member
) -> None:
    answer(needing, agent, status=Status.PENDING)

    change_status(needing, status=Status.SOLVED, actor=None, only_from=Status.PENDING)
    by_itself = Ticket.objects.get().status
    change_status(needing, status=Status.OPEN, actor=agent)
    mark_solved(participant_of(needing, customer))

    assert (by_itself, Ticket.objects.get().status) == (Status.SOLVED, Status.SOLVED)


def test_a_question_that_is_not_asked_any_more_stops_nobody(needing: Ticket, agent: Member) -> None:
    CategoryPrompt.objects.update(is_active=False)

    assert change_status(needing, status=Status.SOLVED, actor=agent).status == Status.SOLVED


def test_other_categories_need_nothing(
    house: House, customer: Member, needing: Ticket, agent: Member
) -> None:
    ticket = make_ticket(house, customer, category=house.other_category)

    assert change_status(ticket, status=Status.SOLVED, actor=agent).status == Status.SOLVED
