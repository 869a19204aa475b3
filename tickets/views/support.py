"""Support tickets: everything a member asked or takes part in."""

from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Member
from helpdesk.typed_text import without_overrides
from tickets.models import Ticket
from tickets.models.ticket import OPEN_STATUSES, Status
from tickets.queries import own_tickets, portal_counts, unread_ticket_ids
from tickets.views.answers import personal
from tickets.views.conversation import status_of

PAGE_SIZE = 25


@require_safe
@personal
def tickets(request: HttpRequest) -> HttpResponse:
    """The member's tickets, those that wait for them first, then the latest; chosen by status, 25 a page."""
    member = request.user
    assert isinstance(member, Member)  # the login middleware lets nobody else in
    mine = own_tickets(member)
    counts = portal_counts(mine)
    shown = request.GET.get("show", "all")
    shown = shown if shown in counts else "all"
    first = _first_of_page(request.GET.get("page", ""), counts[shown])
    rows = list(in_order(chosen(mine, shown))[first : first + PAGE_SIZE])
    unread = unread_ticket_ids(member, rows)
    page = {
        "rows": [_row(ticket, is_new=ticket.pk in unread) for ticket in rows],
        "filters": _filters(counts, shown),
        "shown": shown,
        "counts": counts,
        "pager": _pager(shown, first, len(rows), counts[shown]),
    }
    return render(request, "portal/tickets.html", page)


def chosen(mine: QuerySet[Ticket], shown: str) -> QuerySet[Ticket]:
    """Those of the tickets that the filter `open`, `waiting` or `solved` shows; all of them for `all`."""
    if shown == "open":
        return mine.filter(status__in=OPEN_STATUSES)
    if shown == "waiting":
        return mine.filter(status=Status.PENDING)
    return mine.exclude(status__in=OPEN_STATUSES) if shown == "solved" else mine


def in_order(mine: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The tickets that wait for the customer first, then by their last public event."""
    waits = Case(When(status=Status.PENDING, then=Value(0)), default=Value(1), output_field=IntegerField())
    return mine.order_by(waits, "-told_at", "-id")


def _first_of_page(wanted: str, total: int) -> int:
    """Position of the first row of the wanted page; of the last page when that is past the end."""
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 9 else 1
    last = max(1, -(-total // PAGE_SIZE))
    return (min(max(number, 1), last) - 1) * PAGE_SIZE


def _row(ticket: Ticket, *, is_new: bool) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "url": reverse("ticket", args=[ticket.number]),
        "title": without_overrides(ticket.subject),
        "status": status_of(ticket),
        "updated_at": ticket.told_at,
        "is_new": is_new,
    }


def _filters(counts: dict[str, int], shown: str) -> list[dict[str, Any]]:
    labels = {"all": _("All"), "open": _("Open"), "waiting": _("Waiting for you"), "solved": _("Solved")}
    return [
        {"label": label, "url": _address(key), "count": counts[key], "current": key == shown}
        for key, label in labels.items()
    ]


def _pager(shown: str, first: int, rows: int, total: int) -> dict[str, Any] | None:
    if total <= PAGE_SIZE:
        return None
    page = first // PAGE_SIZE + 1
    return {
        "newer_url": _address(shown, page - 1) if page > 1 else "",
        "older_url": _address(shown, page + 1) if first + rows < total else "",
        "first": first + 1,
        "last": first + rows,
        "total": total,
    }


def _address(shown: str, page: int = 1) -> str:
    words = [f"show={shown}"] if shown != "all" else []
    words += [f"page={page}"] if page > 1 else []
    return reverse("tickets") + ("?" + "&".join(words) if words else "")
