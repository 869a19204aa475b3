"""A ticket is spam, or none after all. Its customer never notices: neither a word nor a promise changes for them."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.actions.audit import record_change
from accounts.models import AuditEntry, Member
from helpdesk.errors import Refused
from helpdesk.mail_address import RIGHT_DOMAINS
from helpdesk.outbox.hold import hold_mail, release_mail
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event, record_missed_promises
from tickets.actions.status import promise_answer
from tickets.joined import is_of_the_desk
from tickets.models import BlockedSender, Clock, ClockSegment, Message, Ticket
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import Channel, Status
from tickets.queries import public_messages
from tickets.rules import may_block_domains
from tickets.sla.clocks import move_clocks

HELD = gettext_noop("The ticket was marked as spam.")
Reason = ClockSegment.Reason


@transaction.atomic
def mark_spam(ticket: Ticket, *, actor: Member | None) -> Ticket:
    """Takes the ticket out of the queues, stops its clocks and holds back the mail about it that has not left.

    Locks the ticket. Idempotent.
    """
    locked, now = lock_ticket(ticket)
    if locked.is_spam:
        return locked
    locked.is_spam = True
    stop_clocks(locked, now=now)
    hold_mail(f"ticket:{locked.pk}", reason=HELD)
    return _keep(locked, Verb.MARKED_SPAM, actor, now)


@transaction.atomic
def unmark_spam(ticket: Ticket, *, actor: Member | None) -> Ticket:
    """Brings the ticket back into the queues: its clocks go on, and what was held back leaves. Locks it; idempotent."""
    locked, now = lock_ticket(ticket)
    if not locked.is_spam:
        return locked
    locked.is_spam = False
    _go_on(locked, now)
    release_mail(f"ticket:{locked.pk}", reason=HELD)
    return _keep(locked, Verb.UNMARKED_SPAM, actor, now)


def stop_clocks(ticket: Ticket, *, now: dt.datetime) -> None:
    """Pauses every running clock of a ticket that is spam. The caller holds the lock and stores the ticket."""
    running = Clock.objects.filter(ticket=ticket, state=Clock.State.RUNNING).values_list("kind", flat=True)
    wanted = {ClockKind(kind): (Clock.State.PAUSED, Reason.SPAM) for kind in running}
    record_missed_promises(ticket, move_clocks(ticket, wanted, now=now), now=now)


@transaction.atomic
def block_sender(
    value: str, *, actor: Member, reason: str = "", until: dt.datetime | None = None
) -> BlockedSender:
    """Lets new requests from an address, or from everybody at a domain, land in spam until `until` (None: for ever).

    Whoever is blocked already stays so, with the new reason and time. Raises Refused (field "value") for the desk's own
    people, for a domain where half the world has its mail, and for a domain when `actor` may not block one.
    """
    value = value.strip().lower().removeprefix("@")
    check_blocked_value(value, actor=actor)
    wishes = {"reason": reason[:200], "until": until, "blocked_by": actor}
    sender, is_new = BlockedSender.objects.update_or_create(value=value, defaults=wishes)
    record_change(sender, AuditEntry.Act.ADDED if is_new else AuditEntry.Act.CHANGED, actor=actor)
    return sender


@transaction.atomic
def unblock_sender(sender: BlockedSender, *, actor: Member) -> None:
    """Lets new requests of the sender be as everybody's again."""
    record_change(sender, AuditEntry.Act.DELETED, actor=actor)
    sender.delete()


def check_blocked_value(value: str, *, actor: Member) -> None:
    """Raises Refused (field "value") unless `actor` may block `value`, an address or a domain in lower case."""
    if "@" not in value:
        if not may_block_domains(actor):
            raise Refused(_("Only leads and admins can block a whole domain."), "value")
        if value in RIGHT_DOMAINS:
            text = _("Many of your customers have their mail at %(domain)s. Block the address instead.")
            raise Refused(text % {"domain": value}, "value")
    if is_of_the_desk(value):
        raise Refused(_("Somebody of your own desk writes from there."), "value")


def _go_on(ticket: Ticket, now: dt.datetime) -> None:
    paused = Clock.objects.filter(ticket=ticket, state=Clock.State.PAUSED).values_list("kind", flat=True)
    kinds = {ClockKind(kind) for kind in paused}
    if ticket.status == Status.PENDING:
        kinds -= {ClockKind.RESOLUTION, ClockKind.TIER}  # they wait for the customer besides
    move_clocks(ticket, dict.fromkeys(kinds, (Clock.State.RUNNING, Reason.NOT_SPAM)), now=now)
    last = public_messages(ticket).order_by("-id").first()
    if last and last.side == Message.Side.CUSTOMER and ticket.status in {Status.NEW, Status.OPEN}:
        promise_answer(ticket, now=now)


def _keep(ticket: Ticket, verb: Verb, actor: Member | None, now: dt.datetime) -> Ticket:
    ticket.updated_at = now
    ticket.save()
    record_event(ticket, verb, actor=actor, channel=Channel.DESK, now=now)
    return ticket
