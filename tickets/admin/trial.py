"""The tester of promises: what a ticket of this kind, at that time, would be promised, and how that adds up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models.team import Tier
from accounts.queries import senders
from helpdesk.forms import NativeDateInput, NativeTimeInput
from helpdesk.templatetags.parts import when
from helpdesk.typed_text import key_in
from tickets.admin.forms import categories_by_key, category_lines
from tickets.admin.hours import told_periods
from tickets.admin.target_words import Names, category_names, told_facts, told_line
from tickets.models import CalendarVersion, Policy
from tickets.models.sla import ClockKind
from tickets.models.ticket import Priority
from tickets.queries import active_categories
from tickets.sla.business_time import Step
from tickets.sla.calendar import Period
from tickets.sla.clocks import told_hours, told_length
from tickets.sla.policy import Wording, calendar_of, wording_of
from tickets.sla.trial import Trial, try_out

if TYPE_CHECKING:
    from tickets.admin.policies import PolicyAdmin

PAGE = "admin/tickets/policy/test.html"
YEARS = range(1990, 2100)
STRETCHES = 20  # told one by one at each end of a long way
DAYS = 20  # closed or shorter days told


class TrialForm(forms.Form):
    """The facts of a ticket that nobody sent; `at` needs a valid form."""

    policy = forms.ModelChoiceField(
        label=gettext_lazy("Promise"),
        queryset=Policy.objects.order_by("-is_default", "name"),
        empty_label=None,
    )
    day = forms.DateField(label=gettext_lazy("Arrives on"), widget=NativeDateInput)
    time = forms.TimeField(
        label=gettext_lazy("At"),
        help_text=gettext_lazy("By the clock of the calendar that the promise is counted in."),
        widget=NativeTimeInput,
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"), choices=list(reversed(Priority.choices)), coerce=int
    )
    tier = forms.TypedChoiceField(label=gettext_lazy("Tier"), required=False, coerce=int, empty_value=None)
    audience = forms.ChoiceField(label=gettext_lazy("Audience"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.wording: Wording | None = None
        categories = active_categories()
        self.by_key = categories_by_key(categories)
        audiences = [(sender.audience, sender.audience) for sender in senders()]
        for name, choices in (
            ("category", [("", _("none of them")), *category_lines(categories)]),
            ("tier", [("", _("that of the category")), *Tier.choices]),
            ("audience", [("", _("none of them")), *audiences]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_day(self) -> dt.date:
        """Keeps the day within the years in which clocks and calendars mean anything."""
        day: dt.date = self.cleaned_data["day"]
        if day.year not in YEARS:
            facts = {"first": str(YEARS[0]), "last": str(YEARS[-1])}
            raise forms.ValidationError(_("Enter a day between %(first)s and %(last)s.") % facts)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        self.wording = wording_of(cleaned["policy"])
        if self.wording is None:
            self.add_error("policy", _("This promise has no lines yet."))
            return cleaned
        zone = calendar_of(self.wording.calendar_version).zone
        self.at = dt.datetime.combine(cleaned["day"], cleaned["time"], tzinfo=zone)
        if self.at.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != self.at.replace(tzinfo=None):
            self.add_error(
                "time", _("The clocks are put forward over this time on that day. Choose another.")
            )
        return cleaned

    def trials(self) -> list[Trial]:
        """What the ticket would be promised; needs a valid form."""
        assert self.wording is not None
        facts = self.cleaned_data
        category = self.by_key.get(facts["category"])
        tier = facts["tier"] or (category.tier if category else Tier.L1)
        return try_out(
            self.wording,
            category,
            priority=facts["priority"],
            tier=tier,
            audience=facts["audience"],
            at=self.at,
        )


def trial_view(door: PolicyAdmin, request: HttpRequest) -> HttpResponse:
    """The form, and below it what its ticket would be promised. Reading only: the answer has an address."""
    form = (
        TrialForm(request.GET)
        if "day" in request.GET
        else TrialForm(initial=_initial(request.GET.get("policy", "")))
    )
    is_asked = form.is_bound and form.is_valid()
    context = {
        **door.admin_site.each_context(request),
        "opts": door.opts,
        "title": _("Test the promises"),
        "form": form,
        "is_asked": is_asked,
        "answers": _answers(form) if is_asked else [],
    }
    return TemplateResponse(request, PAGE, context, status=422 if form.errors else 200)


def _initial(key: str) -> dict[str, Any]:
    """A plain ticket that comes now, under the policy of that key or the one that answers."""
    wanted = Policy.objects.filter(pk=key_in(key)).first()
    policy = wanted or Policy.objects.filter(is_default=True).first()
    wording = wording_of(policy) if policy else None
    now = timezone.now()
    local = now.astimezone(calendar_of(wording.calendar_version).zone) if wording else timezone.localtime(now)
    return {
        "policy": policy and policy.pk,
        "day": local.date(),
        "time": local.time().replace(second=0, microsecond=0),
        "priority": Priority.NORMAL,
    }


def _answers(form: TrialForm) -> list[dict[str, Any]]:
    assert form.wording is not None
    names = category_names()
    return [_told(trial, form.wording.calendar_version, names) for trial in form.trials()]


def _told(trial: Trial, version: CalendarVersion, names: Names) -> dict[str, Any]:
    """One promise as the page tells it."""
    zone = calendar_of(version).zone
    is_elsewhere = timezone.get_current_timezone_name() != zone.key
    names_of_days = (version.definition.get("holidays") or {}).get("names") or {}
    facts = {"calendar": version.calendar, "version": version.version, "zone": zone.key}
    return {
        "kind": ClockKind(trial.kind).label,
        "is_next": trial.kind == ClockKind.NEXT_RESPONSE,
        "due": clock_time(trial.due_at, zone) if trial.due_at else "",
        "due_here": clock_time(trial.due_at, timezone.get_current_timezone())
        if trial.due_at and is_elsewhere
        else "",
        "zone": zone.key,
        "zone_here": timezone.get_current_timezone_name(),
        "hours": told_hours(trial.target.business_seconds),
        "calendar": _("%(calendar)s, version %(version)d, %(zone)s") % facts,
        "why": why(trial, names),
        "others": [told_line(target, names) for target in trial.fits[1:]],
        "rows": _rows(trial.steps, zone),
        "total": told_length(sum(step.seconds for step in trial.steps)),
        "days": [_day(*unusual, names_of_days) for unusual in trial.unusual[:DAYS]],
        "more_days": max(0, len(trial.unusual) - DAYS),
    }


def why(trial: Trial, names: Names) -> str:
    """Why this line applies and no other."""
    named, others = told_facts(trial.target, names), len(trial.fits) - 1
    if not named:
        return _("No line names anything of this ticket, so the line for everything applies.")
    if not others:
        return _("The only line that fits. It is for: %(facts)s.") % {"facts": ", ".join(named)}
    return ngettext(
        "Of %(lines)d lines that fit, this one names most, %(count)d fact: %(facts)s.",
        "Of %(lines)d lines that fit, this one names most, %(count)d facts: %(facts)s.",
        len(named),
    ) % {"lines": others + 1, "count": len(named), "facts": ", ".join(named)}


def clock_time(moment: dt.datetime, zone: dt.tzinfo) -> SafeString:
    """A moment by the clock of `zone`, to the second where that is not full."""
    with timezone.override(zone):
        local = timezone.localtime(moment)
        text = when(moment, "text")
    seconds = f":{local.second:02}" if local.second else ""
    return format_html('<time datetime="{}">{}{}</time>', local.isoformat(), text, seconds)


def _rows(steps: Sequence[Step], zone: dt.tzinfo) -> list[dict[str, Any]]:
    """The stretches that were counted, with what they come to so far; the middle of many as one."""
    sums = list(accumulate(step.seconds for step in steps))
    rows = [
        {
            "start": clock_time(step.start, zone),
            "end": clock_time(step.end, zone) if step.end else "",
            "length": told_length(step.seconds),
            "so_far": told_length(total),
        }
        for step, total in _ends(list(zip(steps, sums, strict=True)))
    ]
    if len(steps) > 2 * STRETCHES:
        middle = steps[STRETCHES:-STRETCHES]
        count = ngettext("%(count)d more stretch", "%(count)d more stretches", len(middle))
        rows.insert(
            STRETCHES,
            {
                "start": count % {"count": len(middle)},
                "length": told_length(sum(step.seconds for step in middle)),
                "so_far": told_length(sums[-STRETCHES - 1]),
            },
        )
    return rows


def _ends(steps: list[tuple[Step, float]]) -> list[tuple[Step, float]]:
    return steps if len(steps) <= 2 * STRETCHES else [*steps[:STRETCHES], *steps[-STRETCHES:]]


def _day(day: dt.date, periods: tuple[Period, ...], names: Mapping[str, str]) -> str:
    """A day that is not as its weekday: closed, for what reason, or with its hours."""
    shown = date_format(day, "D j M Y")
    if periods:
        hours = told_periods(map(_clock, periods))
        return _("%(day)s: open %(hours)s") % {"day": shown, "hours": hours}
    name = names.get(day.isoformat()) or names.get(f"{day:%m-%d}")
    if name:
        return _("%(day)s: closed, %(name)s") % {"day": shown, "name": name}
    return _("%(day)s: closed") % {"day": shown}


def _clock(period: Period) -> list[str]:
    return [f"{second % 86_400 // 3600:02}:{second % 3600 // 60:02}" for second in period]
