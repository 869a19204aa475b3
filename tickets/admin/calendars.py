"""Setup of business hours: a form that always adds a version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.addresses import current_tenant
from accounts.sites import desk
from helpdesk.tenancy import TenantModelForm
from helpdesk.zones import zone_names
from tickets.actions.promises import change_hours, holidays_of
from tickets.admin.anew import tell_of_open_tickets
from tickets.admin.holidays import holidays_view
from tickets.admin.hours import (
    read_exceptions,
    read_named_dates,
    read_named_yearly,
    read_periods,
    told_days,
    told_periods,
)
from tickets.admin.setup import SetupAdmin, version_line
from tickets.models import Calendar, CalendarVersion
from tickets.sla.calendar import BusinessCalendar, CalendarError

WEEKDAYS = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
VERSIONS_SHOWN = 10


def _lines_field(label: Any, hint: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "dir": "ltr"})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=10_000, widget=widget)


def _hours_field(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=200, widget=widget)


class CalendarForm(TenantModelForm):
    """The newest version's hours, zone and holidays; what is saved becomes the next version (`definition`)."""

    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    mon = _hours_field(WEEKDAYS["mon"])
    tue = _hours_field(WEEKDAYS["tue"])
    wed = _hours_field(WEEKDAYS["wed"])
    thu = _hours_field(WEEKDAYS["thu"])
    fri = _hours_field(WEEKDAYS["fri"])
    sat = _hours_field(WEEKDAYS["sat"])
    sun = _hours_field(WEEKDAYS["sun"])
    yearly = _lines_field(
        gettext_lazy("Holidays of every year"),
        gettext_lazy("Month and day, one a line, and a name if you like: 12-25 Christmas Day."),
    )
    dates = _lines_field(
        gettext_lazy("Other holidays"),
        gettext_lazy("Dates, one a line, and a name if you like: 2026-05-01 Labour Day."),
    )
    exceptions = _lines_field(
        gettext_lazy("Days with other hours"), gettext_lazy("One a line, for example 2026-12-24 09:00–12:00.")
    )

    class Meta:
        model = Calendar
        fields = ["name"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["timezone"].choices = [(zone, zone) for zone in sorted(zone_names())]  # type: ignore[attr-defined]
        newest = newest_version(self.instance) if self.instance.pk else None
        definition: dict[str, Any] = newest.definition if newest else {"timezone": current_tenant().timezone}
        holidays = definition.get("holidays") or {}
        self.initial.update(
            {
                "timezone": definition["timezone"],
                "yearly": told_days(holidays.get("yearly") or [], holidays.get("names") or {}),
                "dates": told_days(holidays.get("dates") or [], holidays.get("names") or {}),
                "exceptions": "\n".join(
                    f"{day} {told_periods(periods)}".strip()
                    for day, periods in (definition.get("exceptions") or {}).items()
                ),
                **{day: told_periods((definition.get("hours") or {}).get(day, [])) for day in WEEKDAYS},
            }
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        hours = {day: self._read(day, read_periods) for day in WEEKDAYS}
        yearly = self._read("yearly", read_named_yearly) or {}
        dates = self._read("dates", read_named_dates) or {}
        self.definition: dict[str, Any] = {
            "timezone": self.cleaned_data.get("timezone", ""),
            "hours": {day: periods for day, periods in hours.items() if periods},
            "holidays": holidays_of(yearly, dates),
        }
        if exceptions := self._read("exceptions", read_exceptions):
            self.definition["exceptions"] = exceptions
        if not self.errors:
            try:
                BusinessCalendar.from_dict(self.definition)
            except CalendarError:
                raise ValidationError(
                    _("This calendar is never open. Give at least one day opening hours.")
                ) from None
        return cleaned

    def _read(self, name: str, reader: Any) -> Any:
        try:
            return reader(self.cleaned_data.get(name, ""))
        except ValidationError as error:
            self.add_error(name, error)
            return None


@admin.register(Calendar, site=desk)
class CalendarAdmin(SetupAdmin):
    """Business hours. Editing adds a version; clocks that run keep the hours they started with."""

    form = CalendarForm
    list_display = ["name"]
    readonly_fields = ["versions_so_far"]
    fieldsets = [
        (None, {"fields": ["name", "timezone"]}),
        (
            gettext_lazy("Opening hours"),
            {
                "fields": [("mon", "tue", "wed", "thu"), ("fri", "sat", "sun")],
                "description": gettext_lazy(
                    "Write 09:00–17:00, or several spans with commas; leave a closed day empty. Changes apply to"
                    " new promises; those already made keep their hours."
                ),
            },
        ),
        (gettext_lazy("Holidays"), {"fields": ["yearly", "dates", "exceptions"]}),
        (gettext_lazy("Versions"), {"fields": ["versions_so_far"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.holidays_view)
        return [
            path("<int:calendar_id>/holidays/", view, name="tickets_calendar_holidays"),
            *super().get_urls(),
        ]

    def holidays_view(self, request: HttpRequest, calendar_id: int) -> HttpResponse:
        """A country's days off, to be added to the calendar."""
        self._refuse_others(request)
        return holidays_view(self, request, get_object_or_404(Calendar, pk=calendar_id))

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        before = newest_version(obj)  # type: ignore[arg-type]
        if change_hours(obj, definition=form.definition) != before:  # type: ignore[arg-type]
            tell_of_open_tickets(request)

    @admin.display(description=gettext_lazy("So far"))
    def versions_so_far(self, calendar: Calendar | None) -> SafeString | str:
        """The newest versions, each with its weekly hours."""
        if calendar is None or calendar.pk is None:
            return _("The first version is stored with this form.")
        versions = CalendarVersion.objects.filter(calendar=calendar).order_by("-version")[:VERSIONS_SHOWN]
        lines = (
            (version_line(found.version, found.created_at, _told(found.definition)),) for found in versions
        )
        return format_html('<ul class="list-plain">{}</ul>', format_html_join("", "<li>{}</li>", lines))


def newest_version(calendar: Calendar) -> CalendarVersion | None:
    """What the calendar says now."""
    return CalendarVersion.objects.filter(calendar=calendar).order_by("-version").first()


def _told(definition: dict[str, Any]) -> str:
    hours = definition.get("hours") or {}
    days = [f"{label} {told_periods(hours[day])}" for day, label in WEEKDAYS.items() if hours.get(day)]
    return "; ".join([str(definition.get("timezone", "")), *days])
