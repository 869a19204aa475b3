"""Other ways to look at one ticket: on paper, and what is new since the page was opened."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.typed_text import without_overrides
from tickets.models import Message, Ticket
from tickets.queries import newer_replies
from tickets.views.conversation import author_of, promises_of, status_of, talk_of
from tickets.views.seat import Seat


def show_print(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The whole ticket as a plain page for paper: text only, nothing in it is fetched, no internal note."""
    ticket, now = seat.ticket, timezone.now()
    page = {
        "ticket": ticket,
        "subject": without_overrides(ticket.subject),
        "status": status_of(ticket),
        "promises": promises_of(ticket, now=now),
        "items": talk_of(ticket, seat.participant, is_whole=True).items,
        "back_url": seat.url(),
        "now": now,
    }
    return render(request, "portal/ticket_print.html", page)


def show_news(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Who answered since the message in `after`, as a line with a link; empty (204) when nobody did.

    The script of the ticket's page asks again and again, so an answer it has already is 304. Two statements.
    """
    after = request.GET.get("after", "")
    newer = newer_replies(seat.ticket, seat.participant, after=int(after) if _is_id(after) else 0)
    found = list(newer.only("pk", "side", "author__name")[:20])
    tag = f'"{found[0].pk if found else 0}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    elif found:
        first = found[-1].pk
        page = {"text": _news(found, seat.ticket), "url": f"{seat.url()}?since={first}#m-{first}"}
        response = render(request, "portal/_news.html", page)
    else:
        response = HttpResponse(status=204)
    response.headers["ETag"] = tag
    return response


def _news(found: list[Message], ticket: Ticket) -> str:
    if len(found) > 1:
        return ngettext("%(count)d new message", "%(count)d new messages", len(found)) % {"count": len(found)}
    return _("%(name)s replied") % {"name": author_of(found[0], ticket)}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
