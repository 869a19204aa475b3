"""Turns what happened to a ticket into what people are sent: never to the one who did it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.addresses import absolute_url, current_tenant
from accounts.models import Member, Sender
from accounts.models.team import Tier
from accounts.queries import default_sender, pending_days
from helpdesk.inserts import insert_together
from helpdesk.mail_address import message_id_domain, sub_address
from helpdesk.outbox.emails import enqueue_email, write_email
from helpdesk.tenancy import TenantModel
from tickets.first_answers import FirstAnswer
from tickets.guest_links import write_guest_link
from tickets.models import (
    Attachment,
    Clock,
    DeskDraft,
    Message,
    Participant,
    Rating,
    SideConversation,
    SideMessage,
    Ticket,
    TicketEvent,
)
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import Status
from tickets.queries import answerable_for, category_of, participants_of
from tickets.sensitive import masked
from tickets.sla.policy import opens_for, takes_feedback
from tickets.together import watchers_of

QUOTE_LENGTH = 300


def confirmation_of(
    ticket: Ticket,
    participant: Participant,
    *,
    message: Message,
    files: Sequence[Attachment],
    clocks: Iterable[Clock],
    answer: FirstAnswer | None = None,
) -> list[TenantModel]:
    """The mail that confirms the request to its requester (number, promised times, link), for the caller to store; with
    what the category answers at once.

    To somebody who is not proven to be the person behind the address it repeats nothing that was typed: the answer is
    the tenant's own words. It says so when somebody of the desk opened the ticket for them.
    """
    context = _facts(ticket, clocks) | (answer.as_facts() if answer else {})
    is_opened_by_desk = message.side == Message.Side.DESK
    topic = "ticket_opened" if is_opened_by_desk else "ticket_received_unproven"
    if participant.proven_at:
        topic = topic if is_opened_by_desk else "ticket_received"
        context |= {
            "subject": masked(ticket.subject),
            "body": _quote(masked(message.body)),
            "files": _listed(files),
        }
    return _mail(participant, topic, context, row=0, is_automatic=True)


def mails_of_reply(
    ticket: Ticket,
    message: Message,
    *,
    people: Iterable[Participant],
    clocks: Sequence[Clock],
    files: Sequence[Attachment],
) -> list[TenantModel]:
    """The mails that bring a public reply of the desk to all of `people` but its author, for the caller to store."""
    mails: list[TenantModel] = []
    others = [person for person in people if person.member_id != message.author_id]
    for participant in filter(_is_told, others):
        participant.ticket = ticket
        context = _facts(ticket, clocks) | {"reply_by": _reply_by(ticket, message.created_at)}
        topic = "ticket_reply_unproven"
        if participant.proven_at:
            topic = "ticket_reply"
            context |= {
                "subject": ticket.subject,
                "body": message.body,
                "files": _listed(files),
                "author_name": _desk_name(message.author),
            }
        mails += _mail(participant, topic, context, row=message.pk, is_automatic=False)
    return mails


def announce_lost_link(participant: Participant) -> None:
    """Mails a new private link to the participant's own address."""
    moment = int(timezone.now().timestamp() * 1000)
    facts = _facts(participant.ticket, ())
    insert_together(_mail(participant, "guest_link", facts, row=f"link.{moment}", is_automatic=True))


def announce_request_code(email: str, code: str, *, minutes: int, sender: Sender | None, locale: str) -> None:
    """Mails the code that lets a request of somebody unproven out; nothing that they typed stands in it."""
    tenant, sender = current_tenant(), sender or default_sender()
    enqueue_email(
        topic="account_request_code",
        to=email,
        to_name="",
        locale=locale or tenant.locale,
        timezone=tenant.timezone,
        context={"tenant_name": tenant.name, "minutes": minutes},
        secrets={"code": code},
        sender_name=sender.from_name,
        sender_address=sender.from_address,
    )


