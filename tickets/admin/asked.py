"""What the address of the queue asks for, and the tickets that answer it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Team
from tickets.admin.answer_filters import PREFIX, filter_of, filters_in
from tickets.admin.filters import Reader
from tickets.admin.orders import Place, Sort, in_order
from tickets.called import is_mentioned, was_called
from tickets.models import Ticket
from tickets.models.ticket import NEVER, OPEN_STATUSES
from tickets.queries import tickets_visible_to
from tickets.rules import sees_all_tickets

INDEXED = frozenset({"status", "priority", "assignee", "due", "teams"})
FOUND_BY_KEYS = frozenset({"tag", "figures"})
SOON = dt.timedelta(hours=1)
MOST_PARTS = (
    6  # who works in more teams sees most of the tenant, and one walk along the whole finds a page at once
)


class View(models.TextChoices):
    """The queues that every desk has."""

    MINE = "mine", _("Mine")
    DUE = "due", _("Due in 1 h")
    UNASSIGNED = "unassigned", _("Unassigned")
    WAITING = "waiting", _("Waiting for reply")
    OPEN = "open", _("All open")
    SPAM = "spam", _("Spam")


@dataclass(frozen=True)
class Asked:
    """One list of tickets: a view, narrowed by team, filters (value by name) and words, in an order, from a place on."""

    view: View = View.OPEN
    team: Team | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    sort: Sort = Sort.DUE
    place: Place | None = None
    is_team_unknown: bool = False
    now: dt.datetime = field(default_factory=timezone.now, compare=False)

    @classmethod
    def read(cls, query: Mapping[str, str], teams: Iterable[Team]) -> Asked:
        """What the address asks for. What it does not understand it leaves out; `teams` are those the person sees."""
        slug = query.get("team", "")
        team = next((team for team in teams if team.slug == slug), None)
        before, after = query.get("before", ""), query.get("after", "")
        given = {name: known.read(query.get(name, "")) for name, known in filters_in(query).items()}
        asked = cls(
            view=View(query["view"]) if query.get("view") in View.values else View.OPEN,
            team=team,
            filters={name: value for name, value in given.items() if value},
            words=" ".join(query.get("q", "").replace("\0", "").split())[:200],
            sort=Sort(query["sort"]) if query.get("sort") in Sort.values else Sort.DUE,
            is_team_unknown=bool(slug) and team is None,
        )
        return replace(asked, place=Place.read(before or after, asked.order, is_backwards=bool(before)))

    @property
    def is_of_open(self) -> bool:
        """Whether only open tickets can be in the list; words and what figures count are looked for in every status, and
        so is spam."""
        if self.view == View.SPAM:
            return False
        return self.filters.get("status", "") in OPEN_STATUSES or not (
            self.words or self.filters.get("status") or self.filters.get("figures")
        )

    @property
    def is_wider(self) -> bool:
        """Whether words or a status reach beyond the open tickets that the view is named after, or nobody knows what to."""
        return self.is_team_unknown or (self.view == View.OPEN and not self.is_of_open)

    @property
    def order(self) -> Sort:
        """The order of the list: for tickets nobody waits for any more, the newest stand on top."""
        return self.sort if self.is_of_open else Sort.NEWEST

    @property
    def is_filtered(self) -> bool:
        """Whether something narrows the view, its team aside."""
        return bool(self.words or self.filters)

    @property
    def is_narrowed(self) -> bool:
        """Whether the words are looked for in a part of the tickets only."""
        return bool(self.words) and (self.view, self.team, self.filters) != (View.OPEN, None, {})

    @property
    def everywhere(self) -> str:
        """The address of a search for the same words in all tickets."""
        return self.url(view=View.OPEN, team=None, filters={})

    def tickets(self, member: Member) -> QuerySet[Ticket]:
        """All tickets of the list that the member may see, in the order of the list, whatever the place and the words."""
        if self.is_team_unknown:
            return Ticket.objects.none()
        return in_order(self.among(tickets_visible_to(member), member), self.order)

    def parts(self, member: Member, teams: Sequence[Team]) -> list[QuerySet[Ticket]]:
        """The same tickets in parts, each of which is a walk along one index, or one person's few.

        Who sees some teams only would otherwise walk past everything that lies with the others. `teams` are those. Some
        tickets may be in several parts: to leave out of one what another has would walk past all of that.
        """
        if self.is_team_unknown or sees_all_tickets(member):
            return [self.tickets(member)]
        tickets = self.among(Ticket.objects.all(), member)
        if (
            self.view == View.MINE or self.team in teams
        ):  # all of them may be seen, and need not be asked about
            return [in_order(tickets, self.order)]
        if self.team or len(teams) > MOST_PARTS:
            return [self.tickets(member)]
        parts = [tickets.filter(team=team) for team in teams]
        if self.filters.get("teams"):
            return parts
        parts.append(tickets.filter(assignee=member))
        if was_called(member):
            parts.append(tickets.filter(is_mentioned(member)))
        return parts

    @property
    def is_indexed(self) -> bool:
        """Whether an index knows the tickets of the list, in the order of what is due."""
        return (
            self.is_of_open and not self.words and len(self.filters) < 2 and INDEXED.issuperset(self.filters)
        )

    @property
    def is_looked_through(self) -> bool:
        """Whether the list is found by looking at tickets that its filters leave out, however many these are.

        What stands in rows of its own is found by its keys.
        """
        if self.words or any(name in FOUND_BY_KEYS or name.startswith(PREFIX) for name in self.filters):
            return False
        return bool(self.filters) and not (self.is_indexed and self.order == Sort.DUE)

    @property
    def plain(self) -> Asked:
        """The list of which the filters leave a part, in the same order."""
        status = {} if self.is_of_open else {"status": self.filters.get("status", "")}
        return replace(self, filters=status if status.get("status") else {})

    def first_walks(self, member: Member, teams: Sequence[Team]) -> tuple[list[QuerySet[Ticket]], Q]:
        """The walks along which the list lies before its filters, and what they ask for: to count a part of it cheaply."""
        plain = replace(self.plain, sort=Sort.DUE)
        parts = [in_order(part, plain.order) for part in plain.parts(member, teams)]
        return parts, self.wanted(member)

    def among(self, tickets: QuerySet[Ticket], member: Member) -> QuerySet[Ticket]:
        """Those of `tickets` that belong to the list, whoever may see them."""
        if self.is_of_open and "status" not in self.filters:
            tickets = tickets.filter(status__in=OPEN_STATUSES)
        return self.narrowed(tickets, member).filter(self._of_view(member), is_spam=self.view == View.SPAM)

    def narrowed(self, tickets: QuerySet[Ticket], member: Member) -> QuerySet[Ticket]:
        """Those of `tickets` with the team and the filters that are asked for."""
        of_team = Q(team=self.team) if self.team else Q()
        return tickets.filter(of_team & self.wanted(member))

    def wanted(self, member: Member) -> Q:
        """What the filters ask for."""
        reader, wanted = Reader(member, self.now), Q()
        for name, value in self.filters.items():
            wanted &= filter_of(name).condition(value, reader)
        return wanted

    def _of_view(self, member: Member) -> Q:
        if self.view == View.MINE:
            return Q(assignee=member)
        if self.view == View.DUE:
            return Q(attention_at__lt=Now() + SOON)  # by the database's clock: the SQL of this view is kept
        if self.view == View.UNASSIGNED:
            return Q(assignee=None)
        if self.view == View.WAITING:
            return Q(awaits_answer=True, attention_at__lt=NEVER)
        return Q()

    def query(self, **changes: object) -> str:
        """The query of the same list with `changes`, from its beginning."""
        return urlencode(self.pairs(**changes))

    def pairs(self, **changes: Any) -> dict[str, Any]:
        """The same, name by name."""
        asked = replace(self, **{"place": None, **changes})
        place = asked.place
        pairs = {
            "view": "" if asked.view == View.OPEN else asked.view.value,
            "team": asked.team.slug if asked.team else "",
            **asked.filters,
            "q": asked.words,
            "sort": "" if asked.sort == Sort.DUE else asked.sort.value,
            "before": str(place) if place and place.is_backwards else "",
            "after": str(place) if place and not place.is_backwards else "",
        }
        return {name: value for name, value in pairs.items() if value}

    def url(self, **changes: object) -> str:
        """The address of the same list with `changes`, from its beginning."""
        query = self.query(**changes)
        return reverse("admin:tickets_ticket_changelist") + (f"?{query}" if query else "")

    def url_without(self, name: str) -> str:
        """The address of the same list without one of its filters."""
        return self.url(filters={other: value for other, value in self.filters.items() if other != name})


def heading(asked: Asked) -> str:
    """The name of the list, by the words that are looked for in it, its view and its team."""
    view = gettext("Tickets") if asked.is_wider else str(asked.view.label)
    name = gettext("%(view)s in %(team)s") % {"view": view, "team": asked.team} if asked.team else view
    return (
        gettext("%(list)s with “%(words)s”") % {"list": name, "words": asked.words} if asked.words else name
    )
