"""What the address of the queue asks for, and the tickets that answer it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Team
from tickets.models import Clock, Ticket
from tickets.models.sla import ClockKind
from tickets.models.ticket import OPEN_STATUSES, Priority, Status
from tickets.queries import tickets_visible_to

PAGE = 50
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


class View(models.TextChoices):
    """The queues that every desk has."""

    OPEN = "open", _("All open")
    MINE = "mine", _("Mine")
    UNASSIGNED = "unassigned", _("Unassigned")
    WAITING = "waiting", _("Waiting for reply")


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind this ticket, or (backwards) in front of it."""

    attention_at: dt.datetime
    ticket_id: int
    is_backwards: bool = False

    @classmethod
    def of(cls, ticket: Ticket, *, is_backwards: bool = False) -> Place:
        return cls(ticket.attention_at, ticket.pk, is_backwards)

    @classmethod
    def read(cls, text: str, *, is_backwards: bool) -> Place | None:
        """The place that `text` (see `__str__`) names; None when it names none."""
        moment, dot, key = text.partition(".")
        if not dot or not (moment.isascii() and moment.isdigit() and key.isascii() and key.isdigit()):
            return None
        try:
            place = cls(EPOCH + int(moment[:18]) * MICROSECOND, int(key[:18]), is_backwards)
        except OverflowError:
            return None
        return place

    def __str__(self) -> str:
        return f"{(self.attention_at - EPOCH) // MICROSECOND}.{self.ticket_id}"


@dataclass(frozen=True)
class Asked:
    """One list of tickets: a view, narrowed by team, status, priority and words, from a place on."""

    view: View = View.OPEN
    team: Team | None = None
    status: Status | None = None
    priority: Priority | None = None
    words: str = ""
    place: Place | None = None
    is_team_unknown: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str], teams: Iterable[Team]) -> Asked:
        """What the address asks for. What it does not understand it leaves out; `teams` are those the person sees."""
        slug = query.get("team", "")
        team = next((team for team in teams if team.slug == slug), None)
        before, after = query.get("before", ""), query.get("after", "")
        return cls(
            view=View(query["view"]) if query.get("view") in View.values else View.OPEN,
            team=team,
            status=Status(query["status"]) if query.get("status") in Status.values else None,
            priority=_priority(query.get("priority", "")),
            words=" ".join(query.get("q", "").replace("\0", "").split())[:200],
            place=Place.read(before or after, is_backwards=bool(before)),
            is_team_unknown=bool(slug) and team is None,
        )

    @property
    def is_newest_first(self) -> bool:
        """Whether the list is about tickets nobody waits for any more: then the newest stand on top."""
        return self.status in {Status.SOLVED, Status.CLOSED}

    @property
    def is_filtered(self) -> bool:
        """Whether something narrows the view, its team aside."""
        return bool(self.words or self.status or self.priority)

    def tickets(self, member: Member) -> QuerySet[Ticket]:
        """All tickets of the list that the member may see, in the order of the list, whatever the place."""
        if self.is_team_unknown:
            return Ticket.objects.none()
        tickets = self.narrowed(tickets_visible_to(member))
        if not self.status:
            tickets = tickets.filter(status__in=OPEN_STATUSES)
        if self.view == View.MINE:
            tickets = tickets.filter(assignee=member)
        if self.view == View.UNASSIGNED:
            tickets = tickets.filter(assignee=None)
        if self.view == View.WAITING:
            tickets = tickets.filter(Exists(_ANSWERS_DUE))
        return tickets.order_by("-id") if self.is_newest_first else tickets.order_by("attention_at", "id")

    def narrowed(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Those of `tickets` with the status, team and priority that are asked for."""
        wanted = {"status": self.status, "team": self.team, "priority": self.priority}
        return tickets.filter(**{name: value for name, value in wanted.items() if value})

    def query(self, **changes: object) -> str:
        """The query of the same list with `changes`, from its beginning."""
        asked = replace(self, **{"place": None, **changes})  # type: ignore[arg-type]
        place = asked.place
        pairs = {
            "view": "" if asked.view == View.OPEN else asked.view.value,
            "team": asked.team.slug if asked.team else "",
            "status": asked.status or "",
            "priority": asked.priority or "",
            "q": asked.words,
            "before": str(place) if place and place.is_backwards else "",
            "after": str(place) if place and not place.is_backwards else "",
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    def url(self, **changes: object) -> str:
        """The address of the same list with `changes`, from its beginning."""
        query = self.query(**changes)
        return reverse("admin:tickets_ticket_changelist") + (f"?{query}" if query else "")


_ANSWERS_DUE = Clock.objects.filter(
    ticket=OuterRef("pk"),
    kind__in=[ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE],
    state=Clock.State.RUNNING,
)


def page_of(
    tickets: QuerySet[Ticket], place: Place | None, *, newest_first: bool, size: int = PAGE
) -> tuple[list[Ticket], bool, bool]:
    """The tickets of the page that begins at `place`, and whether there is a page before and one after it.

    One statement, whose cost does not grow with the depth of the page (keyset, no OFFSET).
    """
    backwards = place is not None and place.is_backwards
    if backwards:
        tickets = tickets.reverse()
    if place:
        tickets = beyond(tickets, place, newest_first=newest_first)
    found = list(tickets[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        return found[::-1], has_more, True
    return found, place is not None, has_more


def beyond(tickets: QuerySet[Ticket], place: Place, *, newest_first: bool) -> QuerySet[Ticket]:
    """Those of `tickets` behind the place in its direction, by one comparison of rows that an index answers."""
    if newest_first:
        return (
            tickets.filter(pk__gt=place.ticket_id)
            if place.is_backwards
            else tickets.filter(pk__lt=place.ticket_id)
        )
    compared = TupleLessThan if place.is_backwards else TupleGreaterThan
    return tickets.filter(compared(Tuple("attention_at", "id"), (place.attention_at, place.ticket_id)))


def _priority(text: str) -> Priority | None:
    return Priority(int(text)) if text in map(str, Priority.values) else None
