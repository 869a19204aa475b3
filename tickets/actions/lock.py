"""The lock every act on a ticket begins with."""

import datetime as dt

from django.utils import timezone

from tickets.models import Ticket


def lock_ticket(ticket: Ticket) -> tuple[Ticket, dt.datetime]:
    """The ticket as it stands, locked until the transaction ends, and the moment of the act.

    The moment is taken under the lock and never lies before the ticket's last act, whatever the clocks of several
    machines say: what happened to a ticket is in order. New rows may still point at the ticket meanwhile.
    """
    locked = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    return locked, max(timezone.now(), locked.updated_at)


def take_over(ticket: Ticket, locked: Ticket) -> None:
    """Gives the caller's copy of the ticket what the act made of the locked one; asks the database nothing."""
    for field in Ticket._meta.concrete_fields:
        setattr(ticket, field.attname, getattr(locked, field.attname))
