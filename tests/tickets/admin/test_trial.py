"""The tester of promises, and the table that says which line applies: what they tell is what tickets get."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.promises import Target, change_hours, change_promises
from tickets.models import Calendar, Category, Clock, Policy
from tickets.models.sla import ClockKind
from tickets.models.ticket import Priority
from tickets.sla.policy import current_wording
from tickets.sla.trial import try_out

TEST = "/admin/tickets/policy/test/"
HOUR = 3600
FIRST, GOAL = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION
FRIDAY = {"day": "2026-12-18", "time": "16:40"}


@pytest.fixture(autouse=True)
def in_2026() -> Iterator[None]:
    """Pages leave out the year where it is this one."""
    with time_machine.travel("2026-11-22T12:00:00Z"):
        yield


def ask(desk: Client, house: House, **wishes: Any) -> Any:
    """Asks for a normal ticket of the house's category on a Friday at 16:40, with `wishes`."""
    facts = {
        "policy": house.policy_version.policy_id,
        **FRIDAY,
        "category": house.category.pk,
        "priority": Priority.NORMAL.value,
        **wishes,
    }
    return desk.get(f"{TEST}?{urlencode(facts)}")


def promise(house: House, *targets: Target) -> None:
    """A new version with these lines."""
    change_promises(Policy.objects.get(), calendar=Calendar.objects.get(), targets=targets)


def test_the_tester_tells_when_and_how_that_adds_up(house: House, admins_desk: Client) -> None:
    promise(house, Target(FIRST, 24 * HOUR))
    change_hours(
        Calendar.objects.get(),
        definition={
            **house.calendar_version.definition,
            "holidays": {"yearly": ["12-22"], "dates": []},
            "exceptions": {"2026-12-23": [["09:00", "12:00"]]},
        },
    )

    text = Page(ask(admins_desk, house)).text

    # Fri 20 min, Mon 8 h, Tue is a holiday, Wed 3 h, Thu 8 h, Fri the rest of 24 h: 4 h 40 min.
    assert "Due Fri 25 Dec, 13:40 (Europe/Berlin)" in text
    assert "Promised 24 business hours" in text
    assert "Desk, version 2, Europe/Berlin" in text
    assert "Tue 22 Dec 2026: closed Wed 23 Dec 2026: open 09:00–12:00" in text
    assert "24 h in all, by the clock of Europe/Berlin" in text
    assert "Fri 18 Dec, 16:40 Fri 18 Dec, 17:00 20 min 20 min" in text
    assert "Fri 25 Dec, 09:00 Fri 25 Dec, 13:40 4 h 40 min 24 h" in text


def test_the_reader_in_another_zone_sees_their_own_clock_too(
    house: House, admins_desk: Client, admin: Member
) -> None:
    Member.objects.filter(pk=admin.pk).update(timezone="Asia/Riyadh")

    text = Page(ask(admins_desk, house)).text

    assert "(Europe/Berlin)" in text
    assert "(Asia/Riyadh, your time)" in text


def test_the_most_specific_line_wins_and_says_why(house: House, admins_desk: Client) -> None:
    promise(
        house,
        Target(FIRST, 24 * HOUR),
        Target(FIRST, 8 * HOUR, category_id=house.category.pk),
        Target(FIRST, 4 * HOUR, priority=Priority.URGENT),
        Target(FIRST, 1 * HOUR, category_id=house.category.pk, priority=Priority.URGENT),
        Target(FIRST, 2 * HOUR, tier=2, audience="Everybody"),
    )

    urgent = Page(ask(admins_desk, house, priority=Priority.URGENT.value)).text
    plain = Page(ask(admins_desk, house, category="")).text
    tier = Page(ask(admins_desk, house, tier=2, audience="Everybody")).text

    assert "Promised 1 business hour" in urgent
    assert "Of 4 lines that fit, this one names most, 2 facts: Refund late, Urgent." in urgent
    assert "First reply 8 h (Refund late) First reply 4 h (Urgent) First reply 24 h" in urgent
    assert "No line names anything of this ticket, so the line for everything applies." in plain
    assert "Promised 2 business hours" in tier


