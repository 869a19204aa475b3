"""Named reads of what is joined, kept apart or shut out: tickets that became one, experts outside, blocked senders."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.memory import remembered
from accounts.models import Member, Sender
from accounts.rules import DESK_ROLES
from helpdesk.mail_address import mailbox_of
from helpdesk.prepared import Given
from tickets.models import (
    Attachment,
    BlockedSender,
    Merge,
    Message,
    Participant,
    SideConversation,
    SideMessage,
    Ticket,
)


def threads_of(ticket: Ticket) -> QuerySet[Ticket, int]:
    """The ids of the ticket and of those joined into it. For the desk only."""
    return threads_with(ticket.pk)


def threads_with(ticket_id: int | Given) -> QuerySet[Ticket, int]:
    """As `threads_of`, by the ticket's id."""
    return Ticket.objects.filter(Q(pk=ticket_id) | Q(merged_into=ticket_id)).values_list("pk", flat=True)


def desk_messages(ticket: Ticket) -> QuerySet[Message]:
    """As `ticket_messages`, with those of the tickets joined into it that stayed where they were said."""
    messages = Message.objects.filter(ticket__in=threads_of(ticket)).select_related(
        "author", "origin", "ticket"
    )
    return messages.prefetch_related(Prefetch("attachments", Attachment.objects.order_by("id"))).order_by(
        "id"
    )


def files_of_threads(ticket: Ticket) -> QuerySet[Attachment]:
    """The files of the ticket and of those joined into it, in the order they came. For the desk only."""
    return Attachment.objects.filter(message__ticket__in=threads_of(ticket)).order_by("id")


def merges_of(ticket: Ticket) -> QuerySet[Merge]:
    """What is joined into the ticket at this time, the latest first."""
    return Merge.objects.filter(target=ticket, undone_at=None).select_related("source").order_by("-pk")


def people_in_one_only(one: Ticket, other: Ticket) -> list[Member]:
    """Who takes part in just one of two tickets, and would read more if they were one."""
    return people_not_in_all([one, other])


def people_not_in_all(tickets: Collection[Ticket]) -> list[Member]:
    """Who takes part in some of the tickets but not in all, and would read more if they were one."""
    seats = Participant.objects.filter(ticket__in=[ticket.pk for ticket in tickets]).values("member")
    absent = seats.annotate(seats=Count("pk")).exclude(seats=len(tickets)).values("member")
    return list(Member.objects.filter(pk__in=absent).order_by("name", "email"))


def seat_after_joining(participant: Participant) -> Participant:
    """Where the participant sits now: in the ticket that theirs was joined into, when its conversation went there.

    Links, reply addresses and Message-IDs of the earlier ticket name the earlier seat for ever.
    """
    ticket = participant.ticket
    if not ticket.has_moved:
        return participant
    seats = Participant.objects.select_related("ticket", "member")
    return seats.filter(ticket=ticket.merged_into_id, member=participant.member_id).first() or participant


def side_conversations_of(ticket: Ticket) -> QuerySet[SideConversation]:
    """What experts outside were asked about the ticket, the latest first, with every mail. For the desk only."""
    mails = SideMessage.objects.select_related("author").prefetch_related("files__attachment").order_by("id")
    conversations = SideConversation.objects.filter(ticket=ticket).prefetch_related(
        Prefetch("messages", mails)
    )
    return conversations.select_related("ticket").order_by("-id")


def takes_part(email: str, ticket: Ticket) -> bool:
    """Whether the person with this address takes part in the ticket."""
    return Participant.objects.filter(ticket=ticket, member__email=email.lower()).exists()


def is_blocked(email: str, *, now: dt.datetime) -> bool:
    """Whether new requests from the address go to spam: it, its mailbox, its domain or one above that is blocked."""
    blocked = remembered(_blocked_senders)
    if not blocked:
        return False
    mailbox = mailbox_of(email)
    labels = mailbox.rpartition("@")[2].split(".")
    values = [email, mailbox, *(".".join(labels[start:]) for start in range(len(labels)))]
    ends = [blocked[value] for value in values if value in blocked]
    return any(until is None or until > now for until in ends)


def _blocked_senders() -> dict[str, dt.datetime | None]:
    rows = BlockedSender.objects.values_list("value", "until")
    return {mailbox_of(value) if "@" in value else value: until for value, until in rows}


def is_of_the_desk(value: str) -> bool:
    """Whether the address, or one at the domain, is that of somebody who works here, or of a sender."""
    own = Q(email=value) if "@" in value else Q(email__endswith=f"@{value}")
    sent = Q(from_address=value) if "@" in value else Q(from_address__endswith=f"@{value}")
    staff = Member.objects.filter(own, role__in=DESK_ROLES)
    return staff.exists() or Sender.objects.filter(sent).exists()
