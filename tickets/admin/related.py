"""Tickets that belong to one: those it is linked with, and those that speak of the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.addresses import current_tenant
from accounts.factors import person_of
from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from helpdesk.typed_text import LineField, key_in
from tickets.actions.related import link_tickets, unlink_tickets
from tickets.admin.pages import act_page
from tickets.models import Ticket
from tickets.queries import find_ticket, tickets_visible_to
from tickets.related import linked_tickets, similar_tickets
from tickets.sensitive import masked

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

TEMPLATE = "admin/tickets/ticket/related.html"


class LinkForm(forms.Form):
    """The number of the other ticket, and what the two share."""

    number = LineField(
        label=gettext_lazy("Number of the other ticket"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": gettext_lazy("Enter the number of a ticket")},
        max_length=60,
    )
    reason = LineField(
        label=gettext_lazy("What they share"),
        help_text=gettext_lazy("A few words for colleagues, such as: same order."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        required=False,
        max_length=60,
        error_messages={
            "max_length": gettext_lazy(
                "This must be %(limit_value)d characters or fewer. You have used %(show_value)d."
            )
        },
    )


def related_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Shows what belongs to the ticket; links it with another, or with `unlink` parts two. 422 with what was typed when
    the number leads nowhere."""
    member = person_of(request)
    if request.method == "POST" and "unlink" in request.POST:
        return _part(door, request, ticket, member)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _link(form, ticket, member):
        messages.success(request, _("The tickets are linked. Only the desk sees that."))
        return door.back(request, ticket)
    linked = list(linked_tickets(ticket, member))
    return act_page(
        door,
        request,
        ticket,
        title=_("Related to %(number)s") % {"number": ticket.number},
        button=_("Link the tickets"),
        form=form,
        template=TEMPLATE,
        linked=[line_of(link.other) | {"reason": link.reason} for link in linked],
        similar=[
            line_of(one)
            for one in similar_tickets(ticket, member, besides=[link.other_id for link in linked])
        ],
    )


def line_of(ticket: Ticket) -> dict[str, Any]:
    """One related ticket as the page lists it."""
    return {
        "id": ticket.pk,
        "number": ticket.number,
        "subject": masked(ticket.subject),
        "status": ticket.status,
        "status_label": ticket.get_status_display(),
        "at": ticket.updated_at,
    }


def _link(form: LinkForm, ticket: Ticket, member: Member) -> bool:
    typed = form.cleaned_data["number"]
    try:
        other = find_ticket(tickets_visible_to(member), typed, current_tenant().prefix)
        if other is None:
            text = _("There is no ticket %(number)s among those you may see.")
            raise Refused(text % {"number": typed}, "number")
        link_tickets(ticket, other, actor=member, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        refusal.field = "number"
        show_refusal(form, refusal)
        return False
    return True


def _part(door: TicketAdmin, request: HttpRequest, ticket: Ticket, member: Member) -> HttpResponse:
    other = tickets_visible_to(member).filter(pk=key_in(request.POST["unlink"])).first()
    if other:
        unlink_tickets(ticket, other, actor=member)
        messages.success(request, _("The tickets are no longer linked."))
    return door.back(request, ticket)
