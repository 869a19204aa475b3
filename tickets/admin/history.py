"""What happened to a ticket, whole: every change, who or what made it, and when; the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.typed_text import key_in
from tickets.admin.events import ICONS, event_text, reason_of
from tickets.admin.pages import act_page
from tickets.joined import threads_of
from tickets.models import Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.ticket import Channel

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

TEMPLATE = "admin/tickets/ticket/history.html"
PAGE = 50  # events
SAID_BY_WHO = frozenset({Channel.WEB, Channel.DESK})  # who did it says by which of these it was


class Kind(TextChoices):
    """What one may want to see alone."""

    TALK = "talk", gettext_lazy("Messages")
    STATUS = "status", gettext_lazy("Status")
    PEOPLE = "people", gettext_lazy("People and places")
    FACTS = "facts", gettext_lazy("Facts")
    PROMISES = "promises", gettext_lazy("Promises")


VERBS = {
    Kind.TALK: (
        *(Verb.SUBMITTED, Verb.REPLIED, Verb.NOTED, Verb.EDITED, Verb.ASKED_EXPERT),
        *(Verb.EXPERT_ANSWERED, Verb.ANSWERED_AT_ONCE),
    ),
    Kind.STATUS: (
        *(Verb.STATUS_CHANGED, Verb.REOPENED, Verb.FOLLOWED_UP, Verb.MARKED_SPAM, Verb.UNMARKED_SPAM),
        *(Verb.MERGED, Verb.UNMERGED, Verb.SPLIT, Verb.LINKED, Verb.UNLINKED),
    ),
    Kind.PEOPLE: (
        *(Verb.ASSIGNED, Verb.ROUTED, Verb.PARTICIPANT_ADDED, Verb.PARTICIPANT_REMOVED, Verb.LINK_OPENED),
        *(Verb.HANDED_OVER, Verb.HANDED_BACK),
    ),
    Kind.FACTS: (
        *(Verb.PRIORITY_CHANGED, Verb.TAGGED, Verb.UNTAGGED, Verb.ANSWER_CHANGED, Verb.MACRO_USED),
        *(Verb.TIME_SPENT, Verb.RENAMED),
    ),
    Kind.PROMISES: (
        *(Verb.PROMISE_BREACHED, Verb.ESCALATED, Verb.SAID_LATE, Verb.REMINDED, Verb.RATED),
        *(Verb.REPROMISED, Verb.EASE_TOLD, Verb.REPLY_JUDGED),
    ),
}


def history_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """PAGE events before the one that `before` names, of one `kind` or of all. Reading only."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    chosen = request.GET.get("kind", "")
    kind = Kind(chosen) if chosen in Kind.values else None
    before = key_in(request.GET.get("before", ""))
    found = list(events_of(ticket, kind=kind, before=before)[: PAGE + 1])
    return act_page(
        door,
        request,
        ticket,
        title=_("History of %(number)s") % {"number": ticket.number},
        button="",
        template=TEMPLATE,
        items=[history_item(event, ticket) for event in found[:PAGE]],
        older=found[PAGE - 1].pk if len(found) > PAGE else None,
        is_newest=not before,
        kind=kind,
        kinds=Kind.choices,
    )


def events_of(ticket: Ticket, *, kind: Kind | None = None, before: int = 0) -> QuerySet[TicketEvent]:
    """What happened to the ticket and to those joined into it, the newest first; before the event `before`, if named."""
    events = TicketEvent.objects.filter(ticket__in=threads_of(ticket)).select_related("actor", "ticket")
    if kind:
        events = events.filter(verb__in=VERBS[kind])
    return (events.filter(pk__lt=before) if before else events).order_by("-id")


def history_item(event: TicketEvent, ticket: Ticket) -> dict[str, Any]:
    """One line of the history; `origin` is the number of a joined ticket in which it happened."""
    return {
        "text": event_text(event),
        "reason": reason_of(event),
        "at": event.at,
        "icon": ICONS.get(Verb(event.verb), "dots"),
        "channel": "" if event.channel in SAID_BY_WHO else event.get_channel_display(),
        "message": event.message_id,
        "origin": event.ticket.number if event.ticket_id != ticket.pk else "",
    }
