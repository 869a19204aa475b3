"""Where a ticket stands in the queue that it was opened from: "3 of 43"."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.counts import LIMIT, count_text
from tickets.admin.asked import Asked
from tickets.admin.orders import Place, beyond
from tickets.admin.search import Found
from tickets.models import Ticket


def lists_around(ticket: Ticket, asked: Asked, queue: Found) -> list[Found]:
    """What is to be counted for `position_of`: the queue, the tickets before this one, and whether it is in the queue.

    Nothing of a list that no index finds: to count it is to look through all of it.
    """
    if asked.is_looked_through:
        return []
    parts = queue.parts
    here = Place.of(ticket, asked.order, is_backwards=True)
    before = [beyond(part, here, asked.order) for part in parts]
    return [queue, Found(before), Found([part.filter(pk=ticket.pk) for part in parts])]


def position_of(counts: Sequence[int]) -> dict[str, str]:
    """The place and the length of the queue; nothing when the ticket is not in it, or too far down to be counted."""
    whole, before, itself = counts or (0, 0, 0)
    if not itself or before >= LIMIT:
        return {}
    return {"place": count_text(before + 1), "all": count_text(whole)}
