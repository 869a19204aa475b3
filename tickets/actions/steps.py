"""The steps of an escalation: who is told, and what moves, once so much of a promise's time is used."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.addresses import current_tenant
from accounts.models import Member
from tickets.actions.escalate import hand_over_by_rule
from tickets.actions.record import record_event
from tickets.models import Clock, ClockStep, EscalationStep, Ticket
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import Channel, Priority
from tickets.notify import announce_escalated
from tickets.sla.clocks import next_step_at
from tickets.tiers import leads_of, people_at

Act = EscalationStep.Act


@dataclass(frozen=True)
class Due:
    """A step whose time has come, for a clock with its `ticket` and `calendar_version`."""

    clock: Clock
    step_id: int


def take_steps(due: Sequence[Due], *, now: dt.datetime) -> None:
    """Does each of these steps unless it was done before, or is switched off by now. Others are passed over.

    The caller holds the locks of the tickets, and stores how far the clocks have come.
    """
    if not due:
        return
    steps = EscalationStep.objects.in_bulk({one.step_id for one in due})
    done = set(
        ClockStep.objects.filter(
            clock__in=[one.clock for one in due], step=ClockStep.Step.ESCALATION
        ).values_list("clock", "escalation")
    )
    fresh = [one for one in due if (one.clock.pk, one.step_id) not in done and steps[one.step_id].is_active]
    ClockStep.objects.bulk_create(
        ClockStep(
            clock=one.clock,
            step=ClockStep.Step.ESCALATION,
            escalation=steps[one.step_id],
            happened_at=now,
        )
        for one in fresh
    )
    for one in fresh:
        _take(one.clock, steps[one.step_id], now)


def pull_step(ticket: Ticket, clock: Clock, *, now: dt.datetime) -> None:
    """Takes the next step of a late promise at once, because its customer says that it is late; none left, nothing.

    The caller read the clock under the ticket's lock, which it holds. No statement when none is left.
    """
    if clock.plan_done == len(clock.plan):
        return
    clock.ticket = ticket
    due = Due(clock, clock.plan[clock.plan_done][1])
    clock.plan_done += 1
    clock.next_step_at = next_step_at(clock, list(clock.segments.all()))
    clock.save(update_fields=["plan_done", "next_step_at"])
    take_steps([due], now=now)


def _take(clock: Clock, step: EscalationStep, now: dt.datetime) -> None:
    rule = [clock.kind, step.percent]
    _ACTS[Act(step.act)](clock, rule, max(now, clock.ticket.updated_at))


def _tell_assignee(clock: Clock, rule: list[Any], now: dt.datetime) -> None:
    has_it = clock.ticket.assignee
    _tell(clock, rule, now, [has_it] if has_it and has_it.is_active else people_at(clock.ticket))


def _tell_team(clock: Clock, rule: list[Any], now: dt.datetime) -> None:
    _tell(clock, rule, now, people_at(clock.ticket))


def _tell_leads(clock: Clock, rule: list[Any], now: dt.datetime) -> None:
    _tell(clock, rule, now, leads_of(clock.ticket))


def _raise_priority(clock: Clock, rule: list[Any], now: dt.datetime) -> None:
    ticket = clock.ticket
    if ticket.priority == Priority.URGENT:
        return
    before, ticket.priority = ticket.priority, Priority(ticket.priority + 1)
    ticket.updated_at = now
    ticket.save(update_fields=["priority", "updated_at"])
    changes = {"priority": [before, int(ticket.priority)], "rule": rule}
    record_event(ticket, Verb.PRIORITY_CHANGED, actor=None, changes=changes, channel=Channel.DESK, now=now)


def _hand_over(clock: Clock, rule: list[Any], now: dt.datetime) -> None:
    """To the next tier; where there is none, the leads learn of it."""
    with override(current_tenant().locale):
        facts = {"percent": rule[1], "clock": ClockKind(clock.kind).label}
        note = _("Handed over by rule: %(percent)d %% of the time for “%(clock)s” is used.") % facts
    if not hand_over_by_rule(clock.ticket, note=note, rule=rule, now=now):
        _tell_leads(clock, rule, now)


def _tell(clock: Clock, rule: list[Any], now: dt.datetime, told: Iterable[Member]) -> None:
    people = list(told) or leads_of(clock.ticket)
    changes = {"told": [None, ", ".join(map(str, people))], "rule": rule}
    event = record_event(
        clock.ticket, Verb.ESCALATED, actor=None, changes=changes, channel=Channel.DESK, now=now
    )
    announce_escalated(clock, event, people, percent=rule[1], now=now)


_ACTS: dict[Act, Callable[[Clock, list[Any], dt.datetime], None]] = {
    Act.ASSIGNEE: _tell_assignee,
    Act.TEAM: _tell_team,
    Act.LEAD: _tell_leads,
    Act.PRIORITY: _raise_priority,
    Act.TIER: _hand_over,
}
