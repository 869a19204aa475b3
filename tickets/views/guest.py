"""Private links: opened once into a session, so that the key stands in no address afterwards; mailed anew when lost."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.errors import Refused
from tickets.actions.links import mail_guest_link, open_guest_link, prove_participant
from tickets.forms import LostLinkForm
from tickets.joined import seat_after_joining
from tickets.models import Participant
from tickets.numbers import parse_number
from tickets.views.answers import View, personal, see_other
from tickets.views.guest_session import SESSION_KEY, guests_here, remember_guest
from tickets.views.joined import tell_joining
from tickets.views.limits import LINK_MISSES, LOST_LINKS, Limit
from tickets.views.rating import chosen_score
from tickets.views.seat import Act, Seat, act_or_go_back
from tickets.views.ticket_page import show_ticket


@login_not_required
@require_safe
@personal
def guest_link(request: HttpRequest, token: str) -> HttpResponse:
    """Exchanges a mailed key for a session; an unknown, expired or revoked one gets the form for a new link."""
    if request.method == "HEAD":  # a scanner that follows the links of a mail proves nobody's address
        return _without_referrer(HttpResponse())
    if LINK_MISSES.is_used_up(request):
        return _without_referrer(_too_many(request, LINK_MISSES))
    participant = open_guest_link(token)
    if participant is None:
        LINK_MISSES.spend(request)
        return _without_referrer(
            render(request, "portal/link_lost.html", {"lost": LostLinkForm()}, status=404)
        )
    former, participant = participant, seat_after_joining(participant)
    if former != participant:
        tell_joining(request, former.ticket.number, Seat(participant, "guest", participant.ticket.number))
    if participant.member_id == request.user.pk:
        prove_participant(participant)
        page = reverse("ticket", args=[participant.ticket.number])
        return _without_referrer(see_other(page + _wish(request)))
    remember_guest(request, participant)
    page = reverse("guest_ticket", args=[participant.ticket.submission_key])
    return _without_referrer(see_other(page + _wish(request)))


def _wish(request: HttpRequest) -> str:
    """What the links of a mail carry on to the page: a rating, or the wish for the times as a file."""
    if "calendar" in request.GET:
        return "?calendar"
    score = chosen_score(request)
    return f"?score={score}#rating" if score else ""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def guest_link_lost(request: HttpRequest) -> HttpResponse:
    """Asks for a new link; the answer is the same whether the ticket exists or not."""
    if request.method != "POST":
        return render(request, "portal/link_lost.html", {"lost": LostLinkForm(), "asked": True})
    form = LostLinkForm(request.POST)
    if form.is_valid() and _number_is_right(form, request) and LOST_LINKS.spend(request):
        mail_guest_link(form.cleaned_data["number"], form.cleaned_data["email"])
        text = _("If the number and the address belong together, a new link is on its way to that address.")
        messages.success(request, text)
        return see_other(reverse("guest_link_lost"))
    if form.is_valid():
        return _too_many(request, LOST_LINKS)
    return render(request, "portal/link_lost.html", {"lost": form, "form": form, "asked": True}, status=422)


@login_not_required
@require_safe
@personal
def guest_ticket(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The ticket whose private link this browser opened, and no other."""
    seat = _seat_of(request, key)
    if seat.key != key:
        return see_other(seat.url())
    if (
        request.method == "GET"
    ):  # a browser came back with its session: more than a program that tries links does
        prove_participant(seat.participant)
    return show_ticket(request, seat)


def acting(act: Act) -> View:
    """The view of an address that is posted to from a guest's ticket: does `act`; by GET it leads back."""

    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @personal
    def view(request: HttpRequest, key: uuid.UUID, **about: Any) -> HttpResponse:
        return act_or_go_back(request, _seat_of(request, key), act, **about)

    return view


def looking(look: Act) -> View:
    """The view of another page of a guest's ticket; one that has a form answers posts too."""

    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @personal
    def view(request: HttpRequest, key: uuid.UUID, **about: Any) -> HttpResponse:
        return look(request, _seat_of(request, key), **about)

    return view


def _seat_of(request: HttpRequest, key: uuid.UUID) -> Seat:
    guests = guests_here(request).select_related("ticket__team", "ticket__category")
    participant = (
        guests.prefetch_related("ticket__category__translations").filter(ticket__submission_key=key).first()
    )
    if participant is None:
        raise Http404
    if participant.ticket.has_moved:
        return _seat_after_joining(request, participant)
    return Seat(participant, "guest", key)


def _seat_after_joining(request: HttpRequest, former: Participant) -> Seat:
    """Where the guest of a ticket sits that was joined with another one: this browser is let in there too."""
    participant = seat_after_joining(former)
    seat = Seat(participant, "guest", participant.ticket.submission_key)
    if participant.pk not in request.session[SESSION_KEY]:
        tell_joining(request, former.ticket.number, seat)
        remember_guest(request, participant)
    return seat


def _number_is_right(form: LostLinkForm, request: HttpRequest) -> bool:
    try:
        parse_number(form.cleaned_data["number"], request.tenant.prefix)  # type: ignore[attr-defined]
    except Refused as refusal:
        form.add_error("number", str(refusal.message))
        return False
    return True


def _too_many(request: HttpRequest, limit: Limit) -> HttpResponse:
    response = render(request, "429.html", {"until": limit.ends_at()}, status=429)
    response.headers["Retry-After"] = str(limit.seconds_left())
    return response


def _without_referrer(response: HttpResponse) -> HttpResponse:
    """The key in the address is told to no other page. `strict-origin` where a form is posted from: browsers send
    `Origin: null` under `no-referrer`, and the post would be refused as forged.
    """
    has_form = response.status_code == 404
    response.headers["Referrer-Policy"] = "strict-origin" if has_form else "no-referrer"
    return response
