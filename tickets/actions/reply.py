"""People answer each other in a ticket."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from helpdesk.at_once import asking, at_once
from helpdesk.errors import Refused
from helpdesk.inserts import insert_together
from helpdesk.prepared import prepared
from helpdesk.typed_text import clean_text
from tickets.actions.answers import refuse_unanswered
from tickets.actions.content import attach_waiting_files, digest_of
from tickets.actions.desk_drafts import forget_desk_draft
from tickets.actions.drafts import forget_reply_draft
from tickets.actions.lock import lock_ticket, take_over
from tickets.actions.record import figures_due, write_event
from tickets.actions.status import promise_answer, write_status
from tickets.actions.watch import call_colleagues
from tickets.actions.words import add_words
from tickets.models import (
    Attachment,
    Clock,
    ClockSegment,
    DeskDraft,
    Message,
    Participant,
    Ticket,
    TicketEvent,
)
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import Channel, Status
from tickets.notify import announce_to_watchers, mails_of_reply
from tickets.queries import participants_of
from tickets.rules import may_reply_as_customer
from tickets.sla.clocks import Move

MET = (Clock.State.MET, ClockSegment.Reason.MET)
ANSWERED: Move = dict.fromkeys(
    (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.TIER), MET
)  # by a public reply of the desk


NONE_AFTER = 2**62  # no message has so high an id


@dataclass(frozen=True)
class Seen:
    """What the writer of a reply had before their eyes: the newest public message, replies of colleagues that were just
    leaving (their keys), and the ticket's status, also the one that such a reply leads to (none: not told)."""

    message_id: int
    held: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Seen":
        """From what `stored` gave."""
        return cls(
            stored.get("message", 0), frozenset(stored.get("held", ())), frozenset(stored.get("statuses", ()))
        )

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {"message": self.message_id, "held": sorted(self.held), "statuses": sorted(self.statuses)}


class StaleReply(Refused):
    """The ticket moved on while the reply was being written.

    `newer` holds what others wrote, oldest first; `held` what colleagues wrote that is just leaving; `moved` the event
    by which somebody else changed the status.
    """

    def __init__(
        self, newer: Sequence[Message], *, held: Sequence[DeskDraft] = (), moved: TicketEvent | None = None
    ) -> None:
        super().__init__(_("Somebody wrote while you were writing. Read it, then send."))
        self.newer, self.held, self.moved = list(newer), list(held), moved


def reply_to_customer(
    ticket: Ticket,
    *,
    author: Member,
    body: str,
    submission_key: uuid.UUID,
    seen_message_id: int,
    seen: Seen | None = None,
    status: Status | None = None,
    channel: Channel = Channel.DESK,
) -> Message:
    """Sends a public reply of the desk to everybody who takes part, and moves the ticket to `status` (None: Open).

    Locks the ticket. Raises StaleReply when a public message of somebody else came after `seen_message_id`, or when
    something else moved that is not in `seen`; Refused when there is nothing to send or the ticket is closed, Unanswered
    when it would be solved before what its category needs is answered. Idempotent by `submission_key`.
    """
    message = Message(author=author, side=Message.Side.DESK, channel=channel, submission_key=submission_key)
    return _send(
        ticket,
        message,
        body,
        status=status or Status.OPEN,
        seen=seen or Seen(seen_message_id),
    )


