"""What an open page of the queue asks for while somebody looks at it: what changed, the counts, who is where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.factors import person_of
from accounts.models import Member
from helpdesk.typed_text import key_in
from tickets import presence
from tickets.admin.asked import Asked
from tickets.admin.orders import EPOCH, MICROSECOND, PAGE, union_of
from tickets.admin.panel import panel_links, teams_of_desk
from tickets.admin.timeline import message_item
from tickets.models import Ticket
from tickets.presence import Doing, Presence
from tickets.queries import ticket_messages, tickets_visible_to

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

PREVIEW = "admin/tickets/ticket/preview.html"
PREVIEW_SIGNS = 2_000


def live_answer(_door: TicketAdmin, request: HttpRequest) -> HttpResponse:
    """As JSON: how many tickets of the list changed `since` (microseconds), each count by its link, who is where.

    `shown` names the tickets of the page by id, so that one which left the list is told too. Eight statements.
    """
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    member = person_of(request)
    teams = teams_of_desk(request)
    asked = Asked.read(request.GET, teams)
    shown = _ids(request.GET.get("shown", ""))
    seen = set(tickets_visible_to(member).filter(pk__in=shown).values_list("pk", flat=True))
    count = _changed(request, asked, member, shown)
    views, saved = panel_links(request)
    eyes = presence.who(seen, besides=member)
    return JsonResponse(
        {
            "told": _updates(count) if count else "",
            "counts": {link["url"]: link["count"] for link in (*views, *saved)},
            "eyes": {str(ticket_id): told_eyes(found) for ticket_id, found in eyes.items()},
        }
    )


def preview_page(door: TicketAdmin, request: HttpRequest, ticket_id: int) -> HttpResponse:
    """The last message of one ticket, for the row under it."""
    ticket = door.ticket_of(request, ticket_id)
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    member = person_of(request)
    return TemplateResponse(request, PREVIEW, {"preview": preview_of(ticket, member)})


def preview_asked(request: HttpRequest, member: Member) -> dict[str, Any]:
    """The last message of the ticket whose number is in the address, to be shown under its row."""
    number = request.GET.get("preview", "")[:32]
    ticket = tickets_visible_to(member).filter(number=number).first() if number else None
    return {"preview": preview_of(ticket, member), "previewed": ticket.number} if ticket else {}


def preview_of(ticket: Ticket, member: Member) -> dict[str, Any] | None:
    """The last message, masked as everywhere, cut after PREVIEW_SIGNS. Two statements."""
    message = ticket_messages(ticket).last()
    if message is None:
        return None
    item = message_item(message, member)
    is_cut = len(item["body"]) > PREVIEW_SIGNS
    return item | {"body": item["body"][:PREVIEW_SIGNS] + ("…" if is_cut else "")}


def eyes_of(ticket_ids: Sequence[int], member: Member) -> Mapping[int, str]:
    """Who else is in which of the tickets, in words."""
    found = presence.who(ticket_ids, besides=member)
    return {ticket_id: told_eyes(there) for ticket_id, there in found.items()}


def told_eyes(there: Sequence[Presence]) -> str:
    """The first of those who are in a ticket, and how many others are."""
    first, others = there[0], len(there) - 1
    if others:
        return ngettext(
            "%(name)s and %(count)d other are here", "%(name)s and %(count)d others are here", others
        ) % {"name": first.name, "count": others}
    told = _("%(name)s is replying") if first.doing == Doing.REPLYING else _("%(name)s is viewing")
    return told % {"name": first.name}


def _changed(request: HttpRequest, asked: Asked, member: Member, shown: Sequence[int]) -> int:
    since = _moment(request.GET.get("since", ""))
    if since is None:
        return 0
    parts = [] if asked.words else asked.parts(member, teams_of_desk(request))
    gone = tickets_visible_to(member).filter(pk__in=shown)
    newer = [part.filter(updated_at__gt=since).order_by()[: PAGE + 1] for part in (*parts, gone)]
    return len({row["pk"] for row in union_of(newer)})


def _updates(count: int) -> str:
    if count > PAGE:
        return _("More than %(count)d updates") % {"count": PAGE}
    return ngettext("%(count)d update", "%(count)d updates", count) % {"count": count}


def _ids(text: str) -> list[int]:
    """The ids in `1.2.3`, as many as a page has."""
    return [key for one in text.split(".")[:PAGE] if (key := key_in(one))]


def _moment(text: str) -> dt.datetime | None:
    """The moment so many microseconds after 1970."""
    return EPOCH + int(text) * MICROSECOND if text.isascii() and text.isdigit() and len(text) < 18 else None


def stamp_of(moment: dt.datetime) -> int:
    """The moment as `since` takes it."""
    return (moment - EPOCH) // MICROSECOND
