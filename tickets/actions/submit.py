"""A person asks for help."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.addresses import current_tenant
from accounts.models import Member, Sender, Team
from helpdesk.errors import Refused
from helpdesk.inserts import insert_together, reserve_ids
from helpdesk.typed_text import clean_line, clean_text
from tickets.actions.answers import found_answers
from tickets.actions.content import attach_waiting_files, digest_of
from tickets.actions.give import ask_for_agent
from tickets.actions.record import figures_due, write_event
from tickets.actions.spam import stop_clocks
from tickets.actions.words import first_words
from tickets.first_answers import FirstAnswer, first_answer_for
from tickets.joined import is_blocked
from tickets.models import (
    Category,
    Clock,
    ClockSegment,
    Message,
    Participant,
    Ticket,
    TicketAlias,
    TicketEvent,
)
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import Channel, Priority
from tickets.notify import confirmation_of
from tickets.numbers import take_number
from tickets.routing import routed_team
from tickets.sla.clocks import write_clocks
from tickets.sla.policy import Promise, promises_for

PROMISED = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)


class AlreadySent(Refused):
    """The form with this key was sent before, with other content; `ticket` is what came of it."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(_("You sent this form before, with other words. Nothing was changed."))
        self.ticket = ticket


def submit_ticket(
    *,
    requester: Member,
    is_proven: bool,
    subject: str,
    body: str,
    category: Category | None,
    submission_key: uuid.UUID,
    priority: int = Priority.NORMAL,
    channel: Channel = Channel.WEB,
    sender: Sender | None = None,
    locale: str = "",
    fields: dict[str, Any] | None = None,
    metadata: dict[str, Any] | None = None,
    follows: Ticket | None = None,
    links: Sequence[str] = (),
    opened_by: Member | None = None,
    direction: str = "",
) -> Ticket:
    """Stores the request with its first message, waiting files, `links`, promises, event and confirmation mail, in which
    the category may answer at once.

    With `opened_by` somebody of the desk writes what the requester told (by telephone: `direction`), and never into spam.
    `is_proven` says that the requester is signed in, so that mails may repeat what they wrote. Idempotent by
    `submission_key`: the same content gives the ticket there is; other content raises AlreadySent. The number is taken
    last, under the lock of the tenant's counter.
    """
    subject, body = clean_line(clean_text(subject)), clean_text(body)
    ticket = Ticket(
        subject=subject,
        category=category,
        team=category.team if category else default_team(),
        tier=category.tier if category else 1,
        priority=priority,
        channel=channel,
        sender=sender,
        locale=locale or translation.get_language() or current_tenant().locale,
        fields=fields or {},
        metadata=metadata or {},
        follows=follows,
        submission_key=submission_key,
        submission_digest=digest_of(
            *(requester.pk, subject, body, category and category.pk, priority, follows and follows.pk),
            *([list(links)] if links else []),
        ),
    )
    message = Message(body=body, links=list(links), channel=channel, direction=direction)
    message.author = opened_by or requester
    message.side = Message.Side.DESK if opened_by else Message.Side.CUSTOMER
    return _store_once(ticket, message, requester, is_proven)


def default_team() -> Team:
    """Where a request without a category goes: the tenant's first team."""
    team = Team.objects.order_by("pk").first()
    if team is None:
        raise Refused(_("This help desk has no team yet, so nobody could answer. Try again later."))
    return team


def _store_once(ticket: Ticket, message: Message, requester: Member, is_proven: bool) -> Ticket:
    try:
        return _store(ticket, message, requester, is_proven, timezone.now())
    except IntegrityError:  # the same form, sent twice: the other one was first
        before = _sent_before(ticket)
        if before is None and Message.objects.filter(submission_key=ticket.submission_key).exists():
            raise Refused(
                _("This form was sent as a reply before. Copy your text and open a new form.")
            ) from None
        if before is None:
            raise
        return before


def _sent_before(ticket: Ticket) -> Ticket | None:
    before = Ticket.objects.filter(submission_key=ticket.submission_key).first()
    if before and before.submission_digest != ticket.submission_digest:
        raise AlreadySent(before)
    return before