def add_note(
    ticket: Ticket,
    *,
    author: Member | None,
    body: str,
    submission_key: uuid.UUID,
    channel: Channel = Channel.DESK,
    direction: str = "",
) -> Message:
    """Keeps an internal note that no customer ever sees; of a telephone call, `direction` says who called whom. Without
    an author a rule wrote it.

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
    return _send(ticket, message, body, status=None, seen=None)


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
        sent = _send(participant.ticket, message, body, status=None, seen=None)
        forget_reply_draft(participant, key=submission_key)
    return sent


def _send(
    ticket: Ticket, message: Message, body: str, *, status: Status | None, seen: Seen | None
) -> Message:
    message.body = clean_text(body)
    message.submission_digest = digest_of(
        *(ticket.pk, message.author_id, message.kind, message.body),
        *([message.links] if message.links else []),
    )
    try:
        with transaction.atomic():
            locked, now = lock_ticket(ticket)
            sent, waiting, newer = at_once(
                asking(_sent_with, key=message.submission_key),
                asking(_files_waiting, key=message.submission_key),
                asking(public_after, ticket=locked.pk, message=seen.message_id if seen else NONE_AFTER),
            )
            before = next(iter(sent), None)
            if before is None:
                if seen:
                    refuse_stale(locked, message.author, seen, newer=newer)
                _store(locked, message, status, now, has_files=bool(waiting))
    except IntegrityError:  # the same form, sent at once into another ticket
        before = _sent_with.first(key=message.submission_key)
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


def refuse_stale(
    ticket: Ticket,
    author: Member | None,
    seen: Seen,
    *,
    newer: Iterable[Message],
    leaving: Sequence[DeskDraft] = (),
) -> None:
    """Raises StaleReply when the ticket, which the caller has locked, moved on from what `author` had seen: `newer` are the
    messages `public_after` it, `leaving` the replies of colleagues that are held back.
    """
    author_id = author.pk if author else None
    others = [message for message in newer if message.author_id != author_id]
    found = [message for message in others if str(message.submission_key) not in seen.held]
    held = [draft for draft in leaving if str(draft.key) not in seen.held]
    moved = _moved_by_others(ticket, author, seen.statuses)
    if found or held or moved:
        raise StaleReply(found, held=held, moved=moved)


def _moved_by_others(ticket: Ticket, author: Member | None, statuses: frozenset[str]) -> TicketEvent | None:
    """The latest change of status, when it is none of the statuses seen and somebody else made it."""
    if not statuses or ticket.status in statuses:
        return None
    changes = TicketEvent.objects.filter(ticket=ticket, verb__in=[Verb.STATUS_CHANGED, Verb.REOPENED])
    latest = changes.select_related("actor").order_by("-id").first()
    return latest if latest and latest.actor_id != (author.pk if author else None) else None


def check_reply(ticket: Ticket) -> None:
    """Raises Refused when nothing more can be said in the ticket."""
    if not may_reply_as_customer(ticket):
        raise Refused(_("This ticket is closed. Start a follow-up instead."), "body")


def _store(
    ticket: Ticket, message: Message, status: Status | None, now: dt.datetime, *, has_files: bool
) -> None:
    if not message.is_internal:
        check_reply(ticket)
    if status == Status.SOLVED and message.side == Message.Side.DESK and ticket.status != Status.SOLVED:
        refuse_unanswered(ticket)
    if ticket.is_spam and message.side == Message.Side.DESK and not message.is_internal:
        raise Refused(_("This ticket is marked as spam. Take the mark off before you reply."), "body")
    message.ticket = ticket
    message.created_at = now
    message.save(force_insert=True)
    files = attach_waiting_files(message, message.submission_key) if has_files else []
    if not message.body and not message.links and not files:
        raise Refused(_("Write a message or attach a file."), "body")
    verb = Verb.NOTED if message.is_internal else Verb.REPLIED
    event = write_event(
        ticket, verb, actor=message.author, message=message, channel=Channel(message.channel), now=now
    )
    if message.body:
        add_words(ticket, message)
    if message.is_internal:
        insert_together([event, *figures_due([event])])
    else:
        _turn(ticket, message, status or _after_customer(ticket), now, event=event, files=files)
    ticket.updated_at = now
    ticket.save()
    if message.side == Message.Side.DESK:
        forget_desk_draft(message)
    called = call_colleagues(ticket, message) if message.is_internal else []
    announce_to_watchers(ticket, message, besides=called)


def _after_customer(ticket: Ticket) -> Status:
    """Before anybody of the desk touched it, a ticket stays new whatever its requester adds."""
    return Status.NEW if ticket.status == Status.NEW else Status.OPEN


def _turn(
    ticket: Ticket,
    message: Message,
    status: Status,
    now: dt.datetime,
    *,
    event: TicketEvent,
    files: Sequence[Attachment],
) -> None:
    """Passes the turn from the one who wrote to the other side: clocks, then status, then the next promise, and the mails.
    Stores `event`, and all that these leave, with one statement."""
    is_answer = message.side == Message.Side.DESK
    people = participants_of(ticket) if is_answer else []
    if not is_answer or any(person.member_id == message.author_id for person in people):
        Participant.objects.filter(ticket=ticket, member=message.author).update(
            last_read_at=now, proven_at=Coalesce("proven_at", Value(now))
        )
    ticket.reminded_at = None
    entered = write_status(
        ticket,
        status,
        actor=message.author,
        now=now,
        channel=Channel(message.channel),
        after=ANSWERED if is_answer else None,
    )
    events = [event, *entered.broken, *([entered.event] if entered.event else [])]
    mails = mails_of_reply(ticket, message, people=people, clocks=entered.clocks, files=files)
    insert_together([*events, *figures_due(events), *entered.segments, *mails])
    if not is_answer:
        promise_answer(ticket, now=now)


@prepared
def public_after(ticket: Any, message: Any) -> QuerySet[Message]:
    """What was said openly in the ticket after the message with that id, oldest first."""
    newer = Message.objects.filter(ticket=ticket, kind=Message.Kind.PUBLIC, pk__gt=message)
    return newer.select_related("author").order_by("pk")


@prepared
def _sent_with(key: Any) -> QuerySet[Message]:
    return Message.objects.filter(submission_key=key)


@prepared
def _files_waiting(key: Any) -> QuerySet[Attachment, int]:
    return Attachment.objects.filter(draft_key=key, message=None).values_list("pk", flat=True)
