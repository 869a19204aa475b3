"""The desk says how long it worked on a ticket."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_line
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.models import Ticket, TimeSpent
from tickets.models.event import Verb
from tickets.models.ticket import Channel
from tickets.models.time_spent import LONGEST


@transaction.atomic
def add_time(ticket: Ticket, *, member: Member, minutes: int, purpose: str, key: uuid.UUID) -> TimeSpent:
    """Adds minutes of the member's work. Locks the ticket; idempotent by `key`.

    Raises Refused (field "minutes") for less than one minute and for more than a day at once.
    """
    _check(minutes)
    locked, now = lock_ticket(ticket)
    before = TimeSpent.objects.filter(key=key).first()
    if before:
        return before
    spent = TimeSpent.objects.create(
        ticket=locked, member=member, minutes=minutes, purpose=clean_line(purpose)[:120], key=key, at=now
    )
    _tell(locked, member, [None, minutes])
    return spent


@transaction.atomic
def change_time(spent: TimeSpent, *, member: Member, minutes: int, purpose: str) -> None:
    """Corrects an entry. Locks the ticket; idempotent. Raises Refused as `add_time`, and for somebody else's entry."""
    _check(minutes)
    entry = _own(spent, member)
    before = entry.minutes
    entry.minutes, entry.purpose = minutes, clean_line(purpose)[:120]
    entry.save(update_fields=["minutes", "purpose"])
    if before != minutes:
        _tell(entry.ticket, member, [before, minutes])


@transaction.atomic
def remove_time(spent: TimeSpent, *, member: Member) -> None:
    """Takes an entry back. Locks the ticket. Raises Refused for somebody else's entry."""
    entry = _own(spent, member)
    entry.delete()
    _tell(entry.ticket, member, [entry.minutes, None])


def _own(spent: TimeSpent, member: Member) -> TimeSpent:
    lock_ticket(spent.ticket)
    entry = TimeSpent.objects.select_related("ticket").filter(pk=spent.pk).first()
    if entry is None:
        raise Refused(_("This entry is gone already."))
    if entry.member_id != member.pk:
        raise Refused(_("Only who wrote an entry can change it."))
    return entry


def _check(minutes: int) -> None:
    if not 1 <= minutes <= LONGEST:
        text = _("Enter between 1 and %(count)d minutes. Add longer work day by day.")
        raise Refused(text % {"count": LONGEST}, "minutes")


def _tell(ticket: Ticket, member: Member, change: list[Any]) -> None:
    _locked, now = lock_ticket(ticket)
    record_event(
        ticket, Verb.TIME_SPENT, actor=member, changes={"minutes": change}, channel=Channel.DESK, now=now
    )