def announce_added(participant: Participant) -> None:
    """Mails a private link to somebody whom the requester added: no word of the ticket, and nothing more until they
    open it.
    """
    facts = _facts(participant.ticket, ())
    insert_together(_mail(participant, "ticket_added", facts, row="added", is_automatic=True))


def announce_waiting(ticket: Ticket, event: TicketEvent, *, reply_by: dt.datetime) -> None:
    """Reminds everybody who takes part that the ticket waits for an answer; repeats nothing that was written."""
    mails: list[TenantModel] = []
    for participant in filter(_is_told, participants_of(ticket)):
        participant.ticket = ticket
        facts = _facts(ticket, ()) | {"reply_by": _iso(reply_by)}
        mails += _mail(participant, "ticket_waiting", facts, row=f"{event.pk}.reminder", is_automatic=True)
    insert_together(mails)


def ask_for_rating(asker: Participant, rating: Rating) -> None:
    """Asks who sent the ticket what they thought of the help; repeats nothing that was written.

    Its links open the page with the chosen words; only a press there stores them, for programs open links by themselves.
    """
    facts = _facts(asker.ticket, ())
    insert_together(_mail(asker, "ticket_rating", facts, row=f"rating.{rating.pk}", is_automatic=True))


def announce_to_expert(
    conversation: SideConversation, message: SideMessage, files: Sequence[Attachment]
) -> None:
    """Mails what a colleague asks to the expert outside, with the files themselves: no link, no number, no name of the
    customer. Answers go to the address with the conversation's token.
    """
    tenant, sender = current_tenant(), conversation.ticket.sender or default_sender()
    domain = message_id_domain(sender.from_address)
    thread = f"<{conversation.token}.0@{domain}>"
    is_first = not SideMessage.objects.filter(conversation=conversation, pk__lt=message.pk).exists()
    enqueue_email(
        topic="side_question",
        to=conversation.email,
        to_name=conversation.name,
        locale=tenant.locale,
        timezone=tenant.timezone,
        context={
            "tenant_name": tenant.name,
            "subject": conversation.subject,
            "body": message.body,
            "author_name": _desk_name(message.author),
            "files": _listed(files),
        },
        sender_name=sender.from_name,
        sender_address=sender.from_address,
        reply_to=sub_address(sender.from_address, conversation.token),
        message_id=thread if is_first else f"<{conversation.token}.{message.pk}@{domain}>",
        in_reply_to="" if is_first else thread,
        references=() if is_first else (thread,),
        automatic=False,
        proven=True,
        subject_of=f"side:{conversation.pk}",
        files=[
            {"key": str(file.content.name), "name": file.name, "media_type": file.media_type}
            for file in files
        ],
    )


def announce_late(ticket: Ticket, clock: Clock, event: TicketEvent) -> None:
    """Tells who has the ticket, and the leads of its team, that a customer says it is late."""
    late = {"subject": ticket.subject, "promise": clock.kind, "due_at": _iso(clock.due_at)}
    facts = _facts(ticket, ()) | late
    _tell_desk(answerable_for(ticket), ticket, "ticket_late", facts, row=event.pk)


def announce_handed(ticket: Ticket, event: TicketEvent, told: Iterable[Member]) -> None:
    """Tells those who get the ticket that it comes from another tier; the note with it stays out of the mail."""
    facts = _facts(ticket, ()) | {
        "subject": masked(ticket.subject),
        "author_name": str(event.actor) if event.actor else "",
        "tier": Tier(ticket.tier).name,
        "is_back": event.verb == Verb.HANDED_BACK,
    }
    _tell_desk(told, ticket, "ticket_handed", facts, row=f"event.{event.pk}")


