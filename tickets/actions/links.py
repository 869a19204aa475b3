"""People without an account open their ticket by a mailed link, or ask for a new one."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.actions.people import prove_address
from accounts.addresses import current_tenant
from helpdesk.errors import Refused
from tickets.actions.record import record_event
from tickets.guest_links import hash_of
from tickets.models import GuestLink, Participant, Ticket
from tickets.models.event import Verb
from tickets.notify import announce_lost_link
from tickets.queries import find_ticket


@transaction.atomic
def open_guest_link(token: str) -> Participant | None:
    """The participant whose mailed link carries `token`; None when it is unknown, expired or revoked.

    Opening it proves that mail to the address arrives at this person, for this ticket and for the member.
    """
    now = timezone.now()
    link = (
        GuestLink.objects.select_related("participant__member", "participant__ticket")
        .filter(token_hash=hash_of(token), revoked_at=None, expires_at__gt=now)
        .first()
    )
    if link is None:
        return None
    if link.opened_at is None:
        GuestLink.objects.filter(pk=link.pk).update(opened_at=now)
    _prove(link.participant, now)
    return link.participant


def mail_guest_link(number: str, email: str) -> None:
    """Mails a new link to `email` if that person takes part in the ticket; tells nobody whether it did."""
    try:
        ticket = find_ticket(Ticket.objects.all(), number, current_tenant().prefix)
    except Refused:
        return
    participants = Participant.objects.select_related("member").filter(member__email=email.strip().lower())
    participant = participants.filter(ticket=ticket).first() if ticket else None
    if participant and ticket:
        participant.ticket = ticket
        announce_lost_link(participant)


def _prove(participant: Participant, now: dt.datetime) -> None:
    if participant.proven_at is None:
        Participant.objects.filter(pk=participant.pk).update(proven_at=now)
        participant.proven_at = now
        record_event(participant.ticket, Verb.LINK_OPENED, actor=participant.member, now=now)
    prove_address(participant.member)
