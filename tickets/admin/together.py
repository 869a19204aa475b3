"""Colleagues at one ticket: who watches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from accounts.factors import person_of
from helpdesk.errors import Refused
from tickets.actions.watch import unwatch, watch
from tickets.models import Ticket
from tickets.queries import desk_people
from tickets.together import called_by

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

OFFERED = 500  # names


def watch_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Lets the person hear what happens in the ticket; with `stop` no longer."""
    if request.method != "POST":
        return door.back(request, ticket)
    try:
        if "stop" in request.POST:
            unwatch(ticket, person_of(request))
            messages.success(request, _("You no longer watch this ticket."))
        else:
            watch(ticket, person_of(request))
            messages.success(
                request, _("You watch this ticket: you get a mail when somebody else writes or changes it.")
            )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return door.back(request, ticket)


def tell_uncalled(request: HttpRequest, ticket: Ticket, note: str) -> None:
    """Says whom a note that was just added meant to call and did not. Two statements when it calls anybody."""
    unknown = called_by(ticket, note).unknown
    if unknown:
        names = ", ".join(f"@{name}" for name in unknown)
        told = _("Nobody was told of %(names)s. Write @ and the full name of a colleague.")
        messages.warning(request, told % {"names": names})


def colleague_names(request: HttpRequest) -> JsonResponse:
    """By what a note can call whoever works on tickets, the reader aside: the name, or what the address begins with."""
    people = desk_people().exclude(pk=person_of(request).pk).values_list("name", "email")[:OFFERED]
    return JsonResponse({"people": [name or email.partition("@")[0] for name, email in people]})
