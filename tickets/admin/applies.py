"""The table of a promise that says which of its lines applies to which ticket, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from accounts.models.team import Tier
from tickets.admin.target_words import HOUR_SECONDS, Names, told_facts
from tickets.models import PolicyTarget
from tickets.models.sla import ClockKind
from tickets.models.ticket import Priority
from tickets.sla.trial import Case, which_applies

CASES = 60


def table_of(
    targets: Sequence[PolicyTarget],
    names: Names,
    parents: Mapping[int, int | None],
    feedback: frozenset[int],
) -> dict[str, Any] | None:
    """What the page shows: a row for each case and kind of promise, a column for each priority; None without a line.

    Where no line names a priority all of them are one column. `is_cut` says that there are more than CASES cases.
    """
    if not targets:
        return None
    has_priorities = any(target.priority for target in targets)
    columns = list(reversed(Priority.values)) if has_priorities else [Priority.NORMAL.value]
    cases = list(islice(which_applies(targets, parents, feedback=feedback), CASES + 1))
    labels = {key: str(Priority(key).label) if has_priorities else _("Every priority") for key in columns}
    return {
        "columns": list(labels.values()),
        "rows": [row for case in cases[:CASES] for row in _rows(case, labels, targets, names)],
        "is_cut": len(cases) > CASES,
    }


def _rows(
    case: Case, labels: Mapping[int, str], targets: Sequence[PolicyTarget], names: Names
) -> list[dict[str, Any]]:
    return [
        {
            "case": _told_case(case, targets, names),
            "kind": kind.label,
            "cells": [
                {"column": label, **_cell(case.applies[kind].get(priority), names)}
                for priority, label in labels.items()
            ],
        }
        for kind in ClockKind
        if kind in case.applies
    ]


def _told_case(case: Case, targets: Sequence[PolicyTarget], names: Names) -> str:
    """The case in words: of what the lines name, what this one is."""
    parts = []
    if any(target.category_id for target in targets):
        parts.append(names.get(case.category_id, "") if case.category_id else _("every other category"))
    if any(target.tier for target in targets):
        parts.append(str(Tier(case.tier).label) if case.tier else _("every other tier"))
    if any(target.audience for target in targets):
        parts.append(case.audience or _("every other audience"))
    return ", ".join(parts) or _("every ticket")


def _cell(target: PolicyTarget | None, names: Names) -> dict[str, str]:
    """The hours and what the line that gives them names."""
    if target is None:
        return {"hours": _("nothing"), "why": _("no line fits")}
    hours = _("%(hours)s h") % {"hours": f"{target.business_seconds / HOUR_SECONDS:g}"}
    facts = ", ".join(told_facts(target, names))
    return {"hours": hours, "why": _("line for: %(facts)s") % {"facts": facts or _("everything")}}
