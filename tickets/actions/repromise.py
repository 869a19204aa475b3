"""An admin gives open tickets the deadlines of the promises as they are now; without that no change reaches them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.models import CalendarVersion, Clock, Ticket
from tickets.models.event import Verb
from tickets.models.ticket import Channel
from tickets.rules import may_set_promises
from tickets.sla.anew import new_deadlines, older_clocks
from tickets.sla.clocks import LIVE, call_for_attention, pin
from tickets.sla.policy import Wording, current_wording

Pins = Sequence[tuple[Clock, int, CalendarVersion, int]]
PINNED = ["policy_version", "calendar_version", "target_seconds", "due_at", "next_step_at"]


@transaction.atomic
def promise_anew(ticket: Ticket, *, wording: dict[str, Any], actor: Member) -> Ticket:
    """Counts what is still promised on the ticket anew, from where each began, under the wording that answers now.

    `wording` names the versions that the actor saw (`seen_wording`). Locks the ticket and its clocks. Nothing happens
    to what is met, missed or promised no longer, and to deadlines that stay. Raises Refused when the actor may not set
    promises, and when they were changed since.
    """
    locked, now = lock_ticket(ticket)
    current = current_wording()
    if not may_set_promises(actor):
        raise Refused(_("Only admins can promise anew."))
    if current is None or seen_wording(current) != wording:
        raise Refused(_("The promises were changed again meanwhile."))
    changed = new_deadlines(_locked(older_clocks(current, now=now).filter(ticket=locked)), current, now=now)
    pins = [
        (new.clock, new.promise.policy_version_id, new.promise.calendar_version, new.promise.seconds)
        for new in changed
    ]
    return _keep(locked, pins, actor, now)


@transaction.atomic
def return_promises(ticket: Ticket, *, pins: dict[str, list[int]], actor: Member) -> Ticket:
    """Puts back what `pins_of` told of the ticket, where a promise still runs or waits. Locks the ticket and its clocks."""
    locked, now = lock_ticket(ticket)
    clocks = _locked(Clock.objects.filter(ticket=locked, pk__in=pins, state__in=LIVE, breached_at=None))
    versions = CalendarVersion.objects.in_bulk([pins[str(clock.pk)][1] for clock in clocks])
    back = []
    for clock in clocks:
        policy_version_id, calendar_version_id, seconds = pins[str(clock.pk)]
        if clock.policy_version_id != policy_version_id or clock.calendar_version_id != calendar_version_id:
            back.append((clock, policy_version_id, versions[calendar_version_id], seconds))
    return _keep(locked, back, actor, now)


def pins_of(ticket: Ticket) -> dict[str, list[int]]:
    """What the promises of the ticket that still run or wait are pinned to, by their ids."""
    pinned = Clock.objects.filter(ticket=ticket, state__in=LIVE)
    return {
        str(key): found
        for key, *found in pinned.values_list(
            "pk", "policy_version_id", "calendar_version_id", "target_seconds"
        )
    }


def seen_wording(wording: Wording) -> dict[str, int]:
    """The wording by its versions, as a form and a run keep it."""
    return {"policy": wording.version_id, "calendar": wording.calendar_version.pk}


def _locked(clocks: Any) -> list[Clock]:
    wanted = clocks.select_for_update(of=("self",)).select_related(
        "calendar_version", "ticket__category", "ticket__sender"
    )
    return list(wanted.prefetch_related("segments").order_by("pk"))


def _keep(ticket: Ticket, pins: Pins, actor: Member, now: dt.datetime) -> Ticket:
    if not pins:
        return ticket
    changes: dict[str, list[Any]] = {}
    for clock, policy_version_id, calendar_version, seconds in pins:
        before = clock.due_at
        pin(clock, policy_version_id, calendar_version, seconds, now=now)
        changes[clock.kind] = [_iso(before), _iso(clock.due_at)]
    Clock.objects.bulk_update([clock for clock, *_pin in pins], PINNED)
    call_for_attention(ticket, Clock.objects.filter(ticket=ticket))
    ticket.updated_at = now
    ticket.save(update_fields=["attention_at", "awaits_answer", "updated_at"])
    record_event(ticket, Verb.REPROMISED, actor=actor, changes=changes, channel=Channel.DESK, now=now)
    return ticket


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
