"""The time that the desk spent on a ticket: entry by entry, and in all."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import person_of
from helpdesk.errors import Refused
from helpdesk.forms import show_refusal
from helpdesk.typed_text import LineField, key_in
from tickets.actions.time_spent import add_time, change_time, remove_time
from tickets.admin.faces import work_time
from tickets.admin.pages import act_page
from tickets.models import Ticket, TimeSpent
from tickets.together import times_of

if TYPE_CHECKING:
    from tickets.admin.ticket import TicketAdmin

TEMPLATE = "admin/tickets/ticket/time.html"


class TimeForm(forms.Form):
    """Minutes, and what they were for."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Enter the minutes you worked on it"),
            "invalid": gettext_lazy("Enter the minutes as a whole number, such as 25"),
        },
    )
    purpose = LineField(
        label=gettext_lazy("What for"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        required=False,
        max_length=120,
        error_messages={
            "max_length": gettext_lazy(
                "This must be %(limit_value)d characters or fewer. You have used %(show_value)d."
            )
        },
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("submission_key", uuid.uuid4())


def time_view(door: TicketAdmin, request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Lists the entries and takes another; `entry` in the address names an own one to change, or with `remove` to take
    back. 422 with what was typed when something is wrong with it."""
    member, entry = person_of(request), _entry(request, ticket)
    if request.method == "POST" and entry and "remove" in request.POST:
        return _remove(door, request, ticket, entry)
    initial = {"minutes": entry.minutes, "purpose": entry.purpose} if entry else {}
    form = TimeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _keep(form, request, ticket, entry):
        messages.success(request, _("Time saved."))
        return door.back(request, ticket)
    times = list(times_of(ticket))
    return act_page(
        door,
        request,
        ticket,
        title=_("Time spent on %(number)s") % {"number": ticket.number},
        button=_("Save the entry") if entry else _("Add the time"),
        form=form,
        template=TEMPLATE,
        entry=entry,
        address=f"?{request.GET.urlencode()}" if entry else "",
        times=[_line(one, is_own=one.member_id == member.pk) for one in times],
        total=work_time(sum(one.minutes for one in times)),
    )


def _entry(request: HttpRequest, ticket: Ticket) -> TimeSpent | None:
    chosen = request.GET.get("entry", "")
    if not chosen:
        return None
    own = TimeSpent.objects.filter(ticket=ticket, member=person_of(request))
    entry = own.select_related("ticket").filter(pk=key_in(chosen)).first()
    if entry is None:
        raise Http404
    return entry


def _line(one: TimeSpent, *, is_own: bool) -> dict[str, Any]:
    return {
        "id": one.pk,
        "who": str(one.member),
        "minutes": work_time(one.minutes),
        "purpose": one.purpose,
        "at": one.at,
        "is_own": is_own,
    }


def _keep(form: TimeForm, request: HttpRequest, ticket: Ticket, entry: TimeSpent | None) -> bool:
    values = form.cleaned_data
    wishes = {"member": person_of(request), "minutes": values["minutes"], "purpose": values["purpose"]}
    try:
        if entry:
            change_time(entry, **wishes)
        else:
            add_time(ticket, key=values["submission_key"], **wishes)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _remove(door: TicketAdmin, request: HttpRequest, ticket: Ticket, entry: TimeSpent) -> HttpResponse:
    try:
        remove_time(entry, member=person_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The entry is removed."))
    return door.back(request, ticket)