def announce_escalated(
    clock: Clock, event: TicketEvent, told: Iterable[Member], *, percent: int, now: dt.datetime
) -> None:
    """Tells people that a promise's time runs out, or has, as soon as it is their working time: the hours of the
    promise, by their own clock. Reads the clock's `ticket` and `calendar_version`.
    """
    ticket = clock.ticket
    facts = _facts(ticket, ()) | {
        "subject": masked(ticket.subject),
        "promise": clock.kind,
        "percent": percent,
        "is_late": clock.due_at is not None and clock.due_at <= now,
        "due_at": _iso(clock.due_at),
    }
    for member in told:
        opens_at = opens_for(clock.calendar_version, member.timezone, now=now)
        row = f"event.{event.pk}"
        mail = _mail_to_desk(member, ticket, "ticket_escalated", facts, row=row, not_before=opens_at)
        insert_together([mail])


def announce_stopped(ticket: Ticket, draft: DeskDraft) -> None:
    """Tells who wrote a reply that it did not leave, because the ticket moved on while it was held back."""
    facts = _facts(ticket, ()) | {"subject": masked(ticket.subject), "body": _quote(masked(draft.body))}
    row = f"{draft.key.hex}.{int(draft.saved_at.timestamp())}"
    _tell_desk([draft.author], ticket, "ticket_stopped", facts, row=row)


def announce_mentions(ticket: Ticket, note: Message, called: Iterable[Member]) -> None:
    """Tells colleagues that an internal note calls them by name; like every note it stays out of the mail."""
    facts = _facts(ticket, ()) | {"subject": masked(ticket.subject), "author_name": _writer(note)}
    _tell_desk(called, ticket, "ticket_mentioned", facts, row=note.pk)


def announce_to_watchers(ticket: Ticket, message: Message, *, besides: Iterable[Member] = ()) -> None:
    """Tells who watches the ticket, and may still see it, what somebody else wrote; `besides` know it already.

    The words of a public message go along, those of a note do not. No statement when nobody watches.
    """
    did = "noted" if message.is_internal else "replied" if message.side == Message.Side.DESK else "wrote"
    facts = {
        "did": did,
        "author_name": _writer(message),
        "body": "" if message.is_internal else _quote(masked(message.body)),
    }
    known = {message.author_id, *(member.pk for member in besides)}
    _tell_watchers(ticket, facts, known, row=message.pk)


def announce_change(ticket: Ticket, event: TicketEvent) -> None:
    """Tells who watches the ticket, and may still see it, that somebody else gave it another status, person or place."""
    facts = {
        "did": event.verb,
        "author_name": str(event.actor) if event.actor else "",
        "assignee": str(ticket.assignee) if ticket.is_watched and ticket.assignee else "",
    }
    _tell_watchers(ticket, facts, {event.actor_id}, row=f"event.{event.pk}")


def _tell_watchers(ticket: Ticket, facts: dict[str, Any], known: set[int | None], *, row: int | str) -> None:
    if not ticket.is_watched:
        return
    facts = _facts(ticket, ()) | {"subject": masked(ticket.subject)} | facts
    told = [member for member in watchers_of(ticket) if member.pk not in known]
    _tell_desk(told, ticket, "ticket_watched", facts, row=row)


def _writer(message: Message) -> str:
    return str(message.author) if message.author else current_tenant().name


def _is_told(person: Participant) -> bool:
    """Whether they are mailed about the ticket: who asked is, and who was added once they opened their link."""
    return person.role == Participant.Role.REQUESTER or person.proven_at is not None


def _tell_desk(
    told: Iterable[Member], ticket: Ticket, topic: str, facts: dict[str, Any], *, row: int | str
) -> None:
    insert_together([_mail_to_desk(member, ticket, topic, facts, row=row) for member in told])


def _mail_to_desk(
    member: Member,
    ticket: Ticket,
    topic: str,
    context: dict[str, Any],
    *,
    row: int | str,
    not_before: dt.datetime | None = None,
) -> TenantModel:
    tenant, sender = current_tenant(), ticket.sender or default_sender()
    return write_email(
        topic=topic,
        to=member.email,
        to_name=member.name,
        locale=member.locale or tenant.locale,
        timezone=member.timezone or tenant.timezone,
        context=context,
        secrets={"link": absolute_url(reverse("admin:tickets_ticket_change", args=[ticket.pk]))},
        sender_name=sender.from_name,
        sender_address=sender.from_address,
        message_id=f"<{row}.{member.pk}.{topic}@{message_id_domain(sender.from_address)}>",
        automatic=True,
        proven=True,
        not_before=not_before,
        subject_of=f"ticket:{ticket.pk}",
    )


