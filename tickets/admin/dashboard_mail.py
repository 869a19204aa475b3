"""Whether, and how often, somebody gets the figures by mail."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member
from tickets.actions.figures_mail import choose_figures_mail
from tickets.admin.dashboard_asked import allowed
from tickets.models import FiguresMail
from tickets.views.answers import see_other


class FiguresMailForm(forms.Form):
    """How often."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("Figures by mail"),
        choices=[("", gettext_lazy("Never")), *FiguresMail.Rhythm.choices],
        required=False,
    )


def mail_form(member: Member) -> FiguresMailForm:
    """The form as the member chose before. One statement."""
    chosen = FiguresMail.objects.filter(member=member).values_list("rhythm", flat=True).first()
    return FiguresMailForm(initial={"rhythm": chosen or ""}, auto_id="mail_%s")


def choose_mail(request: HttpRequest) -> HttpResponse:
    """Keeps what was chosen and goes back to the dashboard; what is no choice changes nothing."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    member, _teams = allowed(request)
    form = FiguresMailForm(request.POST)
    if form.is_valid():
        choose_figures_mail(member, rhythm=form.cleaned_data["rhythm"])
        messages.success(request, _said(form.cleaned_data["rhythm"]))
    else:
        messages.error(request, _("Choose how often you want the figures."))
    return see_other(reverse("admin:dashboard"))


def _said(rhythm: str) -> str:
    if not rhythm:
        return _("You get no figures by mail any more.")
    if rhythm == FiguresMail.Rhythm.DAILY:
        return _("You get the figures of each day on the morning after it.")
    return _("You get the figures of each week on the Monday after it.")
