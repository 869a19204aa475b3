"""The Celery app and the timetable of the beat."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
app.conf.beat_schedule = {
    # The nudge after a commit may be lost with Redis; this tick makes that cost seconds, never a mail.
    "drain the outbox": {"task": "outbox.drain", "schedule": 5.0, "options": {"expires": 5}},
    "mark breached promises": {"task": "tickets.sweep_clocks", "schedule": 15.0, "options": {"expires": 15}},
    # Asked for with each ticket that comes in; this is for those that wait until somebody is free.
    "give tickets to people": {"task": "tickets.give_out", "schedule": 15.0, "options": {"expires": 15}},
    # A reply asks for this when its time to be taken back is over; here are those whose nudge was lost.
    "send held replies": {"task": "tickets.send_held_replies", "schedule": 5.0, "options": {"expires": 5}},
    "settle silent tickets": {"task": "tickets.settle", "schedule": 600.0, "options": {"expires": 300}},
    # Files are looked at right after they were kept; this finds those whose nudge was lost, or whose scanner was away.
    "look at new files": {"task": "tickets.treat_files", "schedule": 15.0, "options": {"expires": 15}},
    # Begun right after it was asked for; this takes up what was left by a lost nudge or a worker that died.
    "act on many tickets": {"task": "tickets.run_bulk", "schedule": 5.0, "options": {"expires": 5}},
    "count the figures": {"task": "tickets.count_figures", "schedule": 30.0, "options": {"expires": 30}},
    "tell the figures": {"task": "tickets.tell_figures", "schedule": 600.0, "options": {"expires": 300}},
    "publish articles in time": {
        "task": "helpcenter.publish_due",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "forget old searches": {"task": "helpcenter.forget", "schedule": 86_400.0, "options": {"expires": 3600}},
    "forget ended sessions": {
        "task": "accounts.clear_sessions",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
    "forget old mail": {"task": "outbox.forget", "schedule": 3600.0, "options": {"expires": 600}},
    "forget files never sent": {
        "task": "tickets.clear_drafts",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
}


@worker_init.connect
def refuse_unsafe_role(**_: Any) -> None:
    """Stops the worker when its database role could pass the walls."""
    from helpdesk.walls.guard import (
        refuse_unsafe_role as refuse,  # needs the settings, which the app loads first
    )

    refuse()
