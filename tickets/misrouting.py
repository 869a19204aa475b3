"""Requests that went to the wrong place first, counted by the category they were sent to."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from tickets.models import Misroute, Ticket

FEW = 5  # moved tickets to one place, below which nothing is suggested
SHARE = 0.2  # of all that were sent to the category


@dataclass(frozen=True)
class Onward:
    """So many tickets went on to that category and team."""

    category_id: int | None
    team_id: int
    tickets: int


@dataclass(frozen=True)
class Misrouted:
    """Of `sent` tickets of one category, `moved` are at another category or team now, because a person moved them."""

    category_id: int
    sent: int
    moved: int
    onward: tuple[Onward, ...]  # where most went first

    @property
    def suggested(self) -> Onward | None:
        """Where so many went that the category could lead there at once; None where it is a few."""
        most = self.onward[0]
        return most if most.tickets >= FEW and most.tickets >= SHARE * self.sent else None


def misrouted(*, since: dt.datetime, until: dt.datetime) -> list[Misrouted]:
    """The categories of the current tenant of whose tickets, sent from `since` to before `until`, any were moved away.

    Most moved first. Two statements: one over the moves of that time, one over an index of the categories' tickets.
    """
    moves = Misroute.objects.filter(sent_at__gte=since, sent_at__lt=until)
    rows = list(
        moves.order_by()
        .values_list("category", "to_category", "to_team")
        .annotate(tickets=Count("pk"))
        .order_by("-tickets", "to_category", "to_team")
    )
    away: Counter[int] = Counter()
    came: Counter[int | None] = Counter()
    for category_id, to_category_id, _team_id, tickets in rows:
        away[category_id] += tickets
        if to_category_id != category_id:  # as opposed to those that only changed the team
            came[category_id] -= tickets
            came[to_category_id] += tickets
    there = _tickets_in(list(away), since, until)
    found = [
        Misrouted(
            category_id,
            there.get(category_id, 0) - came[category_id],
            moved,
            tuple(Onward(to, team, tickets) for own, to, team, tickets in rows if own == category_id),
        )
        for category_id, moved in away.items()
    ]
    return sorted(found, key=lambda one: (-one.moved, one.category_id))


def _tickets_in(category_ids: list[int], since: dt.datetime, until: dt.datetime) -> dict[int, int]:
    """How many tickets of that time are in each category now, by the index `ticket_of_category`."""
    tickets = Ticket.objects.filter(category__in=category_ids, created_at__gte=since, created_at__lt=until)
    return dict(tickets.order_by().values_list("category").annotate(Count("pk")))
