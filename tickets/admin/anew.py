"""Promising open tickets anew: what would change, told first; then done as any act on many tickets."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.factors import person_of
from helpdesk.counts import capped_counts, count_text
from helpdesk.errors import Refused
from tickets.actions.bulk import MOST, begin_run
from tickets.actions.repromise import seen_wording
from tickets.admin.bulk import go
from tickets.models import BulkRun, Clock, Ticket
from tickets.models.sla import ClockKind
from tickets.sensitive import masked
from tickets.sla.anew import NewDeadline, new_deadlines, older_clocks
from tickets.sla.clocks import told_hours
from tickets.sla.policy import Wording, current_wording
from tickets.views.answers import see_other

if TYPE_CHECKING:
    from tickets.admin.policies import PolicyAdmin

PAGE = "admin/tickets/policy/anew.html"
LOOKED_AT = 500  # tickets counted to the last one; of more the page says what it looked at
SHOWN = 20  # examples


def anew_view(door: PolicyAdmin, request: HttpRequest) -> HttpResponseBase:
    """What would change on open tickets; a press does it to what was shown, unless the promises changed since."""
    wording, now = current_wording(), timezone.now()
    found = _look(wording, now) if wording else Found([], [], False)
    is_moved = False
    if request.method == "POST" and wording:
        is_moved = _seen(request) != seen_wording(wording)
        if not is_moved:
            return _begin(request, wording, found)
    context = {
        **door.admin_site.each_context(request),
        "opts": door.opts,
        "title": _("Open tickets and the promises of now"),
        **_told(found, now),
        "seen": seen_wording(wording) if wording else {},
        "key": uuid.uuid4(),
        "is_moved": is_moved,
    }
    return TemplateResponse(request, PAGE, context, status=409 if is_moved else 200)


def tell_of_open_tickets(request: HttpRequest) -> None:
    """After a change: how many open tickets keep their deadlines, and where to see what would change."""
    wording = current_wording()
    if wording is None:
        return
    count = capped_counts([_tickets(wording, timezone.now())])[0]
    if count:
        kept = ngettext(
            "The change applies to new tickets. %(count)s open ticket keeps what it was promised.",
            "The change applies to new tickets. %(count)s open tickets keep what they were promised.",
            count,
        ) % {"count": count_text(count)}
        link = reverse("admin:tickets_policy_anew")
        messages.info(request, format_html('{} <a href="{}">{}</a>', kept, link, _("See what would change")))


@dataclass(frozen=True)
class Found:
    """The open tickets that are pinned to older versions, and the new deadlines among those that were looked at."""

    ids: list[int]
    changes: list[NewDeadline]
    is_part: bool

    @property
    def to_change(self) -> list[int]:
        """The tickets to act on: those that change where all were looked at, else all."""
        return self.ids[:MOST] if self.is_part else sorted({new.clock.ticket_id for new in self.changes})


def _look(wording: Wording, now: dt.datetime) -> Found:
    tickets = older_clocks(wording, now=now).order_by("ticket_id").values_list("ticket_id", flat=True)
    ids = list(tickets.distinct()[: MOST + 1])
    looked_at = older_clocks(wording, now=now).filter(ticket__in=ids[:LOOKED_AT])
    clocks = looked_at.select_related("calendar_version", "ticket__category", "ticket__sender")
    changes = new_deadlines(clocks.prefetch_related("segments").order_by("ticket", "pk"), wording, now=now)
    return Found(ids, changes, len(ids) > LOOKED_AT)


def _tickets(wording: Wording, now: dt.datetime) -> Any:
    return Ticket.objects.filter(pk__in=older_clocks(wording, now=now).values("ticket"))


def _seen(request: HttpRequest) -> dict[str, int]:
    found = {name: request.POST.get(name, "") for name in ("policy", "calendar")}
    return {name: int(text) if text.isascii() and text.isdigit() else 0 for name, text in found.items()}


def _begin(request: HttpRequest, wording: Wording, found: Found) -> HttpResponseBase:
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    tickets = Ticket.objects.filter(pk__in=found.to_change)
    before = BulkRun.objects.filter(key=key, actor=person_of(request)).first()
    if before:  # the same form, pressed twice
        return go(before)
    try:
        run = begin_run(
            person_of(request),
            act=BulkRun.Act.REPROMISE,
            wishes=seen_wording(wording),
            tickets=tickets,
            key=key,
        )
    except Refused:
        messages.info(request, _("No open ticket would get another deadline."))
        return see_other(reverse("admin:tickets_policy_anew"))
    return go(run)


def _told(found: Found, now: dt.datetime) -> dict[str, Any]:
    """What the page tells of it: how many, how many of them badly, and examples."""
    changed = {new.clock.ticket_id for new in found.changes}
    late = {new.clock.ticket_id for new in found.changes if new.due_at and new.due_at <= now}
    count = len(found.ids)
    facts = {"count": count_text(len(changed)), "looked_at": count_text(min(count, LOOKED_AT))}
    return {
        "summary": ngettext(
            "%(count)s open ticket would get another deadline.",
            "%(count)s open tickets would get another deadline.",
            len(changed),
        )
        % facts,
        "part": _("These are those among the first %(looked_at)s. The others are looked at while it is done.")
        % facts
        if found.is_part
        else "",
        "late": ngettext(
            "%(count)s of them would be late at once.",
            "%(count)s of them would be late at once.",
            len(late),
        )
        % {"count": len(late)}
        if late
        else "",
        "is_any": bool(found.to_change),
        "is_cut": count > MOST,
        "rows": [_row(new) for new in found.changes[:SHOWN]],
    }


def _row(new: NewDeadline) -> dict[str, Any]:
    """One example. A promise that waits for the customer has no due time: its hours are told."""
    clock, ticket = new.clock, new.clock.ticket
    is_paused = clock.state == Clock.State.PAUSED
    return {
        "url": reverse("admin:tickets_ticket_change", args=[ticket.pk]),
        "number": ticket.number,
        "subject": masked(ticket.subject),
        "kind": ClockKind(clock.kind).label,
        "is_paused": is_paused,
        "before": told_hours(clock.target_seconds) if is_paused else clock.due_at,
        "after": told_hours(new.promise.seconds) if is_paused else new.due_at,
    }
