"""Which promise a ticket gets: the most specific target of the tenant's current policy, with its calendar."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

from accounts.memory import remembered
from tickets.models import CalendarVersion, Category, PolicyTarget, PolicyVersion
from tickets.models.sla import ClockKind
from tickets.sla.business_time import BusinessCalendar, BusinessTimeError, due_at, open_intervals

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Promise:
    """So many business seconds for one kind of answer, under pinned versions."""

    kind: ClockKind
    seconds: int
    policy_version_id: int
    calendar_version: CalendarVersion

    @property
    def hours(self) -> float:
        """The target in business hours."""
        return self.seconds / 3600

    def due_at(self, start: dt.datetime) -> dt.datetime:
        """The instant (UTC) until which the promise can be met when its time runs from `start`."""
        due = due_at(calendar_of(self.calendar_version), start, self.seconds)
        assert due is not None  # only a pause without end has no due time
        return due


def promises_for(
    category: Category | None, *, priority: int, tier: int, now: dt.datetime, audience: str = ""
) -> dict[ClockKind, Promise]:
    """The promises for a ticket at `now`, by kind; a kind without a target makes no promise.

    A promise that the calendar can never keep (it is hardly ever open) is left out and logged.
    """
    policy = remembered(_current_policy)
    if policy is None:
        return {}
    wanted = {
        "category_id": category and category.pk,
        "priority": priority,
        "tier": tier,
        "audience": audience,
    }
    promises = {
        kind: Promise(kind, target.business_seconds, policy.version_id, policy.calendar_version)
        for kind, target in most_specific(policy.targets, wanted).items()
    }
    return {kind: promise for kind, promise in promises.items() if _can_be_kept(promise, now)}


@dataclass(frozen=True)
class _Policy:
    """The newest version of the tenant's default policy, with the newest of its calendar."""

    version_id: int
    calendar_version: CalendarVersion
    targets: tuple[PolicyTarget, ...]


def _current_policy() -> _Policy | None:
    version = PolicyVersion.objects.filter(policy__is_default=True).order_by("-version").first()
    if version is None:
        return None
    calendar_version = (
        CalendarVersion.objects.filter(calendar=version.calendar_id).order_by("-version").first()
    )
    if calendar_version is None:
        return None
    targets = tuple(PolicyTarget.objects.filter(policy_version=version))
    return _Policy(version.pk, calendar_version, targets)


def _can_be_kept(promise: Promise, now: dt.datetime) -> bool:
    try:
        promise.due_at(now)
    except BusinessTimeError as error:
        log.warning("promise.cannot_be_kept", kind=promise.kind, reason=str(error))
        return False
    return True


def most_specific(
    targets: Iterable[PolicyTarget], wanted: Mapping[str, object]
) -> dict[ClockKind, PolicyTarget]:
    """For each kind the target that names most of what the ticket is; category, priority, tier, audience break ties."""
    best: dict[ClockKind, tuple[tuple[int, ...], PolicyTarget]] = {}
    for target in targets:
        named = [getattr(target, name) not in (None, "") for name in wanted]
        if any(
            is_named and getattr(target, name) != wanted[name]
            for is_named, name in zip(named, wanted, strict=True)
        ):
            continue
        rank = (sum(named), *map(int, named))
        kind = ClockKind(target.kind)
        if kind not in best or rank > best[kind][0]:
            best[kind] = (rank, target)
    return {kind: target for kind, (_rank, target) in best.items()}


@dataclass(frozen=True)
class PromisePreview:
    """What a person is told before they send: two instants (UTC) and the business hours behind them."""

    first_response_due_at: dt.datetime | None
    resolution_due_at: dt.datetime | None
    first_response_hours: float | None
    resolution_hours: float | None


def preview_promise(category: Category | None, *, priority: int, now: dt.datetime) -> PromisePreview:
    """The promise a ticket sent at `now` would get; stores nothing."""
    tier = category.tier if category else 1
    promises = promises_for(category, priority=priority, tier=tier, now=now)
    first, goal = promises.get(ClockKind.FIRST_RESPONSE), promises.get(ClockKind.RESOLUTION)
    return PromisePreview(
        first.due_at(now) if first else None,
        goal.due_at(now) if goal else None,
        first.hours if first else None,
        goal.hours if goal else None,
    )


def opens_at(version: CalendarVersion, *, now: dt.datetime) -> dt.datetime | None:
    """When the desk opens next (UTC); None while it is open, or when it never opens again."""
    opening = next(open_intervals(calendar_of(version), now), None)
    return opening[0] if opening and opening[0] > now else None


def calendar_of(version: CalendarVersion) -> BusinessCalendar:
    """The calendar of a stored version; versions never change, so each is read once a process."""
    if version.pk not in _calendars:
        if len(_calendars) > 5_000:
            _calendars.clear()
        _calendars[version.pk] = BusinessCalendar.from_dict(version.definition)
    return _calendars[version.pk]


_calendars: dict[int, BusinessCalendar] = {}
