"""The time that the desk spent on a ticket: added, counted together, and changed by who wrote it only."""

import uuid

import pytest
from django.test import Client

from accounts.models import Member
from helpdesk.errors import Refused
from tests.factories.cast import House
from tests.factories.tickets import make_ticket
from tests.pages import Page
from tests.queries import assert_same_queries, count_queries
from tickets.actions.time_spent import add_time, change_time, remove_time
from tickets.models import Ticket, TicketEvent, TimeSpent
from tickets.models.event import Verb


@pytest.fixture
def ticket(house: House, customer: Member) -> Ticket:
    return make_ticket(house, customer)


def address(ticket: Ticket, name: str = "time") -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/{name}/"


def spend(ticket: Ticket, member: Member, minutes: int = 25) -> TimeSpent:
    return add_time(ticket, member=member, minutes=minutes, purpose="Called the bank", key=uuid.uuid4())


def test_time_is_added_once_and_counted_together(agents_desk: Client, ticket: Ticket, lead: Member) -> None:
    spend(ticket, lead, 61)
    form = Page(agents_desk.get(address(ticket))).form("")
    sent = {**form.values, "minutes": "25", "purpose": "Called the bank"}

    answers = [agents_desk.post(address(ticket), sent).status_code for _press in range(2)]

    page = agents_desk.get(address(ticket))
    assert answers == [303, 303]
    assert [(line["who"], line["minutes"], line["is_own"]) for line in page.context["times"]] == [
        ("Agent", "25 min", True),
        ("Lead", "1 h 1 min", False),
    ]
    assert "In all: 1 h 26 min" in Page(page).text
    assert agents_desk.get(address(ticket, "change")).context["time_spent"] == "1 h 26 min"


def test_an_own_entry_is_corrected_and_taken_back(agents_desk: Client, ticket: Ticket, agent: Member) -> None:
    spent = spend(ticket, agent)
    page = Page(agents_desk.get(f"{address(ticket)}?entry={spent.pk}"))
    form = page.form(f"?entry={spent.pk}")

    agents_desk.post(f"{address(ticket)}{form.action}", {**form.values, "minutes": "٤٠"})
    spent.refresh_from_db()
    agents_desk.post(f"{address(ticket)}{form.action}", {"remove": "1"})

    changes = TicketEvent.objects.filter(verb=Verb.TIME_SPENT).values_list("changes", flat=True)
    assert (form.values["minutes"], spent.minutes, TimeSpent.objects.count()) == ("25", 40, 0)
    assert [one["minutes"] for one in changes] == [[None, 25], [25, 40], [40, None]]
    texts = [item["text"] for item in agents_desk.get(address(ticket, "history")).context["items"]]
    assert texts[0] == "Agent set the time spent, in minutes: 40 → –"


def test_nobody_changes_what_somebody_else_wrote(
    agents_desk: Client, ticket: Ticket, agent: Member, lead: Member
) -> None:
    spent = spend(ticket, lead)

    assert agents_desk.post(f"{address(ticket)}?entry={spent.pk}", {"remove": "1"}).status_code == 404
    with pytest.raises(Refused, match="Only who wrote an entry"):
        change_time(spent, member=agent, minutes=1, purpose="")
    with pytest.raises(Refused, match="Only who wrote an entry"):
        remove_time(spent, member=agent)
    assert TimeSpent.objects.get().minutes == 25


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the minutes you worked on it"),
        ("half", "Enter the minutes as a whole number, such as 25"),
        ("0", "Enter between 1 and 1440 minutes."),
        ("-5", "Enter between 1 and 1440 minutes."),
        ("9" * 30, "Enter between 1 and 1440 minutes."),
    ],
    ids=range(5),
)
def test_what_is_no_time_is_told_and_kept(agents_desk: Client, ticket: Ticket, typed: str, said: str) -> None:
    form = Page(agents_desk.get(address(ticket))).form("")

    answer = agents_desk.post(address(ticket), {**form.values, "minutes": typed, "purpose": "Called"})

    assert answer.status_code == 422
    assert said in Page(answer).text
    assert 'value="Called"' in answer.content.decode()
    assert TimeSpent.objects.count() == 0


def test_the_page_costs_the_same_with_one_and_with_three(
    agents_desk: Client, ticket: Ticket, agent: Member, lead: Member
) -> None:
    spend(ticket, agent)
    before = count_queries(lambda: agents_desk.get(address(ticket)))
    spend(ticket, lead)
    spend(ticket, agent)

    assert_same_queries(before, count_queries(lambda: agents_desk.get(address(ticket))))
