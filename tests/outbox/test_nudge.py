"""The broker may hang, be away or forget everything: requests do not wait for it, and no mail is lost."""

import datetime as dt
import time

import pytest
from django.db import transaction

from accounts.models import Tenant
from helpdesk.celery import app
from helpdesk.outbox import nudge as nudges
from helpdesk.outbox.emails import enqueue_email
from helpdesk.outbox.nudge import TASK, note_begun, nudge
from helpdesk.outbox.tasks import drain
from helpdesk.tenancy import tenant_scope
from tests.outbox.broker import Broker
from tests.outbox.conftest import Enqueue, a_mail, reread
from tests.outbox.peer import Peer


@pytest.mark.django_db(transaction=True)
def test_commit_nudges_the_worker(broker: Broker, acme: Tenant) -> None:
    with tenant_scope(acme.pk), transaction.atomic():
        enqueue_email(**a_mail())
        before = broker.queue()

    assert before == []
    [nudged] = broker.queue()
    assert TASK.encode() in nudged


def test_one_nudge_is_enough_until_somebody_begins(broker: Broker) -> None:
    for _time in range(3):
        nudge()
    waiting = len(broker.queue())
    note_begun(drain)
    nudge()
    nudge("tickets.give_out")
    nudge("tickets.give_out", after=dt.timedelta(seconds=1))

    assert waiting == 1
    assert len(broker.queue()) == 4


def test_a_nudge_that_was_lost_stands_in_the_way_for_two_seconds_at_most(broker: Broker) -> None:
    nudge()
    broker.forget_queue()

    time.sleep(nudges.PENDING_MILLISECONDS / 1000 + 0.2)
    nudge()

    assert len(broker.queue()) == 1


def test_task_is_the_one_that_the_timetable_names() -> None:
    assert drain.name == TASK
    assert TASK in app.tasks
    assert TASK in {entry["task"] for entry in app.conf.beat_schedule.values()}


@pytest.mark.django_db(transaction=True)
def test_requests_do_not_wait_for_a_broker_that_is_gone(broker: Broker, acme: Tenant) -> None:
    nudge()
    broker.kill()

    times = [_time_of_a_mail(acme) for _mail in range(100)]

    assert nudges.away.is_on
    assert max(times) < 1
    assert sum(times) < 5  # the writing itself


@pytest.mark.django_db(transaction=True)
def test_requests_do_not_wait_for_a_broker_that_hangs(broker: Broker, acme: Tenant) -> None:
    nudge()
    broker.freeze()

    times = [_time_of_a_mail(acme) for _mail in range(5)]
    broker.thaw()

    assert max(times) < 1
    assert sum(times) < 1.5


def test_nudges_reach_a_broker_that_came_back(broker: Broker) -> None:
    nudge()
    broker.kill()
    broker.start_empty()

    nudge()

    assert len(broker.queue()) == 1
    assert not nudges.away.is_on


@pytest.mark.django_db(transaction=True)
def test_mail_survives_a_broker_that_forgot_everything(broker: Broker, peer: Peer, enqueue: Enqueue) -> None:
    row = enqueue()
    broker.kill()
    broker.start_empty()

    drain()  # as the timetable does

    assert broker.queue() == []
    assert reread(row).state == "sent"


def _time_of_a_mail(tenant: Tenant) -> float:
    began = time.monotonic()
    with tenant_scope(tenant.pk):
        enqueue_email(**a_mail())
    return time.monotonic() - began
