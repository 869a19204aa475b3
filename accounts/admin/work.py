"""The page on which a person of the desk says whether they take new tickets, and in which languages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.work import choose_work
from accounts.factors import person_of
from accounts.models import Member
from accounts.sites import desk
from helpdesk.forms import NativeDateInput


class LanguagesField(forms.MultipleChoiceField):
    """The languages somebody answers in, of those in which requests come."""

    def __init__(self, **options: Any) -> None:
        wishes: dict[str, Any] = {
            "label": gettext_lazy("Reads and writes"),
            "choices": settings.LANGUAGES,
            "widget": forms.CheckboxSelectMultiple,
            "required": False,
            "help_text": gettext_lazy("None chosen: the language in which the person uses the desk."),
        }
        super().__init__(**(wishes | options))


def day_back(day: dt.date | None, *, before: dt.date | None) -> dt.date | None:
    """The first day back; none once it has come. Raises ValidationError for another day that is not to come."""
    if day is None or day > timezone.localdate():
        return day
    if day == before:
        return None
    raise forms.ValidationError(_("Choose a day after today, or leave it empty."))


class WorkForm(forms.Form):
    """What somebody says of themselves."""

    takes_tickets = forms.BooleanField(
        label=gettext_lazy("I take new tickets"),
        help_text=gettext_lazy(
            "Off: no rule gives you any, until you switch it on again. You keep those you have."
        ),
        required=False,
    )
    back_on = forms.DateField(
        label=gettext_lazy("On leave, back on"),
        help_text=gettext_lazy("Until that day you get no new tickets. Then it goes on by itself."),
        widget=NativeDateInput,
        required=False,
    )
    languages = LanguagesField(
        help_text=gettext_lazy("None chosen: the language in which you use the desk."),
    )

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        self.before = member.back_on
        is_to_come = member.back_on and member.back_on > timezone.localdate()
        self.initial = {
            "takes_tickets": member.takes_tickets,
            "back_on": member.back_on if is_to_come else None,
            "languages": member.languages,
        }

    def clean_back_on(self) -> dt.date | None:
        return day_back(self.cleaned_data["back_on"], before=self.before)


def work_view(request: HttpRequest) -> HttpResponse:
    """Shows and keeps what the person says of their own work."""
    member = person_of(request)
    form = WorkForm(request.POST if request.method == "POST" else None, member=member)
    if request.method == "POST" and form.is_valid():
        choose_work(member, **form.cleaned_data)
        messages.success(request, told_work(member))
        return HttpResponseRedirect(reverse("admin:accounts_member_work"), status=303)
    context = {
        **desk.each_context(request),
        "title": _("New tickets for me"),
        "form": form,
        "most": member.most_tickets,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/accounts/work.html", context, status=status)


def told_work(member: Member) -> str:
    """What holds from now on, in a sentence."""
    if not member.takes_tickets:
        return _("Saved. You get no new tickets by a rule until you switch it on again.")
    if member.back_on:
        return _("Saved. You get no new tickets by a rule until you are back.")
    return _("Saved. You take new tickets.")
