"""Acts on many tickets when others act at the same time, when a worker dies in the middle, and five hundred at once."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from accounts.addresses import forget_tenants
from accounts.models import Member
from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.processes import wait_until
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_house, make_member
from tests.factories.tickets import make_ticket
from tickets.actions.bulk import TURN, begin_run, carry_on, forget_runs, hand_over
from tickets.models import BulkItem, BulkRun, Ticket, TicketEvent
from tickets.models.ticket import Priority, Status
from tickets.tasks import run_bulk

WORK = "import django; django.setup(); from tickets.actions.bulk import carry_on; carry_on({run}, tenant_id={tenant})"


@pytest.fixture
def shared(transactional_db: None) -> Iterator[House]:
    """A house that other connections see too."""
    forget_tenants()
    yield make_house("acme")
    connection.close()


def staff_of(house: House, *names: str) -> list[Member]:
    return [make_member(f"{name}@acme.example", role=Member.Role.AGENT, team=house.team) for name in names]


def tickets_of(house: House, count: int) -> list[Ticket]:
    asks = make_member("asks@elsewhere.example")
    return [make_ticket(house, asks, subject=f"Refund {number}") for number in range(count)]


def run_on(actor: Member, tickets: list[Ticket], act: str, **wishes: Any) -> BulkRun:
    chosen = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
    return begin_run(actor, act=act, wishes=wishes, tickets=chosen, key=uuid.uuid4())


def broken_chains(field: str) -> list[int]:
    """The tickets whose history of `field` does not lead, step by step, to what it is now."""
    wrong = []
    for ticket in Ticket.objects.all():
        events = TicketEvent.objects.filter(ticket=ticket, changes__has_key=field).order_by("pk")
        steps = [event.changes[field] for event in events]
        leads = all(before[1] == after[0] for before, after in pairwise(steps))
        if not leads or (steps and steps[-1][1] != getattr(ticket, field)):
            wrong.append(ticket.pk)
    return wrong


@pytest.mark.parametrize("rounds", [10, pytest.param(50, marks=pytest.mark.proof)])
def test_two_agents_at_once_lose_no_change(shared: House, rounds: int) -> None:
    tenant = shared.tenant.pk
    with tenant_scope(tenant):
        first, second = staff_of(shared, "lina", "sam")
        tickets = tickets_of(shared, 5)
    together = Barrier(2)

    def act(member: Member, number: int) -> None:
        wishes: tuple[str, dict[str, Any]] = ("priority", {"priority": number % 4 + 1})
        if number % 2:
            wishes = ("status", {"status": (Status.OPEN, Status.ON_HOLD, Status.SOLVED)[number % 3]})
        with tenant_scope(tenant):
            run = run_on(member, tickets, wishes[0], **wishes[1])
        together.wait(60)
        carry_on(run.pk, tenant_id=tenant, lease=run.leased_until)

    def act_often(member: Member, shift: int) -> None:
        try:
            for number in range(rounds):
                act(member, number + shift)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(act_often, (first, second), (0, 1))) == [None, None]

    with tenant_scope(tenant):
        assert BulkRun.objects.filter(finished_at=None).count() == 0
        assert BulkRun.objects.count() == rounds * 2
        assert (broken_chains("status"), broken_chains("priority")) == ([], [])
        told = TicketEvent.objects.exclude(verb="submitted").filter(actor__in=[first, second]).count()
        assert told == BulkItem.objects.filter(outcome="done").count()


def test_what_a_killed_worker_left_is_done_once_by_the_next(shared: House) -> None:
    tenant = shared.tenant.pk
    with tenant_scope(tenant):
        (agent,) = staff_of(shared, "lina")
        tickets = tickets_of(shared, 20)
        run = run_on(agent, tickets, "priority", priority=Priority.HIGH)
        hand_over(run)
    code = WORK.format(run=run.pk, tenant=tenant)
    url = urlsplit(os.environ["DATABASE_URL"])
    name = str(connection.settings_dict["NAME"])
    environment = {
        **os.environ,
        "DATABASE_URL": url._replace(path=f"/{name}").geturl(),
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
    }

    with tenant_scope(tenant):  # somebody holds the twelfth ticket, so the worker stops there
        Ticket.objects.select_for_update().get(pk=tickets[11].pk)
        worker = subprocess.Popen([sys.executable, "-c", code], cwd=CHECKOUT, env=environment)
        assert wait_until(lambda: BulkRun.objects.get(pk=run.pk).done == 10, seconds=90)
        worker.send_signal(signal.SIGKILL)
        worker.wait(30)
    with tenant_scope(tenant):
        left = BulkRun.objects.get(pk=run.pk)
        before = run_bulk()  # the dead worker's lease still holds
        BulkRun.objects.filter(pk=run.pk).update(leased_until=timezone.now())
    run_bulk()

    with tenant_scope(tenant):
        run.refresh_from_db()
        assert (left.is_finished, left.done, before) == (False, 10, 0)
        assert (run.is_finished, run.done, run.skipped) == (True, 20, 0)
        changes = TicketEvent.objects.filter(verb="priority_changed")
        assert sorted(changes.values_list("ticket_id", flat=True)) == sorted(ticket.pk for ticket in tickets)


def test_a_ticket_that_takes_its_worker_along_each_time_is_left_out(house: House, agent: Member) -> None:
    run = run_on(agent, tickets_of(house, 3), "priority", priority=Priority.HIGH)
    BulkRun.objects.update(attempts=4, leased_until=timezone.now())

    carry_on(run.pk, tenant_id=house.tenant.pk)

    run.refresh_from_db()
    reasons = [item.reason for item in run.items.order_by("ticket_id")]
    assert (run.done, run.skipped) == (2, 1)
    assert reasons == ["This ticket could not be changed. Try it by itself.", "", ""]


def test_a_large_run_gives_others_their_turn(house: House, agent: Member) -> None:
    tickets = tickets_of(house, 12)
    large = run_on(agent, tickets, "priority", priority=Priority.HIGH)
    small = run_on(agent, tickets[:2], "status", status=Status.SOLVED)
    for run in (large, small):
        hand_over(run)

    is_left = carry_on(large.pk, tenant_id=house.tenant.pk, limit=5)
    due = run_bulk()

    large.refresh_from_db()
    small.refresh_from_db()
    assert is_left
    assert due == 2
    assert (large.done, small.done, TURN) == (12, 2, 200)


@pytest.mark.parametrize("count", [30, pytest.param(500, marks=pytest.mark.proof)])
def test_many_are_done_with_a_count_that_grows(house: House, agent: Member, count: int) -> None:
    asks = make_member("asks@elsewhere.example")
    pattern = make_ticket(house, asks)
    copies = [
        Ticket(
            number=f"ACME-X{number}",
            subject="Refund",
            category=house.category,
            team=house.team,
            locale="en",
            submission_digest=pattern.submission_digest,
        )
        for number in range(count - 1)
    ]
    Ticket.objects.bulk_create(copies)
    run = begin_run(
        agent,
        act="status",
        wishes={"status": Status.SOLVED},
        tickets=Ticket.objects.all(),
        key=uuid.uuid4(),
    )
    hand_over(run)

    seen = []
    while carry_on(run.pk, tenant_id=house.tenant.pk, limit=10):
        run.refresh_from_db()
        seen.append(run.done + run.skipped)

    run.refresh_from_db()
    assert seen == list(range(10, count, 10))
    assert (run.total, run.done, run.skipped) == (count, count, 0)
    assert not Ticket.objects.exclude(status=Status.SOLVED).exists()


def test_old_runs_are_forgotten_with_their_undo(house: House, agent: Member) -> None:
    old = run_on(agent, tickets_of(house, 1), "priority", priority=Priority.HIGH)
    BulkRun.objects.update(created_at=timezone.now() - dt.timedelta(days=31))

    forget_runs(now=timezone.now(), limit=10)

    assert not BulkRun.objects.filter(pk=old.pk).exists()
    assert not BulkItem.objects.exists()
