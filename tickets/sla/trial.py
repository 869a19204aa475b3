"""What a ticket would be promised and why, found by the code that makes the promises; nothing is stored."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from tickets.models import Category, PolicyTarget
from tickets.models.sla import ClockKind
from tickets.models.ticket import Priority
from tickets.sla.business_time import Step, explain_due
from tickets.sla.calendar import Period
from tickets.sla.policy import Promise, Wording, calendar_of, facts_of, fitting, most_specific, promises_of
from tickets.specific import with_those_above

Fact = TypeVar("Fact", int, str)


@dataclass(frozen=True)
class Trial:
    """What one kind of promise would come to: the targets that fit, the one that applies first, and its due time (UTC).

    `steps` are the open stretches that add up to the target, `unusual` the local dates on the way that are closed or
    have other hours than their weekday. Without a `promise` the calendar is never open for so long.
    """

    kind: ClockKind
    fits: list[PolicyTarget]
    promise: Promise | None
    due_at: dt.datetime | None
    steps: list[Step]
    unusual: list[tuple[dt.date, tuple[Period, ...]]]

    @property
    def target(self) -> PolicyTarget:
        """The target that applies."""
        return self.fits[0]


def try_out(
    wording: Wording, category: Category | None, *, priority: int, tier: int, audience: str, at: dt.datetime
) -> list[Trial]:
    """What a ticket that comes at `at` would be promised under `wording`, by kind, in the order of `ClockKind`."""
    wanted = facts_of(category, priority=priority, tier=tier, audience=audience, parents=wording.parents)
    fits = fitting(wording.lines_for(category.pk if category else None), wanted)
    promises = promises_of(wording, {kind: targets[0] for kind, targets in fits.items()}, now=at)
    return [_trial(kind, fits[kind], promises.get(kind), at) for kind in ClockKind if kind in fits]


def _trial(kind: ClockKind, fits: list[PolicyTarget], promise: Promise | None, at: dt.datetime) -> Trial:
    if promise is None:
        return Trial(kind, fits, None, None, [], [])
    calendar, due = calendar_of(promise.calendar_version), promise.due_at(at)
    steps = explain_due(calendar, at, promise.seconds)
    return Trial(kind, fits, promise, due, steps, list(calendar.unusual_days(at, due)))


@dataclass(frozen=True)
class Case:
    """Tickets that all lines treat alike, but for their priority: what is None or empty is what no line names.

    `applies` holds the target for each kind and priority; one that is missing promises nothing.
    """

    category_id: int | None
    tier: int | None
    audience: str
    applies: dict[ClockKind, dict[int, PolicyTarget]]


def which_applies(
    targets: Sequence[PolicyTarget],
    parents: Mapping[int, int | None],
    *,
    feedback: frozenset[int] = frozenset(),
) -> Iterator[Case]:
    """Every case that the lines tell apart, found as promises find theirs; the least specific case comes last.

    `parents` leads from a category to the one it is part of; `feedback` are those that take feedback, to which only
    lines apply that name them.
    """
    categories = _named(target.category_id for target in targets)
    tiers = _named(target.tier for target in targets)
    audiences = _named(target.audience or None for target in targets)
    for category_id, tier, audience in product(categories, tiers, audiences):
        own = [target for target in targets if target.category_id == category_id]
        lines = own if category_id in feedback else targets
        yield _case(lines, parents, category_id, tier, audience or "")


def _named(facts: Iterable[Fact | None]) -> list[Fact | None]:
    named: list[Fact | None] = []
    named.extend(sorted({fact for fact in facts if fact is not None}))
    named.append(None)
    return named


def _case(
    targets: Sequence[PolicyTarget],
    parents: Mapping[int, int | None],
    category_id: int | None,
    tier: int | None,
    audience: str,
) -> Case:
    trail = with_those_above(category_id, parents)
    applies: dict[ClockKind, dict[int, PolicyTarget]] = {}
    for priority in Priority.values:
        wanted = {"category_id": trail, "priority": priority, "tier": tier, "audience": audience}
        for kind, target in most_specific(targets, wanted).items():
            applies.setdefault(kind, {})[priority] = target
    return Case(category_id, tier, audience, applies)
