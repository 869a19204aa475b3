"""Which promise a ticket gets: the most specific target of the tenant's current policy, with its calendar."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from accounts.memory import remembered
from tickets.models import (
    CalendarVersion,
    Category,
    EscalationStep,
    Policy,
    PolicyTarget,
    PolicyVersion,
    UsualAnswer,
)
from tickets.models.sla import ClockKind
from tickets.sla.business_time import BusinessCalendar, BusinessTimeError, due_at, open_intervals
from tickets.specific import Facts, most_specific_first, with_those_above

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Promise:
    """So many business seconds for one kind of answer, under pinned versions, with the steps of its escalation."""

    kind: ClockKind
    seconds: int
    policy_version_id: int
    calendar_version: CalendarVersion
    plan: tuple[tuple[int, int], ...] = ()  # as `Clock.plan`

    @property
    def hours(self) -> float:
        """The target in business hours."""
        return self.seconds / 3600

    def due_at(self, start: dt.datetime) -> dt.datetime:
        """The instant (UTC) until which the promise can be met when its time runs from `start`."""
        due = due_at(calendar_of(self.calendar_version), start, self.seconds)
        assert due is not None  # only a pause without end has no due time
        return due


@dataclass(frozen=True)
class Wording:
    """The newest version of a policy, with the newest of its calendar: what new promises are pinned to."""

    version_id: int
    calendar_version: CalendarVersion
    targets: tuple[PolicyTarget, ...]
    steps: list[dict[str, Any]]  # of the escalation, in their order
    parents: Mapping[int, int | None]  # of the categories
    # How soon requests were usually answered of late, in business seconds by category, None for all (`UsualAnswer`).
    usual: Mapping[int | None, int] = field(default_factory=dict)
    usual_solving: Mapping[int | None, int | None] = field(default_factory=dict)  # the same, to their solving
    feedback: frozenset[int] = frozenset()  # the categories that take feedback

    def lines_for(self, category_id: object) -> list[PolicyTarget]:
        """The lines that may promise something in this category: in one that takes feedback, those that name itself."""
        if category_id not in self.feedback:
            return list(self.targets)
        return [target for target in self.targets if target.category_id == category_id]

    def plan_for(self, kind: ClockKind) -> tuple[tuple[int, int], ...]:
        """The steps that a promise of this kind gets, as `Clock.plan`."""
        return tuple((step["percent"], step["id"]) for step in self.steps if step["kind"] in {"", kind})


def current_wording() -> Wording | None:
    """The wording of the policy that answers in this tenant; None before there is one. To be read only."""
    return remembered(_current_wording)


def wording_of(policy: Policy) -> Wording | None:
    """The wording of this policy, also of one that does not answer."""
    return _wording(PolicyVersion.objects.filter(policy=policy))


def promises_for(
    category: Category | None, *, priority: int, tier: int, now: dt.datetime, audience: str = ""
) -> dict[ClockKind, Promise]:
    """The promises for a ticket at `now`, by kind; a kind without a target makes no promise.

    A promise that the calendar can never keep (it is hardly ever open) is left out and logged.
    """
    wording = current_wording()
    facts = {"priority": priority, "tier": tier, "audience": audience}
    return _promises_under(wording, category, facts, now=now) if wording else {}


def _promises_under(
    wording: Wording, category: Category | None, facts: Mapping[str, Any], *, now: dt.datetime
) -> dict[ClockKind, Promise]:
    wanted = facts_of(category, **facts, parents=wording.parents)
    lines = wording.lines_for(category.pk if category else None)
    return promises_of(wording, most_specific(lines, wanted), now=now)


def facts_of(
    category: Category | None, *, priority: int, tier: int, audience: str, parents: Mapping[int, int | None]
) -> Facts:
    """What a target may name of a ticket, what weighs most first: its category with those above it, and so on."""
    return {
        "category_id": with_those_above(category.pk if category else None, parents),
        "priority": priority,
        "tier": tier,
        "audience": audience,
    }


def promises_of(
    wording: Wording, targets: Mapping[ClockKind, PolicyTarget], *, now: dt.datetime
) -> dict[ClockKind, Promise]:
    """A promise for each of the targets, pinned to the wording; one that can never be kept is left out and logged."""
    promises = {
        kind: Promise(
            kind,
            target.business_seconds,
            wording.version_id,
            wording.calendar_version,
            wording.plan_for(kind),
        )
        for kind, target in targets.items()
    }
    return {kind: promise for kind, promise in promises.items() if _can_be_kept(promise, now)}


def _current_wording() -> Wording | None:
    wording = _wording(PolicyVersion.objects.filter(policy__is_default=True))
    if wording is None:
        return None
    usual = list(UsualAnswer.objects.values_list("category_id", "seconds", "solving_seconds"))
    return replace(
        wording,
        usual={category_id: seconds for category_id, seconds, _solving in usual},
        usual_solving={category_id: seconds for category_id, _answer, seconds in usual},
    )


def _wording(versions: QuerySet[PolicyVersion]) -> Wording | None:
    steps = EscalationStep.objects.filter(is_active=True).order_by("percent", "id")
    found = versions.annotate(
        steps_shown=ArraySubquery(steps.values(step_json=JSONObject(id="id", kind="kind", percent="percent")))
    )
    version = found.order_by("-version").first()
    if version is None:
        return None
    calendar_version = (
        CalendarVersion.objects.filter(calendar=version.calendar_id).order_by("-version").first()
    )
    if calendar_version is None:
        return None
    targets = tuple(PolicyTarget.objects.filter(policy_version=version))
    categories = list(Category.objects.values_list("pk", "parent_id", "kind"))
    parents = {pk: parent_id for pk, parent_id, _kind in categories}
    feedback = frozenset(pk for pk, _parent_id, kind in categories if kind == Category.Kind.FEEDBACK)
    return Wording(version.pk, calendar_version, targets, version.steps_shown, parents, feedback=feedback)


def _can_be_kept(promise: Promise, now: dt.datetime) -> bool:
    try:
        promise.due_at(now)
    except BusinessTimeError as error:
        log.warning("promise.cannot_be_kept", kind=promise.kind, reason=str(error))
        return False
    return True


def most_specific(targets: Iterable[PolicyTarget], wanted: Facts) -> dict[ClockKind, PolicyTarget]:
    """For each kind the target that applies to a ticket with the facts `wanted` (see `fitting`)."""
    return {kind: fits[0] for kind, fits in fitting(targets, wanted).items()}


def fitting(targets: Iterable[PolicyTarget], wanted: Facts) -> dict[ClockKind, list[PolicyTarget]]:
    """For each kind the targets that fit `wanted`, the one that applies first (see `most_specific_first`)."""
    by_kind: dict[ClockKind, list[PolicyTarget]] = {}
    for target in most_specific_first(targets, wanted):
        by_kind.setdefault(ClockKind(target.kind), []).append(target)
    return by_kind


@dataclass(frozen=True)
class PromisePreview:
    """What a person is told before they send: two instants (UTC) and the business hours behind them, and in how many
    business seconds half of the requests about the topic were answered of late (None with too few of them)."""

    first_response_due_at: dt.datetime | None
    resolution_due_at: dt.datetime | None
    first_response_hours: float | None
    resolution_hours: float | None
    usual_seconds: int | None = None
    is_only_read: bool = False  # feedback that is promised no reply


def preview_promise(
    category: Category | None, *, priority: int, audience: str, now: dt.datetime
) -> PromisePreview:
    """The promise a ticket for this audience (empty: none was chosen) sent at `now` would get; stores nothing."""
    wording = current_wording()
    facts = {"priority": priority, "tier": category.tier if category else 1, "audience": audience}
    promises = _promises_under(wording, category, facts, now=now) if wording else {}
    first, goal = promises.get(ClockKind.FIRST_RESPONSE), promises.get(ClockKind.RESOLUTION)
    return PromisePreview(
        first.due_at(now) if first else None,
        goal.due_at(now) if goal else None,
        first.hours if first else None,
        goal.hours if goal else None,
        usual_seconds_of(category.pk) if category else None,
        is_only_read=takes_feedback(category) and not (first or goal),
    )


def usual_seconds_of(category_id: int | None) -> int | None:
    """In how many business seconds half of the requests about the topic were answered of late; None: too few to tell."""
    wording = current_wording()
    return wording.usual.get(category_id) if wording and category_id else None


def usual_length(kind: ClockKind, category_id: int | None) -> int | None:
    """In how many business seconds half of the requests about the topic came so far of late, where these are too few of
    all requests; None: too few of them, too.
    """
    wording = current_wording()
    if wording is None:
        return None
    usual = wording.usual_solving if kind == ClockKind.RESOLUTION else wording.usual
    return usual.get(category_id) or usual.get(None)


def takes_feedback(category: Category | None) -> bool:
    """Whether people send no problem there, but what they think."""
    return category is not None and category.kind == Category.Kind.FEEDBACK


def opens_at(version: CalendarVersion, *, now: dt.datetime) -> dt.datetime | None:
    """When the desk opens next (UTC); None while it is open, or when it never opens again."""
    opening = next(open_intervals(calendar_of(version), now), None)
    return opening[0] if opening and opening[0] > now else None


def opens_for(version: CalendarVersion, zone: str, *, now: dt.datetime) -> dt.datetime | None:
    """When somebody who keeps the calendar's hours by the clocks of `zone` (empty: the calendar's) works next (UTC);
    None while they do, or when they never do again."""
    calendar = _in_zone(version, zone) if zone else calendar_of(version)
    opening = next(open_intervals(calendar, now), None)
    return opening[0] if opening and opening[0] > now else None


def _in_zone(version: CalendarVersion, zone: str) -> BusinessCalendar:
    try:
        return BusinessCalendar.from_dict({**version.definition, "timezone": zone})
    except BusinessTimeError:  # a zone that this machine does not know
        return calendar_of(version)


def calendar_of(version: CalendarVersion) -> BusinessCalendar:
    """The calendar of a stored version; versions never change, so each is read once a process."""
    if version.pk not in _calendars:
        if len(_calendars) > 5_000:
            _calendars.clear()
        _calendars[version.pk] = BusinessCalendar.from_dict(version.definition)
    return _calendars[version.pk]


_calendars: dict[int, BusinessCalendar] = {}
