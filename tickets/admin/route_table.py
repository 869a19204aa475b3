"""The table of routing that says which team gets which requests, and why."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice, product
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.locales import told_name_of
from tickets.admin.target_words import Names
from tickets.models import RoutingLine
from tickets.routing import Lines

CASES = 60


def table_of(lines: Lines, names: Names) -> dict[str, Any] | None:
    """A row for each kind of request that the lines tell apart, the least specific last; None without a line.

    `is_cut` says that there are more than CASES of them.
    """
    if not lines.lines:
        return None
    categories = _named(line.category_id for line in lines.lines)
    locales = _named(line.locale for line in lines.lines)
    audiences = _named(line.audience for line in lines.lines)
    cases = list(islice(product(categories, locales, audiences), CASES + 1))
    has = len(categories) > 1, len(locales) > 1, len(audiences) > 1
    return {
        "rows": [_row(lines, case, has, names) for case in cases[:CASES]],
        "is_cut": len(cases) > CASES,
    }


def _named(facts: Iterable[Any]) -> list[Any]:
    """What the lines name, each once, and last what they don't."""
    return [*dict.fromkeys(fact for fact in facts if fact), None]


def _row(
    lines: Lines, case: tuple[int | None, str | None, str | None], has: tuple[bool, ...], names: Names
) -> dict[str, str]:
    category_id, locale, audience = case
    found = lines.fitting(category_id, locale=locale or "", audience=audience or "")
    told = (
        names.get(category_id, "") if category_id else _("every other category"),
        told_name_of(locale) if locale else _("every other language"),
        audience or _("every other audience"),
    )
    return {
        "case": ", ".join(word for word, is_told in zip(told, has, strict=True) if is_told),
        "team": found[0].team.name if found else _("the team of the category"),
        "why": _why(found[0], names) if found else _("no line fits"),
    }


def _why(line: RoutingLine, names: Names) -> str:
    facts = [names.get(line.category_id, "")] if line.category_id else []
    facts += [told_name_of(line.locale)] if line.locale else []
    facts += [line.audience] if line.audience else []
    return _("line for: %(facts)s") % {"facts": ", ".join(facts)}
