"""Tells somebody who comes by an old number or link where their request went."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from helpdesk.errors import Refused
from tickets.numbers import parse_number
from tickets.views.seat import Seat


def tell_joining(request: HttpRequest, number: str, seat: Seat) -> None:
    """Says above the next page that the ticket with this number, however it is written, is the seat's ticket now."""
    here = seat.ticket.number
    try:
        asked = parse_number(number, request.tenant.prefix)  # type: ignore[attr-defined]
    except Refused:
        return
    if asked != here:
        told = _("We joined %(number)s with %(here)s. Everything goes on here.")
        messages.info(request, told % {"number": asked, "here": here})
