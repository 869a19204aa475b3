"""Spam: marking a ticket, taking the mark off, and the list of senders whose requests go there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import person_of
from accounts.models import Member
from accounts.sites import SetupAdmin, desk, moment
from helpdesk.errors import Refused
from helpdesk.mail_address import RIGHT_DOMAINS
from helpdesk.tenancy import TenantModelForm
from tickets.actions.spam import (
    block_sender,
    check_blocked_value,
    mark_spam,
    unblock_sender,
    unmark_spam,
)
from tickets.admin.pages import act_page
from tickets.models import BlockedSender, Ticket
from tickets.queries import requester_of
from tickets.rules import may_block_domains

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin


class SpamForm(forms.Form):
    """Whether the sender is blocked too, how long and why."""

    block = forms.ChoiceField(
        label=gettext_lazy("Later requests of this sender"), widget=forms.RadioSelect, required=False
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long to block"),
        choices=[
            ("", gettext_lazy("until somebody unblocks")),
            ("30", gettext_lazy("for 30 days")),
            ("365", gettext_lazy("for a year")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, email: str, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        domain = email.rpartition("@")[2]
        choices = [
            ("", _("Treat them as everybody’s")),
            (email, _("Send what comes from %(sender)s to spam") % {"sender": email}),
        ]
        if may_block_domains(member) and domain not in RIGHT_DOMAINS:
            text = _("Send what comes from anybody at %(sender)s to spam")
            choices.append((domain, text % {"sender": domain}))
        self.fields["block"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("block", "")

    def until(self) -> dt.datetime | None:
        """When the block ends."""
        days = self.cleaned_data["days"]
        return timezone.now() + dt.timedelta(days=days) if days else None


def spam_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Asks whether to block the sender too and marks the ticket; of one that is marked, takes the mark off."""
    if ticket.is_spam:
        return _take_off(door, request, ticket)
    member = person_of(request)
    form = SpamForm(request.POST or None, email=requester_of(ticket).email, member=member)
    if request.method == "POST" and form.is_valid() and _mark(form, ticket, member):
        messages.success(request, _("%(number)s is in spam now.") % {"number": ticket.number})
        return door.back(request, ticket)
    return act_page(
        door,
        request,
        ticket,
        title=_("Mark %(number)s as spam") % {"number": ticket.number},
        button=_("Mark as spam"),
        form=form,
        hint=_(
            "The ticket leaves the queues, its clocks stop, and email about it that still waits is held back. "
            "The customer is not told."
        ),
    )


def _mark(form: SpamForm, ticket: Ticket, member: Member) -> bool:
    values = form.cleaned_data
    try:
        with transaction.atomic():
            mark_spam(ticket, actor=member)
            if values["block"]:
                block_sender(values["block"], actor=member, reason=values["reason"], until=form.until())
    except Refused as refusal:
        form.add_error("block" if refusal.field == "value" else None, str(refusal))
        return False
    return True


class NotSpamForm(forms.Form):
    """Whether the sender, who is blocked, may write again."""

    unblock = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, sender: BlockedSender, **options: Any) -> None:
        super().__init__(*args, **options)
        told = _("Treat later requests from %(sender)s as everybody’s") % {"sender": sender.value}
        self.fields["unblock"].label = told


def _take_off(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    sender = BlockedSender.objects.filter(value=requester_of(ticket).email).first()
    if request.method == "POST" and "not_spam" in request.POST:
        if sender and "unblock" in request.POST:
            unblock_sender(sender, actor=person_of(request))
        messages.success(request, _("%(number)s is back in its queue.") % {"number": ticket.number})
        return door.act(request, ticket, unmark_spam)
    if request.method == "POST":  # marked a second time
        return door.back(request, ticket)
    return act_page(
        door,
        request,
        ticket,
        title=_("%(number)s is marked as spam") % {"number": ticket.number},
        button=_("Not spam"),
        button_name="not_spam",
        form=NotSpamForm(sender=sender) if sender else None,
        hint=_(
            "The ticket goes back into its queue, its clocks run on, and email that was held back leaves."
        ),
    )


class BlockedSenderForm(TenantModelForm):
    """An address or a domain, with the sentences of the action that blocks."""

    actor: Member

    class Meta:
        model = BlockedSender
        fields = ["value", "reason", "until"]

    def clean_value(self) -> str:
        """In lower case, without an @ in front; an address or a domain that could be one."""
        value = str(self.cleaned_data["value"]).strip().lower().removeprefix("@")
        try:
            validate_email(value if "@" in value else f"somebody@{value}")
            check_blocked_value(value, actor=self.actor)
        except ValidationError as wrong:
            raise ValidationError(
                _("Enter an address like name@example.org, or a domain like example.org")
            ) from wrong
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return value


@admin.register(BlockedSender, site=desk)
class BlockedSenderAdmin(SetupAdmin):
    """Whose requests go to spam. Deleting an entry unblocks."""

    first_use = gettext_lazy(
        "What comes from a blocked address or domain goes to spam. "
        "Agents block one when they mark a ticket as spam."
    )
    form = BlockedSenderForm
    until_told = moment("until", gettext_lazy("until"))
    created = moment("created_at", gettext_lazy("created"), ordering="id")
    list_display = ["value", "reason", "until_told", "blocked_by", "created"]
    ordering = ["-id"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        return type("OwnBlockedSenderForm", (form,), {"actor": person_of(request)})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.blocked_by = person_of(request)
        super().save_model(request, obj, form, change)