def _mail(
    participant: Participant, topic: str, context: dict[str, Any], *, row: int | str, is_automatic: bool
) -> list[TenantModel]:
    """The mail to one participant and, for a guest, the private link in it: rows to store."""
    ticket, member, tenant = participant.ticket, participant.member, current_tenant()
    sender = ticket.sender or default_sender()
    thread = _message_id(participant, 0, sender)
    is_first = row == 0
    address, links = _link(participant)
    mail = write_email(
        topic=topic,
        to=member.email,
        to_name=member.name if participant.proven_at else "",
        locale=member.locale or ticket.locale,
        timezone=member.timezone or tenant.timezone,
        context=context,
        secrets={"link": address},
        sender_name=sender.from_name,
        sender_address=sender.from_address,
        reply_to=_reply_address(participant, sender),
        message_id=_message_id(participant, row, sender),
        in_reply_to="" if is_first else thread,
        references=() if is_first else (thread,),
        automatic=is_automatic,
        proven=participant.proven_at is not None,
        subject_of=f"ticket:{ticket.pk}",
    )
    return [mail, *links]


def _facts(ticket: Ticket, clocks: Iterable[Clock]) -> dict[str, Any]:
    by_kind = {clock.kind: clock for clock in clocks}
    first, goal = by_kind.get(ClockKind.FIRST_RESPONSE), by_kind.get(ClockKind.RESOLUTION)
    category = category_of(ticket)
    return {
        "tenant_name": current_tenant().name,
        "number": ticket.number,
        "category": category.name if category else "",
        "team": ticket.team.name,
        "status": ticket.status,
        "created_at": ticket.created_at.isoformat(),
        "first_response_due_at": _iso(first.due_at if first else None),
        "resolution_due_at": _iso(goal.due_at if goal else None),
        "first_response_hours": first.target_seconds / 3600 if first else None,
        "resolution_hours": goal.target_seconds / 3600 if goal else None,
        "is_only_read": takes_feedback(category) and not by_kind,
    }


def _reply_by(ticket: Ticket, sent_at: dt.datetime) -> str | None:
    """Until when the customer can answer before the ticket counts as solved; None while it does not wait for them."""
    return _iso(sent_at + dt.timedelta(days=pending_days())) if ticket.status == Status.PENDING else None


def _link(participant: Participant) -> tuple[str, list[TenantModel]]:
    """The ticket's own page for somebody who can sign in and wrote it signed in; a private link for anybody else."""
    if participant.proven_at and not participant.member.is_guest:
        return absolute_url(reverse("ticket", args=[participant.ticket.number])), []
    token, link = write_guest_link(participant)
    return absolute_url(reverse("guest_link", args=[token])), [link]


def _message_id(participant: Participant, row: int | str, sender: Sender) -> str:
    """RFC 5322 Message-ID with the participant's token: stable for a row, and unlike anybody else's."""
    return f"<{participant.token}.{row}@{message_id_domain(sender.from_address)}>"


def _reply_address(participant: Participant, sender: Sender) -> str:
    """The address an answer goes to: the sender's, with the participant's token (RFC 5233 sub-address)."""
    return sub_address(sender.from_address, participant.token)


def _desk_name(author: Member | None) -> str:
    return author.get_short_name() if author and author.name else ""


def _quote(body: str) -> str:
    return body if len(body) <= QUOTE_LENGTH else body[: QUOTE_LENGTH - 1] + "…"


def _listed(files: Sequence[Attachment]) -> list[dict[str, Any]]:
    return [{"name": file.name, "size": file.size} for file in files]


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
