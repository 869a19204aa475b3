"""Promises that ran out, marked once each whoever runs the sweep."""

from collections.abc import Sequence

from django.utils import timezone

from tickets.actions.record import record_missed_promises
from tickets.models import Clock
from tickets.sla.clocks import record_breaches


def mark_breaches(clock_ids: Sequence[int]) -> int:
    """Marks the due ones among these clocks of the current tenant as breached; returns how many it marked.

    Locks the clocks it marks and passes over those another sweep holds, so two sweeps never mark one twice.
    """
    now = timezone.now()
    clocks = list(
        Clock.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("ticket")
        .filter(pk__in=clock_ids, next_step_at__lte=now, state=Clock.State.RUNNING)
        .order_by("pk")
    )
    for clock in clocks:
        clock.breached_at, clock.next_step_at = clock.due_at, None
        record_missed_promises(clock.ticket, [clock], now=now)
    Clock.objects.bulk_update(clocks, ["breached_at", "next_step_at"])
    record_breaches(clocks, now=now)
    return len(clocks)