@transaction.atomic
def _store(ticket: Ticket, message: Message, requester: Member, is_proven: bool, now: dt.datetime) -> Ticket:
    # All rows go in with one statement, right after the number: the counter, which every submission of the tenant
    # waits for, is locked for two statements and the commit.
    _route(ticket)
    promised = _promises(ticket, now)
    kinds = Ticket, Participant, Message, *[Clock] * len(promised)
    ticket.pk, participant_id, message.pk, *clock_ids = reserve_ids(*kinds)
    ticket.created_at = ticket.updated_at = ticket.told_at = now
    is_own = message.author == requester
    answer = first_answer_for(ticket) if is_own else None
    ticket.is_spam = is_own and is_blocked(requester.email, now=now)
    ask_for_agent(ticket)
    participant = _requester_of(ticket, requester, participant_id, is_proven=is_proven)
    _begin_with(ticket, message)
    files = attach_waiting_files(message, ticket.submission_key)
    clocks, segments = write_clocks(
        ticket, promised, ids=clock_ids, reason=ClockSegment.Reason.SUBMITTED, now=now
    )
    ticket.number = take_number(current_tenant().prefix)
    events = _events(ticket, cast("Member", message.author), message)
    if answer:
        events.append(_answered_at_once(ticket, answer))
    mails = confirmation_of(ticket, participant, message=message, files=files, clocks=clocks, answer=answer)
    found_by = TicketAlias(number=ticket.number, ticket=ticket), first_words(ticket, message)
    about = participant, message, *found_answers(ticket)
    told = *events, *figures_due(events), *mails
    insert_together([ticket, *found_by, *about, *clocks, *segments, *told])
    if ticket.follows:
        ticket.follows.save(update_fields=["told_at"])
    if ticket.is_spam:  # it was answered as any other
        stop_clocks(ticket, now=now)
        ticket.save(update_fields=["attention_at", "awaits_answer"])
    return ticket


def _route(ticket: Ticket) -> None:
    """To the team that a line of the tenant sends it to, else it stays with the team of its category."""
    audience = ticket.sender.audience if ticket.sender else ""
    ticket.team = routed_team(ticket.category, locale=ticket.locale, audience=audience) or ticket.team


def _answered_at_once(ticket: Ticket, answer: FirstAnswer) -> TicketEvent:
    """No message and no reply: it stops no clock, waits for nobody, and is written only here, so once a ticket."""
    return write_event(
        ticket,
        Verb.ANSWERED_AT_ONCE,
        actor=None,
        changes=answer.as_changes(),
        channel=Channel(ticket.channel),
        now=ticket.created_at,
    )


def _promises(ticket: Ticket, now: dt.datetime) -> list[Promise]:
    promises = promises_for(
        ticket.category,
        priority=ticket.priority,
        tier=ticket.tier,
        audience=ticket.sender.audience if ticket.sender else "",
        now=now,
    )
    return [promises[kind] for kind in PROMISED if kind in promises]


def _requester_of(ticket: Ticket, requester: Member, participant_id: int, *, is_proven: bool) -> Participant:
    return Participant(
        pk=participant_id,
        ticket=ticket,
        member=requester,
        role=Participant.Role.REQUESTER,
        proven_at=ticket.created_at if is_proven else None,
        last_read_at=ticket.created_at,
        joined_at=ticket.created_at,
    )


def _begin_with(ticket: Ticket, message: Message) -> None:
    """The message is the ticket's first, sent with the same form."""
    message.ticket = ticket
    message.submission_key = ticket.submission_key
    message.submission_digest = ticket.submission_digest
    message.created_at = ticket.created_at


def _events(ticket: Ticket, actor: Member, message: Message) -> list[TicketEvent]:
    """What happened to the new ticket, and to the one that it follows."""
    now, channel = ticket.created_at, Channel(ticket.channel)
    events = [write_event(ticket, Verb.SUBMITTED, actor=actor, message=message, channel=channel, now=now)]
    if ticket.is_spam:
        events.append(write_event(ticket, Verb.MARKED_SPAM, actor=None, channel=Channel.DESK, now=now))
    if ticket.follows:
        changes = {"follow_up": [None, ticket.number]}
        events.append(write_event(ticket.follows, Verb.FOLLOWED_UP, actor=actor, changes=changes, now=now))
    return events
