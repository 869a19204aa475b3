"""People without an account open their ticket by a mailed link, or ask for a new one."""

from django.db import transaction
from django.utils import timezone

from accounts.actions.people import prove_address
from accounts.addresses import current_tenant
from helpdesk.errors import Refused
from helpdesk.tokens import hash_of
from tickets.actions.record import record_event
from tickets.models import GuestLink, Participant, Ticket
from tickets.models.event import Verb
from tickets.notify import announce_lost_link
from tickets.queries import find_ticket


@transaction.atomic
def open_guest_link(token: str) -> Participant | None:
    """The participant whose mailed link carries `token`; None when it is unknown, expired, revoked or shut out.

    Proves nothing yet: programs that look through mail open links too. See `prove_participant`.
    """
    now = timezone.now()
    link = (
        GuestLink.objects.select_related("participant__member", "participant__ticket")
        .filter(
            token_hash=hash_of(token),
            revoked_at=None,
            expires_at__gt=now,
            participant__member__is_active=True,
        )
        .first()
    )
    if link is None:
        return None
    if link.opened_at is None:
        GuestLink.objects.filter(pk=link.pk).update(opened_at=now)
    return link.participant


@transaction.atomic
def prove_participant(participant: Participant) -> None:
    """Records that mail to the address arrives at this person: their browser came back with the link's session.

    For this ticket, and for the member everywhere. Idempotent.
    """
    if participant.proven_at is None:
        now = timezone.now()
        Participant.objects.filter(pk=participant.pk).update(proven_at=now)
        participant.proven_at = now
        record_event(participant.ticket, Verb.LINK_OPENED, actor=participant.member, now=now)
        prove_address(participant.member)


def mail_guest_link(number: str, email: str) -> None:
    """Mails a new link to `email` if that person takes part in the ticket; tells nobody whether it did."""
    try:
        ticket = find_ticket(Ticket.objects.all(), number, current_tenant().prefix)
    except Refused:
        return
    participants = Participant.objects.select_related("member").filter(
        member__email=email.strip().lower(), member__is_active=True
    )
    participant = participants.filter(ticket=ticket).first() if ticket else None
    if participant and ticket:
        participant.ticket = ticket
        announce_lost_link(participant)
