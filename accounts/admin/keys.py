"""The page on which a person of the desk says which keys it listens to; a part of it is the sheet that `?` opens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.keys import choose_keys
from accounts.factors import person_of
from accounts.keymap import changeable_keys, keys_are_on, own_keys, sheet_of
from accounts.models import Member
from accounts.sites import desk
from helpdesk.errors import Refused


class KeysForm(forms.Form):
    """A box for each key, and one that turns them all off."""

    is_on = forms.BooleanField(
        label=gettext_lazy("Single keys do something"),
        help_text=gettext_lazy(
            "Turn them off if you dictate, or press keys by mistake. Ctrl K always works."
        ),
        required=False,
    )

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        own = own_keys(member)
        self.initial["is_on"] = keys_are_on(member)
        for number, key in enumerate(changeable_keys()):
            attrs = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "off", "class": "input-short"}
            name = f"key_{number}"
            self.fields[name] = forms.CharField(
                label=str(key.label), required=False, max_length=20, widget=forms.TextInput(attrs=attrs)
            )
            self.initial[name] = own.get(key.shipped, key.shipped)

    @staticmethod
    def name_of(shipped: str | None) -> str | None:
        """The box of a key."""
        names = {key.shipped: f"key_{number}" for number, key in enumerate(changeable_keys())}
        return names.get(shipped or "")

    def keys(self) -> dict[str, str]:
        """What was typed, by the shipped key."""
        return {
            key.shipped: self.cleaned_data[f"key_{number}"] for number, key in enumerate(changeable_keys())
        }


def keys_view(request: HttpRequest) -> HttpResponse:
    """Shows and keeps the person's own keys; `?sheet=1` is the list alone, `reset` puts the shipped ones back."""
    member = person_of(request)
    if request.GET.get("sheet") == "1":
        page = {"groups": sheet_of(member), "is_on": keys_are_on(member)}
        return render(request, "admin/accounts/key_sheet.html", page)
    form = KeysForm(request.POST or None, member=member)
    if request.method == "POST" and _is_kept(request, member, form):
        messages.success(request, _("Your keys are saved."))
        return HttpResponseRedirect(reverse("admin:accounts_member_keys"), status=303)
    context = {
        **desk.each_context(request),
        "title": _("Keyboard shortcuts"),
        "form": form,
        "groups": sheet_of(member),
        "is_on": keys_are_on(member),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/accounts/keys.html", context, status=status)


def _is_kept(request: HttpRequest, member: Member, form: KeysForm) -> bool:
    if "reset" in request.POST:
        choose_keys(member, is_on=keys_are_on(member), keys={})
        return True
    if not form.is_valid():
        return False
    try:
        choose_keys(member, is_on=form.cleaned_data["is_on"], keys=form.keys())
    except Refused as refused:
        form.add_error(form.name_of(refused.field), str(refused))
        return False
    return True
