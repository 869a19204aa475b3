"""The tickets behind a figure as filters of the queue that no box offers.

`figures=answered.2026-11-01.2026-11-30` in the address, and `teams=own` for all teams of a lead.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import TeamMembership
from tickets.admin.filters import Filter, Reader
from tickets.models import Measured
from tickets.models.figures import Measure
from tickets.rules import sees_all_tickets

LABELS = {
    Measure.CREATED: gettext_lazy("Came in"),
    Measure.ANSWERED: gettext_lazy("First reply"),
    Measure.RESOLVED: gettext_lazy("Solved still"),
    Measure.SOLVED: gettext_lazy("Solved once"),
    Measure.REOPENED: gettext_lazy("Opened again"),
    Measure.RATED: gettext_lazy("Rated"),
    Measure.EASE: gettext_lazy("Told how easy it was to send"),
    Measure.HELPFUL: gettext_lazy("Reply judged"),
    Measure.KEPT_ANSWER: gettext_lazy("Reply promised"),
    Measure.KEPT_GOAL: gettext_lazy("Solving promised"),
    Measure.ONE_TOUCH: gettext_lazy("Solved still"),
}
OWN = "own"
NAMES = {measure.name.lower(): measure for measure in LABELS}


def figures_value(measure: Measure, first: dt.date, last: dt.date) -> str:
    """How the tickets that were measured on these days stand in the address."""
    return f"{measure.name.lower()}.{first.isoformat()}.{last.isoformat()}"


def _parts(value: str) -> tuple[Measure, dt.date, dt.date] | None:
    name, _dot, days = value.partition(".")
    first, _dot, last = days.partition(".")
    try:
        return NAMES[name], dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except (KeyError, ValueError):
        return None


def _condition(value: str, _reader: Reader) -> Q:
    parts = _parts(value)
    assert parts is not None  # `read` let it in
    measured = Measured.objects.filter(measure=parts[0], day__range=parts[1:])
    return Q(pk__in=measured.values("ticket"))


def _words(value: str) -> str:
    parts = _parts(value)
    assert parts is not None
    days = [date_format(day, "DATE_FORMAT") for day in parts[1:]]
    facts = {"what": LABELS[parts[0]], "first": days[0], "last": days[1]}
    return _("%(what)s, %(first)s to %(last)s") % facts


FIGURES = Filter(
    label=gettext_lazy("Figures"),
    every="",
    read=lambda text: text if _parts(text) else "",
    condition=_condition,
    words=_words,
    choices=lambda: (),
)


def _of_own_teams(_value: str, reader: Reader) -> Q:
    if sees_all_tickets(reader.member):
        return Q()
    return Q(team__in=TeamMembership.objects.filter(member=reader.member).values("team"))


OWN_TEAMS = Filter(
    label=gettext_lazy("Team"),
    every="",
    read=lambda text: text if text == OWN else "",
    condition=_of_own_teams,
    words=lambda _value: _("My teams"),
    choices=lambda: (),
)
