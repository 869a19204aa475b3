"""A change of calendars and promises reaches no open ticket by itself; an admin lets it, after a look at what would change."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from helpdesk.errors import Refused
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tests.tickets.admin.test_setup import CALENDARS, POLICIES, fill
from tickets.actions.promises import Target, change_hours, change_promises
from tickets.actions.repromise import promise_anew, seen_wording
from tickets.actions.status import change_status
from tickets.admin import anew
from tickets.models import BulkRun, Calendar, CalendarVersion, Clock, Policy, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import Priority, Status
from tickets.sla.business_time import due_at
from tickets.sla.clocks import explain
from tickets.sla.policy import calendar_of, current_wording

ANEW = "/admin/tickets/policy/anew/"
HOUR = 3600
FIRST, GOAL = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION
ROUND_THE_CLOCK = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def promise(*targets: Target) -> None:
    """A new version with these lines."""
    change_promises(Policy.objects.get(), calendar=Calendar.objects.get(), targets=targets)


def open_all_day() -> CalendarVersion:
    """A new version of the hours, which never closes."""
    return change_hours(
        Calendar.objects.get(), definition={"timezone": "Europe/Berlin", "hours": ROUND_THE_CLOCK}
    )


def deadlines(*tickets: Ticket) -> list[dict[str, dt.datetime | None]]:
    """The due times of each ticket by kind."""
    return [dict(Clock.objects.filter(ticket=ticket).values_list("kind", "due_at")) for ticket in tickets]


def press(desk: Client, **wishes: Any) -> Any:
    """Sends the form of the page as it stands."""
    form = next(form for form in Page(desk.get(ANEW)).forms if "calendar" in form.values)
    return desk.post(ANEW, {**form.values, **wishes})


def fill_again(desk: Client) -> Any:
    """Saves the promise as it stands."""
    saved = fill(desk, f"{POLICIES}{Policy.objects.get().pk}/change/")
    return desk.get(saved["Location"])


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def test_no_change_of_the_setup_reaches_an_open_ticket(
    house: House, admins_desk: Client, ticket: Ticket
) -> None:
    before = deadlines(ticket)

    hours = fill(admins_desk, f"{CALENDARS}{Calendar.objects.get().pk}/change/", mon="00:00–24:00", tue="")
    lines = fill(admins_desk, f"{POLICIES}{Policy.objects.get().pk}/change/", targets__0__hours="1")

    page = Page(admins_desk.get(lines["Location"]))
    assert (hours.status_code, lines.status_code) == (302, 302)
    assert deadlines(ticket) == before
    assert "The change applies to new tickets. 1 open ticket keeps what it was promised." in page.text
    assert page.links["See what would change"] == ANEW
    assert "The change applies" not in Page(fill_again(admins_desk)).text


def test_the_page_tells_how_many_would_change_and_how(
    house: House, admins_desk: Client, customer: Member, ticket: Ticket
) -> None:
    same = make_ticket(house, customer, category=house.other_category)
    promise(
        Target(FIRST, 24 * HOUR),
        Target(GOAL, 48 * HOUR),
        Target(FIRST, 4 * HOUR, category_id=house.category.pk),
    )
    before = deadlines(ticket, same)

    response = admins_desk.get(ANEW)

    page, row = Page(response), response.context["rows"][0]
    clock = Clock.objects.get(ticket=ticket, kind=FIRST)
    assert "1 open ticket would get another deadline." in page.text
    assert (len(response.context["rows"]), row["number"], row["before"]) == (1, ticket.number, clock.due_at)
    assert row["after"] == due_at(calendar_of(clock.calendar_version), clock.started_at, 4 * HOUR)
    assert same.number not in page.text
    assert deadlines(ticket, same) == before


def test_a_press_counts_open_tickets_anew_each_with_its_event(
    house: House, admins_desk: Client, admin: Member, ticket: Ticket
) -> None:
    before = Clock.objects.get(ticket=ticket, kind=FIRST)
    promise(Target(FIRST, 4 * HOUR), Target(GOAL, 48 * HOUR))
    hours = open_all_day()

    response = press(admins_desk)

    clock = Clock.objects.get(ticket=ticket, kind=FIRST)
    due = before.started_at + dt.timedelta(hours=4)
    event = TicketEvent.objects.get(ticket=ticket, verb=Verb.REPROMISED)
    assert response.status_code == 303
    assert (clock.started_at, clock.due_at, clock.next_step_at) == (before.started_at, due, due)
    assert (clock.calendar_version, clock.target_seconds) == (hours, 4 * HOUR)
    assert before.due_at is not None
    assert event.changes[FIRST] == [before.due_at.isoformat(), due.isoformat()]
    assert (event.actor, event.is_public, set(event.changes)) == (admin, False, {FIRST, GOAL})
    assert Ticket.objects.get(pk=ticket.pk).attention_at == due
    assert "4 business hours" in explain(clock)[0]
    assert "Promise anew" in Page(admins_desk.get(response["Location"])).text
    assert "No open ticket" not in Page(admins_desk.get(ANEW)).text


def test_it_can_be_undone(admins_desk: Client, ticket: Ticket) -> None:
    before = deadlines(ticket)
    promise(Target(FIRST, 4 * HOUR), Target(GOAL, 8 * HOUR))
    press(admins_desk)
    changed = deadlines(ticket)

    admins_desk.post(f"/admin/tickets/ticket/bulk/{BulkRun.objects.get().pk}/undo/")

    assert changed != before
    assert deadlines(ticket) == before
    assert TicketEvent.objects.filter(ticket=ticket, verb=Verb.REPROMISED).count() == 2


def test_what_is_met_missed_or_over_stays(
    house: House, admins_desk: Client, agent: Member, customer: Member
) -> None:
    met, missed, due_unseen, solved, spam = (make_ticket(house, customer) for _number in range(5))
    answer(met, agent, status=Status.OPEN)
    past = timezone.now() - dt.timedelta(hours=1)
    Clock.objects.filter(ticket=missed).update(due_at=past, breached_at=past, next_step_at=None)
    Clock.objects.filter(ticket=due_unseen).update(due_at=past, next_step_at=past)
    change_status(solved, status=Status.SOLVED, actor=agent)
    Ticket.objects.filter(pk=spam.pk).update(is_spam=True)
    before = deadlines(met, missed, due_unseen, solved, spam)
    promise(Target(FIRST, 4 * HOUR))

    page = Page(admins_desk.get(ANEW))

    assert "0 open tickets would get another deadline." in page.text
    assert [form for form in page.forms if "calendar" in form.values] == []
    assert deadlines(met, missed, due_unseen, solved, spam) == before


def test_a_promise_that_waits_for_the_customer_changes_for_when_it_runs_again(
    admins_desk: Client, agent: Member, ticket: Ticket
) -> None:
    answer(ticket, agent, status=Status.PENDING)
    promise(Target(GOAL, 12 * HOUR))

    page = Page(admins_desk.get(ANEW))
    press(admins_desk)
    change_status(Ticket.objects.get(pk=ticket.pk), status=Status.OPEN, actor=agent)

    clock = Clock.objects.get(ticket=ticket, kind=GOAL)
    assert "Goal to solve Paused, 48 business hours Paused, 12 business hours" in page.text
    assert (clock.state, clock.target_seconds) == (Clock.State.RUNNING, 12 * HOUR)
    assert "12 business hours" in explain(clock)[0]


def test_what_would_be_late_at_once_is_told(admins_desk: Client, ticket: Ticket) -> None:
    long_ago = timezone.now() - dt.timedelta(days=30)
    Clock.objects.filter(ticket=ticket).update(started_at=long_ago)
    promise(Target(FIRST, HOUR), Target(GOAL, 48 * HOUR))

    page = Page(admins_desk.get(ANEW))

    assert "1 open ticket would get another deadline. 1 of them would be late at once." in page.text


def test_the_facts_of_now_decide_which_line(
    house: House, admins_desk: Client, admin: Member, ticket: Ticket
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(priority=Priority.URGENT)
    promise(
        Target(FIRST, 24 * HOUR),
        Target(GOAL, 48 * HOUR),
        Target(FIRST, 2 * HOUR, priority=Priority.URGENT),
    )

    press(admins_desk)

    assert Clock.objects.get(ticket=ticket, kind=FIRST).target_seconds == 2 * HOUR


def test_promises_that_changed_since_the_look_are_shown_again(admins_desk: Client, ticket: Ticket) -> None:
    promise(Target(FIRST, 4 * HOUR))
    form = next(form for form in Page(admins_desk.get(ANEW)).forms if "calendar" in form.values)
    before = deadlines(ticket)
    promise(Target(FIRST, 5 * HOUR))

    response = admins_desk.post(ANEW, form.values)

    assert response.status_code == 409
    assert "The promises were changed since you looked. Nothing was done." in Page(response).text
    assert (deadlines(ticket), BulkRun.objects.count()) == (before, 0)


@pytest.mark.parametrize("wishes", [{"policy": "x"}, {"calendar": "9" * 40}, {"policy": ""}])
def test_a_form_that_names_no_versions_does_nothing(
    admins_desk: Client, ticket: Ticket, wishes: dict[str, str]
) -> None:
    promise(Target(FIRST, 4 * HOUR))
    before = deadlines(ticket)

    response = press(admins_desk, **wishes)

    assert (response.status_code, deadlines(ticket)) == (409, before)


def test_pressed_twice_it_is_one_act(admins_desk: Client, ticket: Ticket) -> None:
    promise(Target(FIRST, 4 * HOUR))
    key = str(uuid.uuid4())
    form = next(form for form in Page(admins_desk.get(ANEW)).forms if "calendar" in form.values)

    answers = [admins_desk.post(ANEW, {**form.values, "key": key}) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert BulkRun.objects.count() == 1
    assert TicketEvent.objects.filter(ticket=ticket, verb=Verb.REPROMISED).count() == 1


def test_more_than_a_page_looks_at_are_done_too(
    house: House, admins_desk: Client, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [make_ticket(house, customer) for _number in range(3)]
    promise(Target(FIRST, 4 * HOUR))
    monkeypatch.setattr(anew, "LOOKED_AT", 2)

    page = Page(admins_desk.get(ANEW))
    press(admins_desk)

    assert "These are those among the first 2." in page.text
    assert {Clock.objects.get(ticket=ticket, kind=FIRST).target_seconds for ticket in tickets} == {4 * HOUR}


def test_who_may_not_set_promises_promises_nothing_anew(
    agents_desk: Client, leads_desk: Client, lead: Member, ticket: Ticket
) -> None:
    promise(Target(FIRST, 4 * HOUR))
    wording = current_wording()
    assert wording is not None

    answers = [desk.post(ANEW, {}).status_code for desk in (agents_desk, leads_desk)]

    assert answers == [403, 403]
    with pytest.raises(Refused, match="Only admins can promise anew"):
        promise_anew(ticket, wording=seen_wording(wording), actor=lead)


def test_the_page_costs_the_same_with_more_tickets(
    house: House, admins_desk: Client, customer: Member, ticket: Ticket
) -> None:
    promise(Target(FIRST, 4 * HOUR))
    before = count_queries(lambda: admins_desk.get(ANEW))
    make_ticket(house, customer)
    make_ticket(house, customer)
    promise(Target(FIRST, 5 * HOUR))

    after = count_queries(lambda: admins_desk.get(ANEW))

    assert_same_queries(before, after)
