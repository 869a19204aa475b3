"""A part of a ticket becomes a ticket of its own."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.addresses import current_tenant
from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_line, clean_text
from tickets.actions.give import ask_for_agent
from tickets.actions.lock import lock_ticket
from tickets.actions.record import record_event
from tickets.actions.submit import PROMISED
from tickets.actions.words import first_words, write_words_anew
from tickets.models import ClockSegment, Message, Participant, Ticket, TicketAlias
from tickets.models.event import Verb
from tickets.models.ticket import Channel, Status
from tickets.numbers import take_number
from tickets.sla.clocks import start_clocks
from tickets.sla.policy import promises_for


@transaction.atomic
def split_ticket(
    ticket: Ticket,
    *,
    message_id: int,
    with_later: bool,
    subject: str,
    actor: Member,
    submission_key: uuid.UUID,
) -> Ticket:
    """Makes a new ticket out of one message (`with_later`: and all after it), with number and promises of its own.

    Who has the ticket has the new one too; where nobody does, its team's rule finds somebody. The same people take part
    in both, which name one another. Joining them undoes it. Locks the ticket; idempotent by `submission_key`.

    Raises Refused (field "message_id" or "subject") when nothing would be left, the message is none of the ticket's, or
    nothing goes along that its customer may read.
    """
    locked, now = lock_ticket(ticket)
    before = Ticket.objects.filter(submission_key=submission_key).first()
    if before:
        return before
    if locked.status == Status.CLOSED:
        raise Refused(_("The ticket is closed, which is final."))
    moved = _moved(locked, message_id, with_later=with_later)
    new = _new_ticket(locked, subject, submission_key, now)
    ask_for_agent(new)
    new.number = take_number(current_tenant().prefix)
    new.save(force_insert=True)
    TicketAlias.objects.create(number=new.number, ticket=new)
    _seat_the_same(locked, new)
    Message.objects.filter(pk__in=moved).update(ticket=new, origin=locked)
    _promise(new, now)
    first_words(new, Message(body="")).save(force_insert=True)
    write_words_anew(new)
    write_words_anew(locked)
    _tell(locked, new, actor, now)
    return new


def _moved(ticket: Ticket, message_id: int, *, with_later: bool) -> list[int]:
    messages = list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("pk", "kind"))
    chosen = [pk for pk, _kind in messages if pk == message_id or (with_later and pk > message_id)]
    if message_id not in chosen:
        raise Refused(_("This message is not in the ticket any more."), "message_id")
    public = {pk for pk, kind in messages if kind == Message.Kind.PUBLIC}
    if not public & set(chosen):
        raise Refused(_("A ticket needs a message that its customer may read. Choose one."), "message_id")
    if not public - set(chosen):
        raise Refused(_("Nothing would be left here. Choose a later message."), "message_id")
    return chosen


def _new_ticket(ticket: Ticket, subject: str, key: uuid.UUID, now: dt.datetime) -> Ticket:
    subject = clean_line(clean_text(subject))
    if not subject:
        raise Refused(_("Enter a title"), "subject")
    return Ticket(
        subject=subject,
        category=ticket.category,
        team=ticket.team,
        tier=ticket.tier,
        assignee=ticket.assignee,
        priority=ticket.priority,
        status=Status.NEW if ticket.status == Status.NEW else Status.OPEN,
        channel=ticket.channel,
        sender=ticket.sender,
        locale=ticket.locale,
        metadata=ticket.metadata,
        is_spam=ticket.is_spam,
        split_from=ticket,
        submission_key=key,
        submission_digest="",
        created_at=now,
        updated_at=now,
        told_at=now,
    )


def _seat_the_same(ticket: Ticket, new: Ticket) -> None:
    for one in Participant.objects.filter(ticket=ticket).order_by("pk"):
        Participant.objects.create(
            ticket=new,
            member_id=one.member_id,
            role=one.role,
            proven_at=one.proven_at,
            last_read_at=one.last_read_at,
            joined_at=new.created_at,
        )


def _promise(ticket: Ticket, now: dt.datetime) -> None:
    """What every new request is promised; spam is promised nothing."""
    if ticket.is_spam:
        return
    audience = ticket.sender.audience if ticket.sender else ""
    promises = promises_for(
        ticket.category, priority=ticket.priority, tier=ticket.tier, audience=audience, now=now
    )
    wanted = [promises[kind] for kind in PROMISED if kind in promises]
    start_clocks(ticket, wanted, reason=ClockSegment.Reason.SUBMITTED, now=now)


def _tell(ticket: Ticket, new: Ticket, actor: Member, now: dt.datetime) -> None:
    changes = {"split": [ticket.number, new.number]}
    for one in (ticket, new):
        record_event(
            one, Verb.SPLIT, actor=actor, changes=changes, is_public=True, channel=Channel.DESK, now=now
        )
        one.updated_at = now
        one.save()
