"""The same form sent twice or ten times at once, many writers at one counter, two sweeps at one time."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from accounts.addresses import forget_tenants
from accounts.models import Member
from helpdesk.dev.environment import CHECKOUT
from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_house, make_member
from tests.factories.tickets import make_ticket
from tests.faults.storm import TOPIC
from tests.http_browser import HttpBrowser
from tests.live import Live
from tickets.actions.submit import submit_ticket
from tickets.models import Category, Clock, ClockStep, EscalationStep, Ticket, TicketCounter, TicketEvent
from tickets.numbers import FIRST_COUNTER, check_digit
from tickets.tasks import sweep_clocks


@pytest.mark.xdist_group("live")
@pytest.mark.parametrize(("times", "forms"), [(2, 20), (10, 3)])
def test_a_form_sent_many_times_at_once_is_one_ticket(live: Live, times: int, forms: int) -> None:
    opened = [filled_in(live) for _form in range(forms)]

    with ThreadPoolExecutor(times) as pool:
        checked = [list(pool.map(go_on, [form] * times)) for form in opened]
        answered = [list(pool.map(send, checks)) for checks in checked]

    assert {summary for checks in checked for _browser, summary in checks} == {
        f"/contact/check/{values['key']}/" for _browser, values in opened
    }
    assert {status for answers in answered for status, _where in answers} == {303}
    assert [len({where for _status, where in answers}) for answers in answered] == [1] * forms
    for _browser, values in opened:
        key, email = values["key"], values["email"]
        counts = live.rows(MADE, [key, key, key, email], tenant="acme")
        assert counts == [(1, 1, 1, 1)]


PERCENTS = (1, 2, 3, 4, 5)
MADE = """
    SELECT (SELECT count(*) FROM tickets_ticket WHERE submission_key = %s),
           (SELECT count(*) FROM tickets_message WHERE submission_key = %s),
           (SELECT count(*) FROM tickets_attachment f JOIN tickets_message m ON m.id = f.message_id
             WHERE m.submission_key = %s),
           (SELECT count(*) FROM outbox_outboxrow WHERE to_address = %s)"""


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("writers", "each"),
    [pytest.param(8, 10, id="short"), pytest.param(64, 50, id="long", marks=pytest.mark.proof)],
)
def test_many_writers_get_numbers_without_gap_in_the_order_of_commits(
    transactional_db: None, writers: int, each: int
) -> None:
    house = make_house("acme")
    forget_tenants()
    with tenant_scope(house.tenant.pk):
        people = [make_member(f"writer-{i}@people.example") for i in range(writers)]
    together = Barrier(writers)

    with ThreadPoolExecutor(writers) as pool:
        written = list(pool.map(lambda person: write(house, person, each, together), people))

    with tenant_scope(house.tenant.pk):
        counters = [int(number.rpartition("-")[2][:-1]) for number in numbers_in_order()]
        last = TicketCounter.objects.get().last
    assert counters == list(range(FIRST_COUNTER, FIRST_COUNTER + writers * each))
    assert last == counters[-1]
    assert overtaken([times for person in written for times in person]) == []


@pytest.mark.xdist_group("live")
def test_two_sweeps_at_once_mark_each_breach_once(live: Live) -> None:
    with live.database(owner=True) as owner:
        made_late = owner.execute(
            "UPDATE tickets_clock SET due_at = now() - interval '1 minute', next_step_at = now() - interval '1 minute'"
            " WHERE id IN (SELECT id FROM tickets_clock WHERE state = 'running' AND breached_at IS NULL LIMIT 60)"
            " RETURNING id"
        ).fetchall()
    environment = {**os.environ, **live.run.variables()}
    code = "from tickets.tasks import sweep_clocks; sweep_clocks()"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]

    sweeps = [subprocess.Popen(command, cwd=CHECKOUT, env=environment) for _sweep in range(2)]

    assert [sweep.wait(120) for sweep in sweeps] == [0, 0]
    late = [row[0] for row in made_late]
    steps = live.rows(
        "SELECT clock_id FROM tickets_clockstep WHERE clock_id = ANY(%s) AND step = 'breach' ORDER BY 1",
        [late],
        owner=True,
    )
    events = live.rows(
        "SELECT e.ticket_id, e.changes->'clock'->>0, count(*) FROM tickets_ticketevent e"
        " JOIN tickets_clock c ON c.ticket_id = e.ticket_id AND c.kind = e.changes->'clock'->>0"
        " WHERE e.verb = 'promise_breached' AND c.id = ANY(%s) GROUP BY 1, 2 HAVING count(*) > 1",
        [late],
        owner=True,
    )
    assert late
    assert [row[0] for row in steps] == sorted(late)
    assert events == []


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "tickets", [pytest.param(6, id="short"), pytest.param(400, id="long", marks=pytest.mark.proof)]
)
def test_two_sweeps_at_once_take_each_step_of_an_escalation_once(
    transactional_db: None, tickets: int
) -> None:
    house = late_house(tickets)
    together = Barrier(2)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sweep_beside, [together] * 2))
    sweep_clocks()  # what each left to the other

    assert each_step_once(house) == tickets * len(PERCENTS)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("tickets", "kills"),
    [pytest.param(14, 1, id="short"), pytest.param(400, 20, id="long", marks=pytest.mark.proof)],
)
def test_two_sweeps_killed_at_random_take_each_step_once(
    transactional_db: None, tickets: int, kills: int
) -> None:
    house, chance = late_house(tickets), random.Random(tickets)
    ends = []

    for _kill in range(kills):
        sweeps = [begin_sweep(dies_in=chance.randint(1, 6)) for _sweep in range(2)]
        ends += [sweep.wait(120) for sweep in sweeps]
    sweep_clocks()

    assert set(ends) == {-signal.SIGKILL}
    assert each_step_once(house) == tickets * len(PERCENTS)


def late_house(tickets: int) -> House:
    """A tenant with so many tickets, of each of which all steps of one promise are due."""
    house = make_house("acme")
    forget_tenants()
    with tenant_scope(house.tenant.pk):
        make_member("lead@acme.example", role=Member.Role.LEAD, team=house.team)
        customer = make_member("customer@acme.example")
        for percent in PERCENTS:
            EscalationStep.objects.create(kind="resolution", percent=percent, act="lead")
        for _ticket in range(tickets):
            make_ticket(house, customer)
        long_ago = timezone.now() - dt.timedelta(days=60)
        Clock.objects.filter(kind="resolution").update(started_at=long_ago, next_step_at=long_ago)
    return house


def each_step_once(house: House) -> int:
    """How many steps were taken; fails unless each has one row, one event and one mail."""
    with tenant_scope(house.tenant.pk):
        steps = ClockStep.objects.filter(step="escalation").count()
        mails = OutboxRow.objects.filter(topic="ticket_escalated").count()
        events = TicketEvent.objects.filter(verb="escalated").values_list("ticket", "changes__rule")
        taken = [(ticket, percent) for ticket, (_kind, percent) in events]
    assert len(set(taken)) == len(taken) == steps == mails
    return steps


def begin_sweep(*, dies_in: int) -> subprocess.Popen[bytes]:
    """A process that sweeps this test's database, two clocks in a transaction, and is killed right before the commit of
    that many-th one.
    """
    there = connection.settings_dict
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    address = make_conninfo(**{name: there[key] for name, key in known.items() if there[key]})
    code = [sys.executable, "-c", DYING, str(dies_in)]
    return subprocess.Popen(code, cwd=CHECKOUT, env={**os.environ, "DATABASE_URL": address})


DYING = """
import os, signal, sys
import django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()
from tickets import tasks
left, sweep = int(sys.argv[1]), tasks.sweep
def dying(clock_ids):
    global left
    swept, left = sweep(clock_ids), left - 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return swept
