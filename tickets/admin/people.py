"""Who takes part in a ticket, asked at the desk: copies go to them, and the customer sees them as the agent does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import person_of
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from helpdesk.typed_text import key_in
from tickets.actions.participants import copy_in, take_out
from tickets.admin.pages import act_page
from tickets.forms import email_field
from tickets.models import Participant, Ticket
from tickets.queries import participants_of

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

TEMPLATE = "admin/tickets/ticket/people.html"


class CopyForm(forms.Form):
    """Whom to copy in."""

    email = email_field(
        gettext_lazy("Email address of who should read along"),
        gettext_lazy("Enter an email address"),
        autocomplete="off",
    )


def people_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Lists who takes part; adds somebody by address, or with `remove` ends somebody's part. 422 with what was typed."""
    if request.method == "POST" and "remove" in request.POST:
        return _take_out(door, request, ticket)
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _copy_in(form, request, ticket):
        return door.back(request, ticket)
    people = participants_of(ticket)
    return act_page(
        door,
        request,
        ticket,
        title=_("Who takes part in %(number)s") % {"number": ticket.number},
        button=_("Add them to the ticket"),
        form=form,
        template=TEMPLATE,
        people=people,
        requester=Participant.Role.REQUESTER,
    )


def _copy_in(form: CopyForm, request: HttpRequest, ticket: Ticket) -> bool:
    try:
        added = copy_in(ticket, email=form.cleaned_data["email"], actor=person_of(request))
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    told = _("%(email)s gets a mail with a private link; your replies go there once they have opened it.")
    if added.proven_at:
        told = _("%(email)s takes part already.")
    messages.success(request, told % {"email": added.member.email})
    return True


def _take_out(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    try:
        take_out(ticket, key_in(request.POST["remove"]), actor=person_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("They no longer take part. What they said stays."))
    return door.back(request, ticket)
