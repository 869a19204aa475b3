"""People answer each other in a ticket."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.typed_text import clean_text
from tickets.actions.answers import refuse_unanswered
from tickets.actions.content import attach_waiting_files, digest_of
from tickets.actions.drafts import forget_reply_draft
from tickets.actions.lock import lock_ticket, take_over
from tickets.actions.record import record_event, record_missed_promises
from tickets.actions.status import enter_status, promise_answer
from tickets.actions.words import add_words
from tickets.models import Clock, ClockSegment, Message, Participant, Ticket
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import Channel, Status
from tickets.notify import announce_reply
from tickets.rules import may_reply_as_customer
from tickets.sla.clocks import move_clocks


class StaleReply(Refused):
    """Somebody wrote while the reply was being written; `newer` holds what they wrote, oldest first."""

    def __init__(self, newer: Sequence[Message]) -> None:
        super().__init__(_("Somebody wrote while you were writing. Read it, then send."))
        self.newer = list(newer)


def reply_to_customer(
    ticket: Ticket,
    *,
    author: Member,
    body: str,
    submission_key: uuid.UUID,
    seen_message_id: int,
    status: Status | None = None,
    channel: Channel = Channel.DESK,
) -> Message:
    """Sends a public reply of the desk to everybody who takes part, and moves the ticket to `status` (None: Open).

    Locks the ticket. Raises StaleReply when a public message of somebody else came after `seen_message_id`, Refused
    when there is nothing to send or the ticket is closed, Unanswered when it would be solved before what its category
    needs is answered. Idempotent by `submission_key`.
    """
    message = Message(author=author, side=Message.Side.DESK, channel=channel, submission_key=submission_key)
    return _send(
        ticket,
        message,
        body,
        status=status or Status.OPEN,
        seen_message_id=seen_message_id,
    )


def add_note(
    ticket: Ticket,
    *,
    author: Member,
    body: str,
    submission_key: uuid.UUID,
    channel: Channel = Channel.DESK,
    direction: str = "",
) -> Message:
    """Keeps an internal note that no customer ever sees; of a telephone call, `direction` says who called whom.

    Locks the ticket; idempotent by `submission_key`.
    """
    message = Message(
        author=author,
        side=Message.Side.DESK,
        kind=Message.Kind.INTERNAL,
        channel=channel,
        direction=direction,
        submission_key=submission_key,
    )
    return _send(ticket, message, body, status=None, seen_message_id=None)


def reply_as_customer(
    participant: Participant,
    *,
    body: str,
    submission_key: uuid.UUID,
    links: Sequence[str] = (),
    channel: Channel = Channel.WEB,
) -> Message:
    """Adds what a participant wrote, and opens the ticket again: the desk has the turn.

    A ticket that nobody of the desk has touched stays New. Writing proves that the person takes part. The draft of the
    form is forgotten.

    Locks the ticket. Raises Refused when there is nothing to send or the ticket is closed. Idempotent by key.
    """
    message = Message(
        author=participant.member,
        side=Message.Side.CUSTOMER,
        links=list(links),
        channel=channel,
        submission_key=submission_key,
    )
    with transaction.atomic():
        sent = _send(participant.ticket, message, body, status=None, seen_message_id=None)
        forget_reply_draft(participant, key=submission_key)
    return sent


def _send(
    ticket: Ticket, message: Message, body: str, *, status: Status | None, seen_message_id: int | None
) -> Message:
    message.body = clean_text(body)
    message.submission_digest = digest_of(
        *(ticket.pk, message.author_id, message.kind, message.body),
        *([message.links] if message.links else []),
    )
    try:
        with transaction.atomic():
            locked, now = lock_ticket(ticket)
            before = _sent_before(message)
            if before is None:
                _refuse_stale(locked, message, seen_message_id)
                _store(locked, message, status, now)
    except IntegrityError:  # the same form, sent at once into another ticket
        before = _sent_before(message)
        if before is None:
            raise
    if before is None:
        take_over(ticket, locked)
        return message
    if before.submission_digest != message.submission_digest:
        raise Refused(
            _("You sent this reply before, with other words. Copy the text and reload the page."), "body"
        )
    return before


def _sent_before(message: Message) -> Message | None:
    return Message.objects.filter(submission_key=message.submission_key).first()


def _refuse_stale(ticket: Ticket, message: Message, seen_message_id: int | None) -> None:
    if seen_message_id is None:
        return
    newer = Message.objects.filter(ticket=ticket, kind=Message.Kind.PUBLIC, pk__gt=seen_message_id)
    others = list(newer.exclude(author=message.author).select_related("author").order_by("pk"))
    if others:
        raise StaleReply(others)


def _store(ticket: Ticket, message: Message, status: Status | None, now: dt.datetime) -> None:
    if not may_reply_as_customer(ticket) and not message.is_internal:
        raise Refused(_("This ticket is closed. Start a follow-up instead."), "body")
    if status == Status.SOLVED and message.side == Message.Side.DESK and ticket.status != Status.SOLVED:
        refuse_unanswered(ticket)
    if ticket.is_spam and message.side == Message.Side.DESK and not message.is_internal:
        raise Refused(_("This ticket is marked as spam. Take the mark off before you reply."), "body")
    message.ticket = ticket
    message.created_at = now
    message.save(force_insert=True)
    files = attach_waiting_files(message, message.submission_key)
    if not message.body and not message.links and not files:
        raise Refused(_("Write a message or attach a file."), "body")
    verb = Verb.NOTED if message.is_internal else Verb.REPLIED
    record_event(
        ticket, verb, actor=message.author, message=message, channel=Channel(message.channel), now=now
    )
    if message.body:
        add_words(ticket, message)
    if not message.is_internal:
        _turn(ticket, message, status or _after_customer(ticket), now)
    ticket.updated_at = now
    ticket.save()
    announce_reply(ticket, message, files=files)


def _after_customer(ticket: Ticket) -> Status:
    """Before anybody of the desk touched it, a ticket stays new whatever its requester adds."""
    return Status.NEW if ticket.status == Status.NEW else Status.OPEN


def _turn(ticket: Ticket, message: Message, status: Status, now: dt.datetime) -> None:
    """Passes the turn from the one who wrote to the other side: clocks, then status, then the next promise."""
    Participant.objects.filter(ticket=ticket, member=message.author).update(
        last_read_at=now, proven_at=Coalesce("proven_at", Value(now))
    )
    if message.side == Message.Side.DESK:
        met = (Clock.State.MET, ClockSegment.Reason.MET)
        late = move_clocks(ticket, {ClockKind.FIRST_RESPONSE: met, ClockKind.NEXT_RESPONSE: met}, now=now)
        record_missed_promises(ticket, late, now=now)
    ticket.reminded_at = None
    enter_status(ticket, status, actor=message.author, now=now, channel=Channel(message.channel))
    if message.side == Message.Side.CUSTOMER:
        promise_answer(ticket, now=now)
