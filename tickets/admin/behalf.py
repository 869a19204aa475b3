"""A new ticket for somebody who called or wrote elsewhere, and the note of a telephone call."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.addresses import current_tenant
from accounts.factors import person_of
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from tickets.actions.assign import assign
from tickets.actions.behalf import open_ticket_for
from tickets.actions.reply import add_note
from tickets.admin.forms import RouteForm
from tickets.admin.pages import act_page
from tickets.forms import body_field, email_field, name_field, title_field
from tickets.models import Message, Ticket
from tickets.models.ticket import Channel, Priority
from tickets.queries import active_categories, tickets_visible_to

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

TEMPLATE = "admin/tickets/ticket/behalf.html"
CALLED = [(direction.value, direction.label) for direction in Message.Direction]


class BehalfForm(RouteForm):
    """Who asked, how they reached us and what they said."""

    field_order = [
        "email",
        "name",
        "channel",
        "direction",
        "category",
        "subject",
        "body",
        "priority",
        "is_mine",
    ]

    email = email_field(
        gettext_lazy("Email address of the customer"),
        gettext_lazy("Enter an email address"),
        autocomplete="off",
    )
    name = name_field(
        told=gettext_lazy("For somebody new. Who is known here already keeps their name."),
        autocomplete="off",
    )
    channel = forms.TypedChoiceField(
        label=gettext_lazy("How they reached us"),
        choices=[(one.value, one.label) for one in (Channel.PHONE, Channel.EMAIL, Channel.DESK)],
        coerce=Channel,
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Who called"),
        help_text=gettext_lazy("Only for a call."),
        choices=CALLED,
        required=False,
        initial=Message.Direction.INCOMING,
    )
    subject = title_field()
    body = body_field(gettext_lazy("What they said"), gettext_lazy("Tell us what happened"))
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        choices=list(reversed(Priority.choices)),
        coerce=lambda value: Priority(int(value)),
        initial=Priority.NORMAL,
    )
    is_mine = forms.BooleanField(label=gettext_lazy("Assign to me"), required=False)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("submission_key", uuid.uuid4())
        self.fields["body"].help_text = _("The customer can read this.")


def new_ticket_view(door: TicketAdmin, request: HttpRequest) -> HttpResponse:
    """The form of a ticket for a customer; afterwards the workspace, or the queue when another team has it."""
    form = BehalfForm(
        request.POST or None, categories=active_categories(), initial={"email": request.GET.get("email", "")}
    )
    if request.method == "POST" and form.is_valid() and (ticket := _open(form, request)):
        told = _("%(number)s is open. The customer gets an email about it.") % {"number": ticket.number}
        messages.success(request, told)
        return door.back(request, ticket)
    context = {
        **door.admin_site.each_context(request),
        "opts": door.opts,
        "title": _("New ticket for a customer"),
        "form": form,
    }
    return TemplateResponse(request, TEMPLATE, context, status=422 if form.errors else 200)


def _open(form: BehalfForm, request: HttpRequest) -> Ticket | None:
    values, member = dict(form.cleaned_data), person_of(request)
    is_mine = values.pop("is_mine")
    locale = current_tenant().locale or get_language() or ""
    try:
        ticket = open_ticket_for(values.pop("email"), opened_by=member, locale=locale, **values)
    except Refused as refusal:
        show_refusal(form, refusal)
        return None
    if is_mine and tickets_visible_to(member).filter(pk=ticket.pk).exists():
        assign(ticket, assignee=member, actor=member)
    return ticket


class PhoneForm(forms.Form):
    """What was said on the telephone, for colleagues."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Who called"),
        choices=CALLED,
        initial=Message.Direction.INCOMING,
        widget=forms.RadioSelect,
    )
    body = body_field(gettext_lazy("What was said"), gettext_lazy("Write what was said."))
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("submission_key", uuid.uuid4())


def phone_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Keeps the note of a telephone call."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_note(ticket, author=person_of(request), channel=Channel.PHONE, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The call is noted."))
            return door.back(request, ticket)
    return act_page(
        door,
        request,
        ticket,
        title=_("Note a telephone call about %(number)s") % {"number": ticket.number},
        button=_("Keep the note"),
        form=form,
        hint=_("Only your colleagues will read this. It is never sent to the customer."),
    )
