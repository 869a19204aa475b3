"""Two people at one ticket: the second learns what moved, and nothing of the first is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import Refused
from tickets.actions.lock import lock_ticket
from tickets.models import Ticket, TicketEvent
from tickets.models.event import Verb

# What an act changes, and the events that tell who changed it.
CHANGED_BY = {
    "status": (Verb.STATUS_CHANGED, Verb.REOPENED),
    "priority": (Verb.PRIORITY_CHANGED,),
    "assignee_id": (Verb.ASSIGNED, Verb.ROUTED),
    "category_id": (Verb.ROUTED,),
    "subject": (Verb.RENAMED,),
}


class Moved(Refused):
    """Somebody changed it meanwhile; `event` tells who and how, `now` what it is."""

    def __init__(self, event: TicketEvent | None, now: Any) -> None:
        super().__init__(_("Somebody changed this while you looked at it. Nothing was changed."))
        self.event, self.now = event, now


@contextmanager
def as_seen(ticket: Ticket, name: str, *, seen: Any, wanted: Any) -> Iterator[None]:
    """Runs the block, which acts on the ticket, in a transaction that holds its lock, while `name` (a key of CHANGED_BY)
    is still what the person saw, or is what they want already. Raises Moved otherwise.
    """
    with transaction.atomic():
        locked, _now = lock_ticket(ticket)
        current = getattr(locked, name)
        if current not in (seen, wanted):
            events = TicketEvent.objects.filter(ticket=locked, verb__in=CHANGED_BY[name])
            raise Moved(events.select_related("actor").order_by("-id").first(), current)
        yield
