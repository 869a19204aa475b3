"""The boxes that narrow the queue, and the chips that say how it is narrowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from tickets.admin.answer_filters import answer_boxes, filter_of, filters_in
from tickets.admin.asked import Asked
from tickets.admin.filters import AT_HAND, FILTERS
from tickets.admin.orders import Sort


class QueueForm(forms.Form):
    """What narrows the queue. It shows what the address asks for; `Asked` reads the address.

    With `is_whole` it offers every filter, else those at hand: the choices of the others are asked of the database.
    """

    def __init__(self, asked: Asked, *, teams: Iterable[Team], is_whole: bool) -> None:
        super().__init__(initial=_initial(asked), auto_id="filter_%s")
        names = list(FILTERS) if is_whole else AT_HAND
        self.fields |= {name: _box(name) for name in names}
        if not asked.is_of_open:
            self.fields["status"].choices = [("", _("Every status")), *FILTERS["status"].choices()]  # type: ignore[attr-defined]
        asks = answer_boxes(asked.filters) if is_whole else {}
        named = [(team.slug, team.name) for team in teams]
        self.fields["team"] = forms.ChoiceField(
            label=gettext_lazy("Team"), choices=[("", _("Every team")), *named]
        )
        sorts = [("" if sort == Sort.DUE else sort.value, sort.label) for sort in Sort]
        if not asked.is_of_open:  # there is one order, whatever is asked for
            sorts = [(asked.pairs().get("sort", ""), asked.order.label)]
        self.fields["sort"] = forms.ChoiceField(label=gettext_lazy("Order"), choices=sorts)
        self.boxes = [self[name] for name in self.fields]
        self.fields |= asks
        self.answers = [self[name] for name in asks]

    def kept(self, asked: Asked) -> dict[str, str]:
        """What the address asks for besides, to go along when the form is sent."""
        return {name: value for name, value in asked.pairs().items() if name not in self.fields}


def _box(name: str) -> forms.ChoiceField:
    known = FILTERS[name]
    return forms.ChoiceField(label=known.label, choices=[("", known.every), *known.choices()])


def _initial(asked: Asked) -> dict[str, Any]:
    return {**asked.filters, "team": asked.team and asked.team.slug, "sort": asked.pairs().get("sort", "")}


def chips_of(asked: Asked) -> list[dict[str, str]]:
    """What narrows the list, each with the address of the list without it."""
    chips = []
    if asked.words:
        chips.append({"label": f"“{asked.words}”", "url": asked.url(words="")})
    if asked.team:
        chips.append({"label": asked.team.name, "url": asked.url(team=None)})
    for name, value in asked.filters.items():
        known = filter_of(name)
        label = _("%(filter)s: %(value)s") % {"filter": known.label, "value": known.words(value)}
        chips.append({"label": label, "url": asked.url_without(name)})
    return chips


def refuse_lookups(request: HttpRequest) -> None:
    """The queue reads only its own parameters; a column guessed through the address is refused aloud."""
    for name in request.GET:
        if "__" in name and name not in filters_in([name]):
            raise DisallowedModelAdminLookup(f"Filtering by {name} not allowed")
