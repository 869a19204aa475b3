"""Adding the holidays of a country to a calendar: chosen by country and years, looked at, then added as dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from babel import Locale
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.addresses import current_tenant
from tickets.actions.promises import add_holidays
from tickets.admin.hours import day_name
from tickets.models import Calendar, CalendarVersion
from tickets.sla.public_holidays import countries, public_holidays, regions

if TYPE_CHECKING:
    from tickets.admin.calendars import CalendarAdmin

PAGE = "admin/tickets/calendar/holidays.html"
MOST_YEARS = 5


class CountryForm(forms.Form):
    """Whose holidays, and of which years; regions are offered once the country is known."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"), error_messages={"required": gettext_lazy("Choose a country")}
    )
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    year = forms.TypedChoiceField(label=gettext_lazy("First year"), coerce=int)
    years = forms.TypedChoiceField(label=gettext_lazy("How many years"), coerce=int)

    def __init__(self, *args: Any, this_year: int, **options: Any) -> None:
        super().__init__(*args, **options)
        country = self.data.get("country", "")
        offered = regions(country) if country in countries() else {}
        for name, choices in (
            ("country", [("", _("Choose…")), *_country_names()]),
            ("region", [("", _("the whole country")), *offered.items()]),
            ("year", [(year, str(year)) for year in range(this_year - 1, this_year + 4)]),
            ("years", [(count, str(count)) for count in range(1, MOST_YEARS + 1)]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not offered:
            del self.fields["region"]

    def found(self) -> list[tuple[dt.date, str]]:
        """The holidays asked for, by date, named in the language of the tenant; needs a valid form."""
        facts = self.cleaned_data
        return public_holidays(
            facts["country"],
            region=facts.get("region", ""),
            years=range(facts["year"], facts["year"] + facts["years"]),
            language=current_tenant().locale,
        )


def holidays_view(door: CalendarAdmin, request: HttpRequest, calendar: Calendar) -> HttpResponse:
    """Asks for a country, shows its holidays, and adds those that are left ticked; what is there already stays."""
    this_year = timezone.localtime().year
    form = CountryForm(request.GET or None, initial={"year": this_year, "years": 2}, this_year=this_year)
    found = form.found() if form.is_bound and form.is_valid() else []
    if request.method == "POST" and found:
        return _add(door, request, calendar, found)
    context = {
        **door.admin_site.each_context(request),
        "opts": door.opts,
        "title": _("Add the holidays of a country"),
        "calendar": calendar,
        "form": form,
        "is_asked": form.is_bound and form.is_valid(),
        "days": _shown(calendar, found),
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, PAGE, context, status=422 if form.errors else 200)


def _add(
    door: CalendarAdmin, request: HttpRequest, calendar: Calendar, found: list[tuple[dt.date, str]]
) -> HttpResponse:
    """Only what was shown can be chosen, whatever the form says."""
    chosen = set(request.POST.getlist("day"))
    days = {day.isoformat(): day_name(name) for day, name in found if day.isoformat() in chosen}
    new = add_holidays(calendar, days=days) if days else []
    if new:
        told = ", ".join(f"{day} {days[day]}" for day in new)
        door.log_change(request, calendar, [(_("Other holidays"), "", told)])
    said = ngettext("%(count)d holiday added.", "%(count)d holidays added.", len(new)) % {"count": len(new)}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:tickets_calendar_change", args=[calendar.pk]), status=303)


def _shown(calendar: Calendar, found: list[tuple[dt.date, str]]) -> list[dict[str, Any]]:
    """The holidays as the page lists them; one that the calendar has already cannot be ticked."""
    newest = CalendarVersion.objects.filter(calendar=calendar).order_by("-version").first()
    holidays = (newest.definition.get("holidays") if newest else None) or {}
    there = {*(holidays.get("dates") or []), *(holidays.get("yearly") or [])}
    return [
        {
            "key": day.isoformat(),
            "date": date_format(day, "D j M Y"),
            "name": day_name(name),
            "is_there": bool({day.isoformat(), f"{day:%m-%d}"} & there),
        }
        for day, name in found
    ]


def _country_names() -> list[tuple[str, str]]:
    """Every country by its code, in the order of its name in the language of the page."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    return sorted(((code, names.get(code, code)) for code in countries()), key=lambda pair: pair[1])
