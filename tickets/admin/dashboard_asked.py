"""What the address of the dashboard asks for: the days, and whose tickets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.addresses import current_tenant
from accounts.factors import person_of
from accounts.models import Member, Team
from accounts.models.team import Tier
from accounts.queries import active_holders
from helpdesk.locales import told_name_of
from tickets.admin.figures_filter import OWN
from tickets.admin.filters import topic_choices, topics_below
from tickets.admin.panel import teams_of_desk
from tickets.rules import may_see_figures, sees_all_tickets
from tickets.summaries.read import Wanted

PERIODS = {"7": _("Last 7 days"), "30": _("Last 30 days"), "90": _("Last 90 days"), "365": _("Last 365 days")}
USUAL = "30"
LONGEST_YEARS = 10
NAMED = 3  # people to ask, where somebody may not see the figures


def today() -> dt.date:
    """The day it is for the desk."""
    return timezone.now().astimezone(ZoneInfo(current_tenant().timezone)).date()


def allowed(request: HttpRequest) -> tuple[Member, list[Team]]:
    """The person with the teams whose figures they see. Raises PermissionDenied, which names whom to ask."""
    member = person_of(request)
    if not may_see_figures(member):
        admins = active_holders(Member.Role.ADMIN).order_by("name", "email")[:NAMED]
        names = ", ".join(str(admin) for admin in admins)
        raise PermissionDenied(
            gettext("Only team leads and admins see these figures. Ask %(names)s.") % {"names": names}
        )
    return member, teams_of_desk(request)


def told_days(wanted: Wanted) -> str:
    """The days of a report in words."""
    return gettext("%(first)s to %(last)s") % {
        "first": date_format(wanted.first, "DATE_FORMAT"),
        "last": date_format(wanted.last, "DATE_FORMAT"),
    }


class FiguresForm(forms.Form):
    """What narrows the figures; two dates take the place of the period."""

    period = forms.ChoiceField(label=_("Period"), choices=list(PERIODS.items()), required=False)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    team = forms.ChoiceField(label=_("Team"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, asked: Any, *, member: Member, teams: Sequence[Team]) -> None:
        given = {name: value for name, value in asked.items() if name in self.base_fields and value.strip()}
        super().__init__({"period": USUAL} | given, auto_id="figures_%s")
        self.given, self.member, self.own_teams = given, member, list(teams)
        named = [(team.slug, team.name) for team in teams]
        self._offer("team", _("Every team"), named)
        self._offer("category", _("Every category"), topic_choices())
        self._offer("tier", _("Every tier"), [(str(value), label) for value, label in Tier.choices])
        languages = [(code, told_name_of(code)) for code, _name in settings.LANGUAGES]
        self._offer("language", _("Every language"), languages)
        self.fields["team"].error_messages["invalid_choice"] = _(
            "You see the figures of your own teams only."
        )

    def _offer(self, name: str, every: Any, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", every), *choices]

    def clean(self) -> dict[str, Any]:
        """The days, in order and not too many."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and first > last:
            self.add_error("last", _("Choose a day that is not before the first one."))
        if first and first < today() - dt.timedelta(days=366 * LONGEST_YEARS):
            self.add_error("first", _("Choose a day of the last ten years."))
        return found

    @cached_property
    def wanted(self) -> Wanted:
        """Whose figures of which days; what could not be understood is left out."""
        found = self.cleaned_data if not self.errors else {}
        first, last = self._days(found)
        category = found.get("category")
        return Wanted(
            first,
            last,
            teams=self._teams(found.get("team", "")),
            categories=tuple(topics_below(category)) if category else None,
            tier=int(found["tier"]) if found.get("tier") else None,
            language=found.get("language", ""),
        )

    @property
    def chosen_team(self) -> Team | None:
        """The one team that is asked for, or the only one there is to see."""
        slug = "" if self.errors else self.cleaned_data.get("team", "")
        own = self.own_teams
        if not slug and len(own) == 1 and not sees_all_tickets(self.member):
            return own[0]
        return next((team for team in own if team.slug == slug), None)

    def query(self, **changes: str) -> str:
        """The query of the same figures with `changes`."""
        return urlencode({name: value for name, value in (self.given | changes).items() if value})

    def queue_pairs(self) -> dict[str, str]:
        """What narrows the queue to the same tickets, the days aside."""
        names = () if self.errors else ("category", "tier", "language")
        pairs = {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
        if self.chosen_team:
            return {"team": self.chosen_team.slug} | pairs
        return pairs if sees_all_tickets(self.member) else {"teams": OWN} | pairs

    def _days(self, found: dict[str, Any]) -> tuple[dt.date, dt.date]:
        until = found.get("last") or today()
        if first := found.get("first"):
            return min(first, until), until
        days = int(found.get("period") or USUAL)
        return until - dt.timedelta(days=days - 1), until

    def _teams(self, slug: str) -> tuple[int, ...] | None:
        if slug:
            return tuple(team.pk for team in self.own_teams if team.slug == slug)
        return None if sees_all_tickets(self.member) else tuple(team.pk for team in self.own_teams)
