"""The honest figure beside the promise: silent with too few, rounded up, and for nothing."""

import datetime as dt

import time_machine
from django.test import Client

from accounts.addresses import forget_tenants
from accounts.hosts import forget_hosts
from accounts.models import Member
from tests.factories.cast import House
from tests.factories.tickets import answer, make_ticket
from tests.queries import count_queries
from tests.tickets.views.asking import go_on, send
from tickets.models import UsualAnswer
from tickets.models.ticket import Status
from tickets.summaries.count import count_figures
from tickets.summaries.usual import ENOUGH, keep_usual_answers, rounded_up

MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
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


def test_what_was_usual_once_is_forgotten_after_thirty_days(
    house: House, agent: Member, customer: Member
) -> None:
    answered(house, customer, agent, times=ENOUGH)
    keep_usual_answers(now=MONDAY + DAY)
    kept = list(UsualAnswer.objects.values_list("category", "seconds"))

    keep_usual_answers(now=MONDAY + 32 * DAY)

    assert kept == [(house.category.pk, 3 * 3600)]
    assert not UsualAnswer.objects.exists()
    assert [rounded_up(seconds) for seconds in (0, 61, 301, 3301, 3601)] == [300, 300, 600, 3600, 7200]
