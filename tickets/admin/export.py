"""One ticket as a file for another program: what it is, what was said, and its files by name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from tickets.admin.events import event_text, reason_of
from tickets.desk_reads import desk_events, seats_of
from tickets.joined import desk_messages
from tickets.metadata import shown_metadata
from tickets.models import Attachment, Clock, Message, Participant, Ticket, TicketEvent
from tickets.models.ticket import Priority
from tickets.page_reads import BEGINNING
from tickets.sensitive import masked
from tickets.sla.reads import clocks_of
from tickets.together import times_of

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

FORMAT = 1  # rises when a program that reads this has to learn something new


def export_view(_door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """JSON to keep: what the customer may read; with `notes=1` all that the desk has, internal notes among it.

    Secrets are hidden as on the page. Files are named, with size and SHA-256, and not inside.
    """
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    kept = exported(ticket, is_whole=request.GET.get("notes") == "1")
    answer = JsonResponse(kept, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="{ticket.number}.json"'
    return answer


def exported(ticket: Ticket, *, is_whole: bool) -> dict[str, Any]:
    """The ticket, which comes from `ticket_of_workspace`, as JSON holds it. Moments are ISO 8601 in UTC."""
    messages = list(desk_messages(ticket))
    if not is_whole:
        messages = [one for one in messages if not one.is_internal and one.ticket_id == ticket.pk]
    kept = {
        "format": FORMAT,
        "number": ticket.number,
        "subject": masked(ticket.subject),
        "status": ticket.status if is_whole else ticket.customer_status,
        "category": ticket.category_name,  # type: ignore[attr-defined]
        "team": str(ticket.team),
        "language": ticket.locale,
        "channel": ticket.channel,
        "created_at": ticket.created_at,
        "solved_at": ticket.solved_at,
        "closed_at": ticket.closed_at,
        "answers": {key: masked(str(value)) for key, value in ticket.fields.items()},
        "device": {fact["key"]: masked(fact["value"]) for fact in shown_metadata(ticket.metadata)},
        "people": [_person(seat) for seat in seats_of(ticket)],
        "messages": [_message(message) for message in messages],
    }
    return kept | _of_the_desk(ticket) if is_whole else kept


def _of_the_desk(ticket: Ticket) -> dict[str, Any]:
    return {
        "priority": Priority(ticket.priority).name.lower(),
        "tier": ticket.tier,
        "assignee": ticket.assignee.email if ticket.assignee else None,
        "is_spam": ticket.is_spam,
        "tags": [tag["name"] for tag in ticket.tags_shown],  # type: ignore[attr-defined]
        "linked": [
            {"number": link["number"], "reason": link["reason"]}
            for link in ticket.links_shown  # type: ignore[attr-defined]
        ],
        "time_spent": [
            {"who": str(one.member), "minutes": one.minutes, "purpose": one.purpose, "at": one.at}
            for one in times_of(ticket)
        ],
        "promises": [_promise(clock) for clock in clocks_of(ticket)],
        "history": [_event(event) for event in desk_events(ticket, since=BEGINNING)],
    }


def _person(seat: Participant) -> dict[str, Any]:
    return {
        "name": seat.member.name,
        "email": seat.member.email,
        "part": seat.role,
        "is_proven": seat.proven_at is not None,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "at": message.created_at,
        "author": str(message.author) if message.author else None,
        "side": message.side,
        "kind": message.kind,
        "channel": message.channel,
        "edited_at": message.edited_at,
        "text": masked(message.body),
        "links": message.links,
        "files": [_file(file) for file in message.attachments.all()],
    }


def _file(file: Attachment) -> dict[str, Any]:
    return {"name": file.name, "type": file.media_type, "size": file.size, "sha256": file.sha256}


def _promise(clock: Clock) -> dict[str, dt.datetime | str | None]:
    return {
        "promise": clock.kind,
        "state": clock.state,
        "due_at": clock.due_at,
        "met_at": clock.met_at,
        "missed_at": clock.breached_at,
    }


def _event(event: TicketEvent) -> dict[str, Any]:
    told = {"at": event.at, "what": event.verb, "text": event_text(event)}
    return told | {"rule": reason} if (reason := reason_of(event)) else told
