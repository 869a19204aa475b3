"""The desk says which tickets belong together."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_line
from tickets.actions.lock import lock_two
from tickets.actions.record import record_event
from tickets.models import Ticket, TicketLink
from tickets.models.event import Verb
from tickets.models.ticket import Channel

MOST_LINKS = 20  # of one ticket


@transaction.atomic
def link_tickets(ticket: Ticket, other: Ticket, *, actor: Member, reason: str = "") -> None:
    """Links two tickets, with what they share in a few words; both tell of it. Linked ones get the new reason.

    Locks both, in the order of their ids. Idempotent. Raises Refused (field "number") for the ticket itself and for more
    than MOST_LINKS of either. The caller has made sure that the actor may see both.
    """
    if ticket.pk == other.pk:
        raise Refused(_("A ticket can't be linked with itself. Choose another one."), "number")
    here, there, now = lock_two(ticket, other)
    reason = clean_line(reason)[:60]
    sides = TicketLink.objects.filter(ticket__in=[here, there], other__in=[here, there])
    if sides.update(reason=reason):
        return
    for one in (here, there):
        if TicketLink.objects.filter(ticket=one).count() >= MOST_LINKS:
            text = _("%(number)s is linked with %(count)d tickets already. Remove one to add another.")
            raise Refused(text % {"number": one.number, "count": MOST_LINKS}, "number")
    pairs = [(here, there), (there, here)]
    TicketLink.objects.bulk_create(
        [TicketLink(ticket=one, other=two, reason=reason, created_at=now) for one, two in pairs]
    )
    _tell(pairs, Verb.LINKED, actor, now)


@transaction.atomic
def unlink_tickets(ticket: Ticket, other: Ticket, *, actor: Member) -> None:
    """Ends the link, on both sides. Locks both. Idempotent."""
    here, there, now = lock_two(ticket, other)
    sides = TicketLink.objects.filter(ticket__in=[here, there], other__in=[here, there])
    removed, _kinds = sides.delete()
    if removed:
        _tell([(here, there), (there, here)], Verb.UNLINKED, actor, now)


def _tell(pairs: list[tuple[Ticket, Ticket]], verb: Verb, actor: Member, now: dt.datetime) -> None:
    for here, there in pairs:
        # Its id only: who reads this may not see the other ticket.
        change: list[Any] = [None, there.pk] if verb == Verb.LINKED else [there.pk, None]
        record_event(here, verb, actor=actor, changes={"ticket": change}, channel=Channel.DESK, now=now)
