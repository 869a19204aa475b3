"""One ticket of a signed-in member."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.factors import person_of
from helpdesk.errors import Refused
from tickets.models import Ticket
from tickets.numbers import looks_like_number
from tickets.page_reads import own_ticket
from tickets.queries import find_ticket, participation_of, tickets_visible_to
from tickets.views.answers import View, personal, see_other
from tickets.views.joined import tell_joining
from tickets.views.seat import Act, Seat, act_or_go_back
from tickets.views.ticket_page import show_ticket


@require_safe
@personal
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket; any way of writing its number leads to its one address."""
    try:
        seat = _seat_of(request, number)
    except Refused as refusal:
        return _no_such_number(request, number, refusal)
    if seat is None:
        return _desk_or_nothing(request, number)
    if number == seat.key:
        return show_ticket(request, seat)
    tell_joining(request, number, seat)
    return see_other(seat.url())


def acting(act: Act) -> View:
    """The view of an address that is posted to from a member's ticket: does `act`; by GET it leads back."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @personal
    def view(request: HttpRequest, number: str, **about: Any) -> HttpResponse:
        return act_or_go_back(request, _seat_or_nothing(request, number), act, **about)

    return view


def looking(look: Act) -> View:
    """The view of another page of a member's ticket; one that has a form answers posts too."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @personal
    def view(request: HttpRequest, number: str, **about: Any) -> HttpResponse:
        return look(request, _seat_or_nothing(request, number), **about)

    return view


def _seat_or_nothing(request: HttpRequest, number: str) -> Seat:
    try:
        seat = _seat_of(request, number)
    except Refused as refusal:
        raise Http404 from refusal
    if seat is None:
        raise Http404
    return seat


def _seat_of(request: HttpRequest, number: str) -> Seat | None:
    member = person_of(request)
    found = own_ticket(member, number, _prefix(request))
    participant = participation_of(member, found) if found else None
    if found is None or participant is None:
        return None
    participant.ticket, participant.member = found, member
    return Seat(participant, "ticket", found.number)


def _no_such_number(request: HttpRequest, number: str, refusal: Refused) -> HttpResponse:
    if not looks_like_number(number, _prefix(request)):
        raise Http404 from refusal
    page = {"number": number[:60], "reason": str(refusal.message)}
    return render(request, "portal/wrong_number.html", page, status=404)


def _desk_or_nothing(request: HttpRequest, number: str) -> HttpResponse:
    """The desk's page for somebody of the desk who may see the ticket there; else the answer of an unknown number."""
    found: Ticket | None = find_ticket(tickets_visible_to(person_of(request)), number, _prefix(request))
    if found is None:
        raise Http404
    return see_other(reverse("admin:tickets_ticket_change", args=[found.pk]))


def _prefix(request: HttpRequest) -> str:
    return str(request.tenant.prefix)  # type: ignore[attr-defined]
