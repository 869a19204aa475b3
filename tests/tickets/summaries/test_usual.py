"""The honest figure beside the promise: silent with too few, rounded up, and for nothing."""

import datetime as dt
import re

import time_machine
from django.test import Client

from accounts.addresses import forget_tenants
from accounts.hosts import forget_hosts
from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket
from tests.pages import Page
from tests.queries import count_queries
from tests.tickets.views.asking import go_on, send
from tickets.models import Ticket, UsualAnswer
from tickets.models.ticket import Status
from tickets.summaries.count import count_figures
from tickets.summaries.usual import ENOUGH, keep_usual_answers, rounded_up

MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
FORM = "/contact/refund-late/"
SAID = "answered within 3 hours of desk time"


def answered(house: House, customer: Member, agent: Member, *, times: int, at: dt.datetime = MONDAY) -> None:
    """Requests that were answered after two hours and a half of desk time, now counted."""
    with time_machine.travel(at, tick=False) as clock:
        tickets = [make_ticket(house, customer) for _turn in range(times)]
        clock.shift(dt.timedelta(hours=2, minutes=30))
        for ticket in tickets:
            answer(ticket, agent, status=Status.SOLVED)
        while count_figures(limit=100):
            pass


def test_the_form_tells_what_was_usual_once_enough_were_answered(
    site: Client, house: House, agent: Member, customer: Member
) -> None:
    def form() -> str:
        forget_hosts()  # read each time, however long the rest takes
        forget_tenants()
        return site.get(FORM).content.decode()

    answered(house, customer, agent, times=ENOUGH - 1)
    first = keep_usual_answers(now=MONDAY + DAY)
    few, before = SAID in form(), count_queries(form)
    answered(house, customer, agent, times=1, at=MONDAY + DAY)
    again = keep_usual_answers(now=MONDAY + DAY + dt.timedelta(hours=1))

    next_day = keep_usual_answers(now=MONDAY + 2 * DAY)

    assert (first, again, next_day) == (True, False, True)
    assert (few, SAID in form()) == (False, True)
    assert count_queries(form) == before


def test_what_was_usual_is_told_before_and_after_sending_too(
    site: Client, house: House, agent: Member, customer: Member
) -> None:
    answered(house, customer, agent, times=ENOUGH)
    keep_usual_answers(now=MONDAY + DAY)
    site.force_login(customer)

    checked = go_on(site, FORM)
    check = site.get(checked["Location"])
    confirmation = site.get(send(site, checked)["Location"])

    assert [SAID in page.content.decode() for page in (check, confirmation)] == [True, True]


def test_who_waits_too_long_is_told_a_new_estimate_that_moves_only_when_it_has_passed(
    site: Client, house: House, agent: Member, customer: Member
) -> None:
    answered(
        house, customer, agent, times=ENOUGH
    )  # first replies and solvings after 2 h 30 min: usual are 3 h
    keep_usual_answers(now=MONDAY + DAY)
    with time_machine.travel(
        MONDAY + DAY, tick=False
    ):  # Tuesday at nine in Berlin, so 24 h end on Thursday at five
        late = make_ticket(house, customer)
        elsewhere = make_ticket(house, customer, category=house.other_category)
    site.force_login(customer)
    thursday = MONDAY + 3 * DAY

    def told(ticket: Ticket, at: dt.datetime) -> str:
        with time_machine.travel(at, tick=False):
            page = Page(site.get(f"/tickets/{ticket.number}/"))
        return page.text.split("We aimed to reply by", 1)[1].split("Tell the team")[0]

    waits = [told(late, thursday + DAY + dt.timedelta(minutes=minutes)) for minutes in (5, 170, 185)]

    times = [re.findall(r"New estimate: (.*?\d\d:\d\d)", text) for text in waits]
    assert times[0] == times[1]
    assert "12:00" in times[0][0]
    assert "15:00" in times[2][0]
    assert "New estimate" in told(elsewhere, thursday + DAY + HOUR)  # as long as requests took at all
    UsualAnswer.objects.all().delete()
    forget_hosts()
    forget_tenants()
    without_any = told(elsewhere, thursday + DAY + HOUR)
    assert "New estimate" not in without_any
    assert "We'll update you by" in without_any


def test_what_was_usual_once_is_forgotten_after_thirty_days(
    house: House, agent: Member, customer: Member
) -> None:
    answered(house, customer, agent, times=ENOUGH)
    keep_usual_answers(now=MONDAY + DAY)
    kept = set(UsualAnswer.objects.values_list("category", "seconds", "solving_seconds"))

    keep_usual_answers(now=MONDAY + 32 * DAY)

    assert kept == {(category, 3 * 3600, 3 * 3600) for category in (house.category.pk, None)}
    assert not UsualAnswer.objects.exists()
    assert [rounded_up(seconds) for seconds in (0, 61, 301, 3301, 3601)] == [300, 300, 600, 3600, 7200]
