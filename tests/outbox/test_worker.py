"""Real Celery workers, killed in the middle of sending."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from accounts.models import Tenant
from helpdesk.dev.processes import spawn, stop, wait_until
from helpdesk.outbox.models import OutboxRow
from helpdesk.outbox.nudge import away, nudge
from helpdesk.tenancy import tenant_scope
from tests.outbox.broker import Broker
from tests.outbox.conftest import Enqueue, make_due
from tests.outbox.peer import Peer

pytestmark = pytest.mark.django_db(transaction=True)
MAILS = 90
KILLS = 2


def test_many_mails_leave_quickly(
    acme: Tenant, broker: Broker, peer: Peer, enqueue: Enqueue, tmp_path: Path
) -> None:
    with worker(broker, peer, tmp_path):
        for number in range(MAILS):
            enqueue(to=f"p{number}@example.com")
        began = time.monotonic()

        assert until(lambda: still_waiting(acme) == 0), (tmp_path / "worker.log").read_text()

    assert Counter(peer.recipients) == Counter(f"p{number}@example.com" for number in range(MAILS))
    assert time.monotonic() - began < 45  # the start of the worker included, on a busy machine


def test_killed_workers_lose_nothing_and_repeat_at_most_one_mail_a_kill(
    acme: Tenant, broker: Broker, peer: Peer, enqueue: Enqueue, tmp_path: Path
) -> None:
    ids = {enqueue(to=f"p{number}@example.com").message_id for number in range(60)}
    peer.delay_seconds = 0.02

    for kill in range(1, KILLS + 1):
        with worker(broker, peer, tmp_path) as process:
            assert until(lambda: len(peer.deliveries) >= 12 * kill, pause=0.005)  # noqa: B023
            os.killpg(process.pid, signal.SIGKILL)
        broker.kill()
        broker.start_empty()
        make_due(acme)  # in a minute's time
    with worker(broker, peer, tmp_path):
        assert until(lambda: still_waiting(acme) == 0), (tmp_path / "worker.log").read_text()

    times = Counter(str(delivery.message["Message-ID"]) for delivery in peer.deliveries)
    assert set(times) == ids
    assert len(peer.deliveries) - len(ids) <= 2 * KILLS  # two children each may die at the last instant
    with tenant_scope(acme.pk):
        assert set(OutboxRow.objects.values_list("state", flat=True)) == {"sent"}


def until(is_true: Callable[[], bool], *, pause: float = 0.2) -> bool:
    """Waits up to a minute, nudging now and then, as the timetable does: a busy machine may let a nudge expire."""
    for _turn in range(30):
        if wait_until(is_true, seconds=2, pause=pause):
            return True
        nudge()
    return False


@contextmanager
def worker(broker: Broker, peer: Peer, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of two processes on the test's database, nudged once; ended afterwards."""
    process = spawn(
        [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "helpdesk",
            "worker",
            "--concurrency",
            "2",
            "--without-mingle",
        ],
        variables=os.environ | variables(broker, peer),
        log=folder / "worker.log",
        folder=settings.BASE_DIR,
        death_signal=signal.SIGKILL,
    )
    try:
        away.end()
        nudge()
        yield process
    finally:
        stop(process, signal.SIGTERM, seconds=15)


def variables(broker: Broker, peer: Peer) -> dict[str, str]:
    person = connection.settings_dict
    names = {"dbname": person["NAME"], "user": person["USER"], "host": person["HOST"]}
    return {
        "DATABASE_URL": make_conninfo(
            **names, password=person["PASSWORD"] or None, port=person["PORT"] or None
        ),
        "REDIS_URL": broker.redis_url,
        "EMAIL_URL": settings.EMAIL_URL,
    }


def still_waiting(tenant: Tenant) -> int:
    with tenant_scope(tenant.pk):
        return OutboxRow.objects.filter(state="waiting").count()