def test_what_the_tester_says_is_what_a_ticket_gets(house: House, customer: Member) -> None:
    promise(house, Target(FIRST, 90), Target(GOAL, 7 * HOUR, category_id=house.category.pk))
    ticket = make_ticket(house, customer)
    wording = current_wording()
    assert wording is not None

    trials = try_out(
        wording,
        house.category,
        priority=ticket.priority,
        tier=ticket.tier,
        audience="Everybody",
        at=Clock.objects.filter(ticket=ticket)[0].started_at,
    )

    clocks = Clock.objects.filter(ticket=ticket)
    assert {trial.kind: trial.due_at for trial in trials} == {clock.kind: clock.due_at for clock in clocks}
    for trial in trials:
        assert sum(step.seconds for step in trial.steps) == trial.target.business_seconds
        assert trial.steps[-1].end == trial.due_at


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"day": ""}, "This field is required."),
        ({"day": "tomorrow"}, "Enter a valid date."),
        ({"day": "9999-01-01"}, "Enter a day between 1990 and 2099."),
        ({"time": "25:00"}, "Enter a valid time."),
        ({"day": "2026-03-29", "time": "02:30"}, "The clocks are put forward over this time on that day."),
        ({"priority": "9"}, "Select a valid choice."),
        ({"category": "999999"}, "Select a valid choice."),
        ({"policy": "999999"}, "Select a valid choice."),
        ({"policy": "x"}, "Select a valid choice."),
    ],
)
def test_a_ticket_that_cannot_be_is_named_and_keeps_what_was_typed(
    house: House, admins_desk: Client, wishes: dict[str, str], told: str
) -> None:
    response = ask(admins_desk, house, **wishes)

    page = Page(response)
    assert response.status_code == 422
    assert page.title.startswith("Error:")
    assert told in page.text


def test_what_can_never_be_kept_is_said(house: House, admins_desk: Client) -> None:
    promise(house, Target(FIRST, 8760 * HOUR))
    exceptions = {"2026-12-21": [["09:00", "17:00"]]}
    change_hours(
        Calendar.objects.get(),
        definition={"timezone": "Europe/Berlin", "hours": {}, "exceptions": exceptions},
    )

    text = Page(ask(admins_desk, house)).text

    assert "Never: the calendar is not open for so long." in text


def test_a_long_way_is_summed_up_in_the_middle(house: House, admins_desk: Client) -> None:
    promise(house, Target(FIRST, 800 * HOUR))

    text = Page(ask(admins_desk, house)).text

    assert "61 more stretches" in text
    assert "800 h in all" in text


def test_only_who_may_set_up_tests(agents_desk: Client, leads_desk: Client, admins_desk: Client) -> None:
    answers = [desk.get(TEST).status_code for desk in (agents_desk, leads_desk, admins_desk)]

    assert answers == [403, 403, 200]


def test_the_tester_costs_the_same_with_more_lines(house: House, admins_desk: Client) -> None:
    promise(house, Target(FIRST, 24 * HOUR))
    before = count_queries(lambda: ask(admins_desk, house))
    promise(
        house,
        Target(FIRST, 24 * HOUR),
        Target(FIRST, 8 * HOUR, category_id=house.category.pk),
        Target(FIRST, 9 * HOUR, category_id=house.other_category.pk),
    )

    after = count_queries(lambda: ask(admins_desk, house))

    assert_same_queries(before, after)


# Which line applies


def test_the_table_tells_every_case_with_its_line(house: House, admins_desk: Client) -> None:
    promise(
        house,
        Target(FIRST, 24 * HOUR),
        Target(FIRST, 4 * HOUR, priority=Priority.URGENT),
        Target(FIRST, 8 * HOUR, category_id=house.category.pk),
    )

    text = Page(admins_desk.get(f"/admin/tickets/policy/{Policy.objects.get().pk}/change/")).text

    by_case = text.partition("Which line applies")[2]
    named, others = (
        by_case.index("Refund late First reply"),
        by_case.index("every other category First reply"),
    )
    assert named < others
    assert by_case[named:others].count("8 h line for: Refund late") == 4  # the category weighs more
    assert by_case[others:].count("4 h line for: Urgent") == 1
    assert by_case[others:].count("24 h line for: everything") == 3


def test_a_table_without_priorities_has_one_column(house: House, admins_desk: Client) -> None:
    page = Page(admins_desk.get(f"/admin/tickets/policy/{Policy.objects.get().pk}/change/"))

    assert "Tickets Promise Every priority every ticket First reply 24 h line for: everything" in page.text


def test_more_cases_than_a_page_holds_are_cut(house: House, admins_desk: Client) -> None:
    Category.objects.bulk_create(Category(slug=f"topic-{number}", team=house.team) for number in range(61))
    promise(
        house,
        *(Target(FIRST, HOUR, category_id=key) for key in Category.objects.values_list("pk", flat=True)),
    )

    page = Page(admins_desk.get(f"/admin/tickets/policy/{Policy.objects.get().pk}/change/"))

    assert "The tester answers for each of them." in page.text