tasks.sweep, tasks.SWEPT_AT_ONCE = dying, 2
tasks.sweep_clocks()
"""


def sweep_beside(together: Barrier) -> int:
    """One sweep that begins with the other."""
    together.wait()
    try:
        return sweep_clocks()
    finally:
        connection.close()


def filled_in(live: Live) -> tuple[HttpBrowser, dict[str, str]]:
    """An open form and what is going to be sent with it."""
    browser = live.browser("acme")
    values = browser.get(TOPIC).page.form(TOPIC).values
    mark = uuid.uuid4().hex[:10]
    answers = {"subject": f"Twice {mark}", "body": "Pressed in a hurry.", "email": f"{mark}@twice.example"}
    return browser, values | answers


def go_on(form: tuple[HttpBrowser, dict[str, str]]) -> tuple[HttpBrowser, str]:
    """One press of Continue, in a browser that shares the form but no session: the last answer's cookie wins."""
    browser, values = copy(form[0]), form[1]
    browser.cookies = dict(browser.cookies)
    answer = browser.post(TOPIC, values, [("files", "shot.txt", b"one file")], follow=False)
    return browser, answer.headers["Location"] or answer.page.text[:300]


def send(checked: tuple[HttpBrowser, str]) -> tuple[int, str]:
    """One press of Send."""
    browser, summary = checked
    shown = browser.get(summary, follow=False)
    if shown.status_code == 200:
        shown = browser.send(shown, summary, {}, follow=False)
    return shown.status_code, shown.headers["Location"] or shown.page.text[:300]


def write(house: House, person: Member, each: int, together: Barrier) -> list[tuple[float, float, int]]:
    """Submits tickets one after the other; when each began and was committed, and its counter."""
    times = []
    try:
        together.wait(60)
        for _ticket in range(each):
            begun = time.monotonic()
            with tenant_scope(house.tenant.pk):
                ticket = submit_ticket(
                    requester=person,
                    is_proven=True,
                    subject="At once",
                    body="All at once.",
                    category=Category.objects.get(pk=house.category.pk),
                    submission_key=uuid.uuid4(),
                )
            digits = ticket.number.rpartition("-")[2]
            assert check_digit(digits[:-1]) == digits[-1]
            times.append((begun, time.monotonic(), int(digits[:-1])))
    finally:
        connection.close()
    return times


def numbers_in_order() -> list[str]:
    """All numbers of the current tenant by counter."""
    numbers = Ticket.objects.values_list("number", flat=True)
    return sorted(numbers, key=lambda number: int(number.rpartition("-")[2]))


def overtaken(times: Sequence[tuple[float, float, int]]) -> list[tuple[int, int]]:
    """Pairs of counters of which the higher one was committed before the lower one's writer even began."""
    wrong = []
    by_start = sorted(times)
    by_end = sorted(times, key=lambda item: item[1])
    highest, ended = -1, 0
    for begun, _end, counter in by_start:
        while ended < len(by_end) and by_end[ended][1] < begun:
            highest = max(highest, by_end[ended][2])
            ended += 1
        if counter < highest:
            wrong.append((highest, counter))
    return wrong
