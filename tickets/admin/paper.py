"""A ticket on paper, or as the PDF that a browser makes of it: all that was said and changed, as the desk sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone

from accounts.factors import person_of
from tickets.admin.timeline import conversation_of
from tickets.admin.workspace import url_of
from tickets.models import Ticket
from tickets.sensitive import masked

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin


def print_view(_door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The whole ticket as a plain page; `notes=0` leaves internal notes and what happened in the desk out of it."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    has_notes = request.GET.get("notes") != "0"
    items = conversation_of(ticket, person_of(request)).items
    page = {
        "ticket": ticket,
        "subject": masked(ticket.subject),
        "has_notes": has_notes,
        "items": [item for item in items if has_notes or _is_open(item)],
        "back_url": url_of(ticket.pk, ""),
        "now": timezone.now(),
    }
    return render(request, "admin/tickets/ticket/print.html", page)


def _is_open(item: dict[str, object]) -> bool:
    """Whether the customer may read it."""
    return item["kind"] == "message" and not item["internal"] and not item.get("is_elsewhere")
