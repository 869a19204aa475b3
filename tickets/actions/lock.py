"""The lock every act on a ticket begins with."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.errors import Refused
from tickets.models import Ticket


def lock_ticket(ticket: Ticket) -> tuple[Ticket, dt.datetime]:
    """The ticket as it stands, locked until the transaction ends, and the moment of the act.

    The moment is taken under the lock and never lies before the ticket's last act, whatever the clocks of several
    machines say: what happened to a ticket is in order. New rows may still point at the ticket meanwhile.

    Raises Refused when the ticket was joined with another one: nothing happens in it any more.
    """
    locked = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    if locked.merged_into_id:
        raise Refused(_("This ticket was joined with another one. Nothing can be done in it any more."))
    _keep_known(locked, ticket)
    return locked, max(timezone.now(), locked.updated_at)


def take_over(ticket: Ticket, locked: Ticket) -> None:
    """Gives the caller's copy of the ticket what the act made of the locked one; asks the database nothing."""
    for field in Ticket._meta.concrete_fields:
        setattr(ticket, field.attname, getattr(locked, field.attname))


def _keep_known(locked: Ticket, ticket: Ticket) -> None:
    """Spares reading again what was read with `ticket`: where it lies, as far as it lies there still."""
    for field in (Ticket._meta.get_field("team"), Ticket._meta.get_field("category")):
        if field.is_cached(ticket) and getattr(locked, field.attname) == getattr(ticket, field.attname):
            field.set_cached_value(locked, field.get_cached_value(ticket))


def lock_two(one: Ticket, other: Ticket) -> tuple[Ticket, Ticket, dt.datetime]:
    """Both tickets as they stand, locked in the order of their ids, and the moment of the act; see `lock_ticket`.

    Also when one was joined into the other, and when both are the same.
    """
    wanted = Ticket.objects.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk])
    locked = {ticket.pk: ticket for ticket in wanted.order_by("pk")}
    moments = [timezone.now(), *(ticket.updated_at for ticket in locked.values())]
    return locked[one.pk], locked[other.pk], max(moments)
