"""Tells the worker that there may be work. May be lost at no harm: the beat looks every few seconds anyway."""

import datetime as dt
from functools import cache

import structlog
from django.conf import settings
from kombu.connection import ConnectionPool
from kombu.exceptions import OperationalError

from helpdesk.celery import app
from helpdesk.outbox.pause import Pause

TASK = "outbox.drain"
NUDGES = 8  # at once, in one process
EXPIRES_SECONDS = 10  # a worker that comes back meets one tick of the beat, not ten thousand old nudges
BROKER_SECONDS = 0.25
away = Pause(first_seconds=2, longest_seconds=10)
log = structlog.get_logger(__name__)


def nudge(task: str = TASK, *, after: dt.timedelta = dt.timedelta()) -> None:
    """Asks for a drain, or for another `task` that the beat asks for anyway, from a request too; `after` a while.

    Waits at most about half a second, raises nothing, remembers that the broker is away.
    """
    if away.is_on:
        return
    try:
        with _connections().acquire(block=True, timeout=BROKER_SECONDS) as connection:
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
