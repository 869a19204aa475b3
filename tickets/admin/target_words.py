"""A line of a promise in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.models.team import Tier
from tickets.actions.promises import Target
from tickets.models import Category, PolicyTarget
from tickets.models.sla import ClockKind
from tickets.models.ticket import Priority

HOUR_SECONDS = 3600
Names = Mapping[int, str]
NO_NAMES: Names = {}


def category_names() -> dict[int, str]:
    """Every category of the tenant, also those that are offered no longer, by its name in the page's language."""
    return {category.pk: category.name for category in Category.objects.prefetch_related("translations")}


def told_facts(target: Target | PolicyTarget, names: Names = NO_NAMES) -> list[str]:
    """What the line names of a ticket; nothing when it is for all of them."""
    named = [names.get(target.category_id, _("one category"))] if target.category_id else []
    named += [str(Priority(target.priority).label)] if target.priority else []
    named += [str(Tier(target.tier).label)] if target.tier else []
    return named + ([target.audience] if target.audience else [])


def told_line(target: Target | PolicyTarget, names: Names = NO_NAMES) -> str:
    """The kind of promise, its hours, and what it is for."""
    narrowed = ", ".join(told_facts(target, names))
    facts = {
        "kind": ClockKind(target.kind).label,
        "hours": f"{target.business_seconds / HOUR_SECONDS:g}",
        "narrowed": narrowed,
    }
    return (_("%(kind)s %(hours)s h (%(narrowed)s)") if narrowed else _("%(kind)s %(hours)s h")) % facts
