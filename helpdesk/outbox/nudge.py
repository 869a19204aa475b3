"""Tells the worker that there may be work. May be lost at no harm: the beat looks every few seconds anyway."""

import datetime as dt
from functools import cache
from typing import Any

import structlog
from celery.signals import task_prerun
from django.conf import settings
from kombu.connection import ConnectionPool
from kombu.exceptions import OperationalError

from helpdesk.celery import app
from helpdesk.outbox.pause import Pause

TASK = "outbox.drain"
NUDGES = 8  # at once, in one process
EXPIRES_SECONDS = 10  # a worker that comes back meets one tick of the beat, not ten thousand old nudges
BROKER_SECONDS = 0.25
PENDING, PENDING_MILLISECONDS = "nudged:", 2_000
away = Pause(first_seconds=2, longest_seconds=10)
log = structlog.get_logger(__name__)


def nudge(task: str = TASK, *, after: dt.timedelta = dt.timedelta()) -> None:
    """Asks for a drain, or for another `task` that the beat asks for anyway, from a request too; `after` a while.

    One that nobody began to work on yet is enough for all who ask meanwhile: whoever takes it looks after they committed.
    Waits at most about half a second, raises nothing, remembers that the broker is away.
    """
    if away.is_on:
        return
    try:
        with _connections().acquire(block=True, timeout=BROKER_SECONDS) as connection:
            if not after and not _is_first(connection, task):
                return
            app.send_task(
                task,
                connection=connection,
                retry=False,
                ignore_result=True,
                countdown=after.total_seconds() or None,
                expires=after.total_seconds() + EXPIRES_SECONDS,
            )
    except _away_errors() as error:
        away.begin()
        log.warning("outbox.nudge_lost", reason=str(error))
    else:
        away.end()


@task_prerun.connect
def note_begun(sender: Any, **_about: Any) -> None:
    """In the worker, before a task looks at anything: whoever asks for it from now on is heard by a nudge of their own."""
    try:
        with _connections().acquire(block=True, timeout=BROKER_SECONDS) as connection:
            _valkey(connection).delete(PENDING + sender.name)
    except _away_errors() as error:
        log.warning("outbox.nudge_kept", reason=str(error))


def _is_first(connection: Any, task: str) -> bool:
    """Whether no nudge for the task waits. One that was lost with its worker stands in nobody's way for long."""
    return bool(_valkey(connection).set(PENDING + task, 1, nx=True, px=PENDING_MILLISECONDS))


def _valkey(connection: Any) -> Any:
    """The client that kombu's messages go by, with its time limits."""
    return connection.default_channel.client


@cache
def _connections() -> ConnectionPool:
    """Connections of our own: the worker's must wait for work for ever, these must not wait for anything."""
    options = {
        "socket_connect_timeout": BROKER_SECONDS,
        "socket_timeout": BROKER_SECONDS,
        "retry_on_timeout": False,
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **options}
    connection = app.connection_for_write(connect_timeout=BROKER_SECONDS, transport_options=options)
    return connection.Pool(NUDGES)


@cache
def _away_errors() -> tuple[type[Exception], ...]:
    connection = _connections().connection
    return (OperationalError, OSError, *connection.connection_errors, *connection.channel_errors)
