"""An admin changes business hours or promises: always a new version, never a change of what clocks are pinned to."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from django.db import transaction

from tickets.models import Calendar, CalendarVersion, Category, Policy, PolicyTarget, PolicyVersion
from tickets.sla.calendar import BusinessCalendar


@dataclass(frozen=True)
class Target:
    """So many business seconds for one kind of promise; what is not named fits everything."""

    kind: str
    business_seconds: int
    category_id: int | None = None
    priority: int | None = None
    tier: int | None = None
    audience: str = ""

    @classmethod
    def of(cls, row: PolicyTarget) -> "Target":
        """The target that a stored row holds."""
        return cls(row.kind, row.business_seconds, row.category_id, row.priority, row.tier, row.audience)


@transaction.atomic
def change_hours(calendar: Calendar, *, definition: Mapping[str, Any]) -> CalendarVersion:
    """Stores `definition` (see `BusinessCalendar.from_dict`, which checks it) as the calendar's next version.

    Locks the calendar. Nothing is stored when the newest version says the same. Running clocks keep their version.
    """
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    newest = CalendarVersion.objects.filter(calendar=calendar).order_by("-version").first()
    if newest and newest.definition == definition:
        return newest
    version = newest.version + 1 if newest else 1
    return CalendarVersion.objects.create(calendar=calendar, version=version, definition=dict(definition))


@transaction.atomic
def add_holidays(calendar: Calendar, *, days: Mapping[str, str]) -> list[str]:
    """Adds dates (ISO 8601) with their names to the holidays, as the next version; returns those it did not have.

    Locks the calendar. A date that is a holiday already keeps its name. Raises CalendarError for what is no date.
    """
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    newest = CalendarVersion.objects.filter(calendar=calendar).order_by("-version")[0]
    holidays = newest.definition.get("holidays") or {}
    names, dates = holidays.get("names") or {}, holidays.get("dates") or []
    new = [day for day in days if day not in dates]
    yearly = {day: names.get(day, "") for day in holidays.get("yearly") or []}
    all_dates = {day: names.get(day, "") or days.get(day, "") for day in sorted({*dates, *new})}
    definition = {**newest.definition, "holidays": holidays_of(yearly, all_dates)}
    BusinessCalendar.from_dict(definition)
    change_hours(calendar, definition=definition)
    return new


def holidays_of(yearly: Mapping[str, str], dates: Mapping[str, str]) -> dict[str, Any]:
    """The `holidays` of a calendar's definition, from days with their names; a day without one has an empty name."""
    names = {day: name for day, name in {**yearly, **dates}.items() if name}
    return {"yearly": list(yearly), "dates": list(dates), **({"names": names} if names else {})}


@transaction.atomic
def change_promises(policy: Policy, *, calendar: Calendar, targets: Sequence[Target]) -> PolicyVersion:
    """Stores the targets, counted in `calendar`, as the policy's next version; it applies to new promises only.

    Locks the policy. Nothing is stored when the newest version says the same.
    """
    Policy.objects.select_for_update().get(pk=policy.pk)
    newest = PolicyVersion.objects.filter(policy=policy).order_by("-version").first()
    if newest and newest.calendar_id == calendar.pk and _targets_of(newest) == _in_order(targets):
        return newest
    version = PolicyVersion.objects.create(
        policy=policy, version=newest.version + 1 if newest else 1, calendar=calendar
    )
    for target in targets:
        PolicyTarget.objects.create(
            policy_version=version,
            kind=target.kind,
            business_seconds=target.business_seconds,
            category=Category.objects.get(pk=target.category_id) if target.category_id else None,
            priority=target.priority,
            tier=target.tier,
            audience=target.audience,
        )
    return version


@transaction.atomic
def make_default(policy: Policy) -> None:
    """Lets this policy answer when nothing more specific does, instead of the one that did. Locks both."""
    list(Policy.objects.select_for_update().filter(is_default=True).exclude(pk=policy.pk))
    Policy.objects.filter(is_default=True).exclude(pk=policy.pk).update(is_default=False)
    Policy.objects.filter(pk=policy.pk).update(is_default=True)
    policy.is_default = True


def _targets_of(version: PolicyVersion) -> list[Target]:
    return _in_order([Target.of(row) for row in PolicyTarget.objects.filter(policy_version=version)])


def _in_order(targets: Sequence[Target]) -> list[Target]:
    return sorted(targets, key=lambda target: [str(part) for part in astuple(target)])
