"""Requests that went to the wrong place first, counted by the category they were sent to."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count

from accounts.addresses import current_tenant
from tickets.models import Misroute
from tickets.models.figures import Measure
from tickets.summaries.read import Wanted, totals

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
        most = self.onward[0] if self.onward else None
        return most if most and most.tickets >= FEW and most.tickets >= SHARE * self.sent else None


def misrouted(wanted: Wanted) -> list[Misrouted]:
    """The categories of whose tickets, sent on the days and to the teams that are wanted, any were moved away.

    Most moved first, the same numbers as on the dashboard. Two statements: the figures, and the moves of that time.
    """
    sent, moved = Counter[int](), Counter[int]()
    for category_id, is_wrong, total in totals(wanted, "category", "bin", measures=[Measure.SENT]):
        sent[category_id] += total
        moved[category_id] += total if is_wrong else 0
    onward: dict[int, list[Onward]] = {}
    for category_id, to_category, to_team, n in _moves(wanted):
        onward.setdefault(category_id, []).append(Onward(to_category, to_team, n))
    found = [
        Misrouted(category_id, sent[category_id], n, tuple(onward.get(category_id, ())))
        for category_id, n in moved.items()
        if n
    ]
    return sorted(found, key=lambda one: (-one.moved, one.category_id))


def _moves(wanted: Wanted) -> list[tuple[int, int | None, int, int]]:
    """From which category how many went to which category and team, most first."""
    zone = ZoneInfo(current_tenant().timezone)
    first, after = (
        dt.datetime.combine(day, dt.time(), zone)
        for day in (wanted.first, wanted.last + dt.timedelta(days=1))
    )
    columns = {"team": "team", "category": "category", "tier": "ticket__tier", "language": "ticket__locale"}
    narrowed = {f"{columns[name]}__in": values for name, values in wanted.names().items()}
    moves = Misroute.objects.filter(
        sent_at__gte=first, sent_at__lt=after, ticket__is_spam=False, ticket__merged_into=None, **narrowed
    )
    return list(
        moves.order_by()
        .values_list("category", "to_category", "to_team")
        .annotate(tickets=Count("pk"))
        .order_by("-tickets", "to_category", "to_team")
    )
