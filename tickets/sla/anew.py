"""What the promises on open tickets would come to under the wording that answers now; nothing is stored."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tickets.models import Clock, Ticket
from tickets.models.sla import ClockKind
from tickets.models.ticket import OPEN_STATUSES
from tickets.sla import business_time
from tickets.sla.clocks import LIVE, pauses_of
from tickets.sla.policy import Promise, Wording, calendar_of, facts_of, most_specific, promises_of
from tickets.specific import Facts


@dataclass(frozen=True)
class NewDeadline:
    """A promise as it stands (`clock`), the one that would take its place, and its due time; None while it is paused."""

    clock: Clock
    promise: Promise
    due_at: dt.datetime | None


def older_clocks(wording: Wording, *, now: dt.datetime) -> QuerySet[Clock]:
    """Promises of open tickets that still run or wait and are pinned to other versions than `wording`.

    What is missed already stays missed, also when the sweep has not come by yet.
    """
    clocks = Clock.objects.filter(state__in=LIVE, breached_at=None).exclude(due_at__lte=now)
    open_ones = Q(ticket__status__in=OPEN_STATUSES, ticket__is_spam=False, ticket__merged_into=None)
    return clocks.filter(open_ones).exclude(
        policy_version=wording.version_id, calendar_version=wording.calendar_version
    )


def new_deadlines(clocks: Iterable[Clock], wording: Wording, *, now: dt.datetime) -> list[NewDeadline]:
    """Those of `clocks` whose deadline would be another one, or would be once they run again, in their order.

    A kind that is promised no longer keeps what was promised. Reads `calendar_version`, `segments`, and the `category`
    and `sender` of the `ticket` of each.
    """
    promised: dict[tuple[object, ...], dict[ClockKind, Promise]] = {}
    found = []
    for clock in clocks:
        facts = _facts(clock.ticket, wording)
        key = tuple(facts.values())
        if key not in promised:
            lines = wording.lines_for(clock.ticket.category_id)
            promised[key] = promises_of(wording, most_specific(lines, facts), now=now)
        promise = promised[key].get(ClockKind(clock.kind))
        new = _compared(clock, promise) if promise else None
        if new:
            found.append(new)
    return found


def _facts(ticket: Ticket, wording: Wording) -> Facts:
    audience = ticket.sender.audience if ticket.sender else ""
    return facts_of(
        ticket.category,
        priority=ticket.priority,
        tier=ticket.tier,
        audience=audience,
        parents=wording.parents,
    )


def _compared(clock: Clock, promise: Promise) -> NewDeadline | None:
    calendar = calendar_of(promise.calendar_version)
    pauses = pauses_of(list(clock.segments.all()))
    due = business_time.due_at(calendar, clock.started_at, promise.seconds, pauses)
    if clock.state == Clock.State.RUNNING:
        return NewDeadline(clock, promise, due) if due != clock.due_at else None
    is_same = promise.seconds == clock.target_seconds and calendar == calendar_of(clock.calendar_version)
    return None if is_same else NewDeadline(clock, promise, None)
