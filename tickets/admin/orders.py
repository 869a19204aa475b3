"""The orders of the queue, and the places in them where a page begins. Each order is the walk along one index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket

PAGE = 50
LOOKED = 2_000  # tickets of each part of a list that are looked at for one page, where no index knows what is asked
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


class Sort(models.TextChoices):
    """What stands on top of a list."""

    DUE = "due", _("Due first")
    NEWEST = "newest", _("Newest first")
    UPDATED = "updated", _("Oldest update first")
    PRIORITY = "priority", _("Highest priority first")

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns of the index, which stand as they are but for NEWEST, which walks it back."""
        return _FIELDS[self]


_FIELDS = {
    Sort.DUE: ("attention_at", "id"),
    Sort.NEWEST: ("id",),
    Sort.UPDATED: ("updated_at", "id"),
    Sort.PRIORITY: ("urgency", "attention_at", "id"),
}


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind the ticket with these values, or (backwards) in front of it."""

    values: tuple[dt.datetime | int, ...]
    is_backwards: bool = False

    @classmethod
    def of(cls, ticket: Ticket, sort: Sort, *, is_backwards: bool = False) -> Place:
        return cls(tuple(getattr(ticket, name) for name in sort.fields), is_backwards)

    @classmethod
    def read(cls, text: str, sort: Sort, *, is_backwards: bool) -> Place | None:
        """The place in that order that `text` (see `__str__`) names; None when it names none."""
        signs = text.split(".")
        if len(signs) != len(sort.fields) or not all(sign.isascii() and sign.isdigit() for sign in signs):
            return None
        try:
            pairs = zip(sort.fields, (int(sign[:18]) for sign in signs), strict=True)
            values = [EPOCH + value * MICROSECOND if name.endswith("_at") else value for name, value in pairs]
        except OverflowError:
            return None
        return cls(tuple(values), is_backwards)

    def __str__(self) -> str:
        return ".".join(
            str((value - EPOCH) // MICROSECOND if isinstance(value, dt.datetime) else value)
            for value in self.values
        )


def in_order(tickets: QuerySet[Ticket], sort: Sort, *, is_backwards: bool = False) -> QuerySet[Ticket]:
    """`tickets` in this order, or in its reverse."""
    descending = (sort == Sort.NEWEST) != is_backwards
    return tickets.order_by(*(f"-{name}" if descending else name for name in sort.fields))


def beyond(tickets: QuerySet[Ticket], place: Place, sort: Sort) -> QuerySet[Ticket]:
    """Those of `tickets` behind the place in its direction, by one comparison of rows that an index answers."""
    falls = (sort == Sort.NEWEST) != place.is_backwards
    if len(place.values) == 1:
        return tickets.filter(**{f"{sort.fields[0]}__{'lt' if falls else 'gt'}": place.values[0]})
    compared = TupleLessThan if falls else TupleGreaterThan
    return tickets.filter(compared(Tuple(*sort.fields), place.values))


def upto(tickets: QuerySet[Ticket], place: Place, sort: Sort) -> QuerySet[Ticket]:
    """Those of `tickets` from the beginning, in its direction, to the place and no further."""
    falls = (sort == Sort.NEWEST) != place.is_backwards
    if len(place.values) == 1:
        return tickets.filter(**{f"{sort.fields[0]}__{'gte' if falls else 'lte'}": place.values[0]})
    compared = TupleGreaterThanOrEqual if falls else TupleLessThanOrEqual
    return tickets.filter(compared(Tuple(*sort.fields), place.values))


def end_of_look(parts: Sequence[QuerySet[Ticket]], sort: Sort, place: Place | None) -> Place | None:
    """Where to stop looking for what hardly any ticket of a list is: behind LOOKED tickets of the part that is the first
    to get so far, counted from `place` on; None when the list ends before. `parts` make up the list. One statement.
    """
    first, *others = (
        walk_of(part, sort, place).values_list(*sort.fields)[LOOKED - 1 : LOOKED] for part in parts
    )
    found = [*(first.union(*others, all=True) if others else first)]
    backwards = place is not None and place.is_backwards
    nearest = max if (sort == Sort.NEWEST) != backwards else min
    return Place(nearest(found), backwards) if found else None


def walk_of(part: QuerySet[Ticket], sort: Sort, place: Place | None) -> QuerySet[Ticket]:
    """One part of a list from `place` on, in the direction of the place."""
    walk = in_order(part, sort, is_backwards=place is not None and place.is_backwards)
    return beyond(walk, place, sort) if place else walk


def page_of(
    parts: Sequence[QuerySet[Ticket]],
    sort: Sort,
    place: Place | None,
    *,
    until: Place | None = None,
    shown: Callable[[QuerySet[Ticket]], QuerySet[Ticket]],
    size: int = PAGE,
) -> tuple[list[Ticket], bool, bool]:
    """The tickets of the page that begins at `place`, and whether there is a page before and one after it.

    `parts` make up the list, each the walk along an index; `shown` adds what a row needs; nothing behind `until` is looked
    at. One statement, whose cost does not grow with the depth of the page (keyset, no OFFSET).
    """
    walked = [upto(part, until, sort) for part in parts] if until else parts
    ids = union_of([walk_of(part, sort, place)[: size + 1] for part in walked])
    backwards = place is not None and place.is_backwards
    tickets = in_order(shown(Ticket.objects.filter(pk__in=ids)), sort, is_backwards=backwards)
    found = list(tickets[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        return found[::-1], has_more, True
    return found, place is not None, has_more


def union_of(parts: Sequence[QuerySet[Ticket]]) -> QuerySet[Ticket, Any]:
    """The ids of all parts; of what several have, several times."""
    first, *others = (part.values("pk") for part in parts)
    return first.union(*others, all=True) if others else first
