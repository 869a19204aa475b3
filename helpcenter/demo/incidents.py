"""Tells the demo's incidents as they were told: `incidents.json` of a tenant, its news the oldest first."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import transaction

from accounts.models import Member
from helpcenter.actions.incidents import report_incident, tell_news
from helpcenter.demo.build import FOLDER
from helpcenter.models import Incident


@transaction.atomic
def build_incidents(slug: str, *, author: Member | None, now: dt.datetime) -> int:
    """Tells the incidents of one demo tenant in its open scope; how many. Does nothing a second time."""
    path = FOLDER / slug / "incidents.json"
    if Incident.objects.exists() or not path.exists():
        return 0
    told = json.loads(path.read_text(encoding="utf-8"))
    for facts in told:
        _tell(facts, author, now)
    return len(told)


def _tell(facts: dict[str, Any], author: Member | None, now: dt.datetime) -> None:
    first, *others = [(now - dt.timedelta(hours=one["hours_ago"]), one["words"]) for one in facts["news"]]
    incident = report_incident(facts["titles"], first[1], author=author, now=first[0])
    for number, (at, words) in enumerate(others, start=1):
        is_end = facts["is_over"] and number == len(others)
        tell_news(incident, words, author=author, now=at, is_end=is_end)
