"""What falls due in a promise's time, done once each whoever runs the sweep: steps of its escalation, and its breach."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from tickets.actions.record import record_missed_promises
from tickets.actions.steps import Due, take_steps
from tickets.models import Clock, Ticket
from tickets.sla.clocks import next_step_at, record_breaches, step_at


def sweep(clock_ids: Sequence[int]) -> int:
    """Marks the breaches and takes the steps that are due in these clocks of the current tenant; returns in how many.

    Locks their tickets, as every act does first, and passes over those that somebody else holds: they are due again at
    the next run. Two sweeps never do one thing twice.
    """
    now = timezone.now()
    tickets = {ticket.pk: ticket for ticket in _locked(clock_ids, now)}
    clocks = list(
        Clock.objects.select_for_update(of=("self",))
        .filter(pk__in=clock_ids, ticket__in=tickets, next_step_at__lte=now, state=Clock.State.RUNNING)
        .select_related("calendar_version")
        .prefetch_related("segments")
        .order_by("next_step_at", "pk")
    )
    broken, due = [], []
    for clock in clocks:
        clock.ticket = tickets[clock.ticket_id]
        broken += [clock] if clock.breached_at is None and clock.due_at and clock.due_at <= now else []
        due += _go_on(clock, now)
    Clock.objects.bulk_update(clocks, ["breached_at", "next_step_at", "plan_done"])
    for clock in broken:
        record_missed_promises(clock.ticket, [clock], now=now)
    record_breaches(broken, now=now)
    take_steps(due, now=now)
    return len(clocks)


def _locked(clock_ids: Sequence[int], now: dt.datetime) -> list[Ticket]:
    due = Clock.objects.filter(pk__in=clock_ids, next_step_at__lte=now, state=Clock.State.RUNNING)
    free = Ticket.objects.select_for_update(skip_locked=True, no_key=True)
    return list(free.filter(pk__in=due.values("ticket")).order_by("pk"))


def _go_on(clock: Clock, now: dt.datetime) -> list[Due]:
    """Brings the clock to `now`, in memory; the steps of its plan that have become due."""
    segments = list(clock.segments.all())
    due = []
    if clock.breached_at is None and clock.due_at and clock.due_at <= now:
        clock.breached_at = clock.due_at
    while clock.plan_done < len(clock.plan):
        percent, step_id = clock.plan[clock.plan_done]
        moment = step_at(clock, percent, segments)
        if moment is None or moment > now:
            break
        due.append(Due(clock, step_id))
        clock.plan_done += 1
    clock.next_step_at = next_step_at(clock, segments)
    return due
