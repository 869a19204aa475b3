"""Splitting at the desk: which message begins the new ticket, and what it is called."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import person_of
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from helpdesk.templatetags.parts import when
from tickets.actions.split import split_ticket
from tickets.admin.pages import act_page
from tickets.forms import title_field
from tickets.models import Message, Ticket
from tickets.queries import ticket_messages
from tickets.sensitive import masked

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

EXCERPT = 90
ONE, LATER = "one", "later"


class SplitForm(forms.Form):
    """Which message goes, with those after it or alone, and the title of what comes of it."""

    message_id = forms.TypedChoiceField(
        label=gettext_lazy("Message"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Choose a message"),
            "invalid_choice": gettext_lazy("This message is not in the ticket any more."),
        },
    )
    extent = forms.ChoiceField(
        label=gettext_lazy("What goes into the new ticket"),
        widget=forms.RadioSelect,
        choices=[
            (ONE, gettext_lazy("This message only")),
            (LATER, gettext_lazy("This message and all after it")),
        ],
        initial=ONE,
    )
    subject = title_field()
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, said: list[Message], **options: Any) -> None:
        super().__init__(*args, **options)
        lines = [(message.pk, _line(message)) for message in said]
        self.fields["message_id"].choices = [("", _("Choose…")), *lines]  # type: ignore[attr-defined]
        self.initial.setdefault("submission_key", uuid.uuid4())


def split_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The form, and by post the new ticket."""
    if request.method == "POST" and (new := _made_before(request, ticket)):
        return door.back(request, new)
    said = list(ticket_messages(ticket))
    initial = {"subject": masked(ticket.subject), "message_id": request.GET.get("message", "")}
    form = SplitForm(request.POST or None, said=said, initial=initial)
    if request.method == "POST" and form.is_valid() and (new := _split(form, request, ticket)):
        told = _("%(new)s was split off %(number)s.") % {"new": new.number, "number": ticket.number}
        messages.success(request, told)
        return door.back(request, new)
    return act_page(
        door,
        request,
        ticket,
        title=_("Split %(number)s") % {"number": ticket.number},
        button=_("Make a new ticket"),
        form=form,
        hint=_(
            "The new ticket has the same customer, its own number and new promises. Both tickets name each other. "
            "To undo it, join them."
        ),
    )


def _made_before(request: HttpRequest, ticket: Ticket) -> Ticket | None:
    """What came of the first press of a button that was pressed twice."""
    try:
        key = uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None
    return Ticket.objects.filter(submission_key=key, split_from=ticket).first()


def _split(form: SplitForm, request: HttpRequest, ticket: Ticket) -> Ticket | None:
    values = form.cleaned_data
    try:
        return split_ticket(
            ticket,
            message_id=values["message_id"],
            with_later=values["extent"] == LATER,
            subject=values["subject"],
            actor=person_of(request),
            submission_key=values["submission_key"],
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return None


def _line(message: Message) -> str:
    """A message in one line of a box."""
    text = Truncator(" ".join(masked(message.body).split())).chars(EXCERPT)
    facts = {"who": message.author or _("The system"), "when": when(message.created_at, "text"), "text": text}
    if message.is_internal:
        return _("Internal note · %(who)s · %(when)s: %(text)s") % facts
    return _("%(who)s · %(when)s: %(text)s") % facts
