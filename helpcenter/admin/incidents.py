"""Telling customers what fails for many of them, in the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.factors import person_of
from accounts.sites import SetupAdmin, desk
from helpcenter.actions.incidents import rename_incident, report_incident, tell_news
from helpcenter.incidents import told_in
from helpcenter.models import Incident
from helpcenter.models.incident import INCIDENT_TITLE_LIMIT, NEWS_LIMIT
from helpcenter.queries import help_settings
from helpdesk.locales import name_of
from helpdesk.templatetags.parts import when
from helpdesk.tenancy import TenantModelForm


class IncidentForm(TenantModelForm):
    """What happens in one sentence, and what is new about it, in each language of the help center."""

    class Meta:
        model = Incident
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for locale, title in (self.instance.titles or {}).items():
            if f"title_{locale}" in self.fields:
                self.initial[f"title_{locale}"] = title

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "_end" in self.data and not any(self.in_languages("words").values()):
            self.add_error(f"words_{_locales()[0]}", _("Say how it ended."))
        return given

    def in_languages(self, name: str) -> dict[str, str]:
        """What was typed in the boxes of this name, by language."""
        return {locale: self.cleaned_data.get(f"{name}_{locale}", "") for locale in _locales()}


@admin.register(Incident, site=desk)
class IncidentAdmin(SetupAdmin):
    """Incidents: their banner stands on the pages for customers until somebody says that it is over."""

    list_display = ["__str__", "since", "until"]
    change_form_template = "admin/helpcenter/incident/change_form.html"

    @admin.display(description=gettext_lazy("Since"), ordering="started_at")
    def since(self, incident: Incident) -> str:
        return when(incident.started_at, "absolute")

    @admin.display(description=gettext_lazy("Over since"), ordering="ended_at")
    def until(self, incident: Incident) -> str:
        return when(incident.ended_at, "absolute") if incident.ended_at else ""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was mailed to people stays to be read."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[Any]:
        boxes = {name: box for locale in _locales() for name, box in _boxes(locale, obj).items()}
        form = type("IncidentForm", (IncidentForm,), boxes)
        return super().get_form(request, obj, change, form=form, **options)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        first, *others = _locales()
        names = [tuple(_boxes(locale, obj)) for locale in others]
        more = [(gettext_lazy("In other languages"), {"classes": ["collapse"], "fields": names})]
        return [(None, {"fields": list(_boxes(first, obj))}), *(more if names else [])]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        titles, words, author, now = (
            form.in_languages("title"),
            form.in_languages("words"),
            person_of(request),
            timezone.now(),
        )
        if not change:
            obj.__dict__.update(report_incident(titles, words, author=author, now=now).__dict__)
            return
        rename_incident(obj, titles)
        if any(words.values()):
            tell_news(obj, words, author=author, now=now, is_end="_end" in request.POST)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> Any:
        incident = context.get("original")
        if incident:
            context |= {
                "told": [
                    {**told_in(news.words), "at": when(news.told_at, "absolute")}
                    for news in incident.news.all()
                ],
                "followers": incident.followers.filter(confirmed_at__isnull=False).count(),
                "live_url": reverse("incident", args=[incident.pk]),
            }
        return super().render_change_form(request, context, *args, **options)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:helpcenter_incident_change", args=[obj.pk]))

    response_post_save_change = response_post_save_add


def _locales() -> list[str]:
    """The languages to write in, the one that others fall back to first."""
    settings = help_settings()
    return list(dict.fromkeys([settings.default_locale, *settings.languages]))


def _boxes(locale: str, incident: Incident | None) -> dict[str, forms.CharField]:
    """The boxes of one language; there is no more news of what is over."""
    is_first, language = locale == _locales()[0], {"language": name_of(locale)}
    box = forms.Textarea(attrs={"rows": 3, "dir": "auto", "lang": locale})
    boxes = {
        f"title_{locale}": forms.CharField(
            label=_("What happens, in one sentence (%(language)s)") % language,
            max_length=INCIDENT_TITLE_LIMIT,
            required=is_first,
            widget=forms.TextInput(attrs={"dir": "auto", "lang": locale}),
        ),
        f"words_{locale}": forms.CharField(
            label=_("What is new (%(language)s)") % language,
            help_text=_("Stands on the page of the incident and is mailed to who follows it.")
            if is_first
            else "",
            max_length=NEWS_LIMIT,
            required=False,
            widget=box,
        ),
    }
    if incident and incident.ended_at:
        del boxes[f"words_{locale}"]
    return boxes
