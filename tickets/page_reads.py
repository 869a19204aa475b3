"""What the pages of tickets read each time, prepared: making the SQL of these would cost more than asking."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Member
from helpdesk.prepared import AnyOf, hand_out, prepared
from tickets.models import (
    Attachment,
    CategoryTranslation,
    Message,
    Ticket,
    TicketAlias,
    TicketEvent,
)
from tickets.models.event import Verb
from tickets.numbers import parse_number
from tickets.sight import own_tickets

SHOWN = 200  # messages on a page; earlier ones are folded
BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def own_ticket(member: Member, text: str, prefix: str) -> Ticket | None:
    """The own ticket of the member that the number in `text` leads to, with team and category; see `find_ticket`."""
    found = _own_tickets.first(member=member.pk, number=parse_number(text, prefix))
    if found and found.category:
        hand_out(
            _wordings(category=found.category_id), to=[found.category], name="translations", key="category_id"
        )
    return found


def latest_public_messages(ticket: Ticket) -> list[Message]:
    """The last SHOWN messages that customer and desk said to each other, the newest first, with authors and files."""
    return with_files(_public_messages(ticket=ticket.pk))


def public_events(ticket: Ticket, *, since: dt.datetime) -> list[TicketEvent]:
    """What happened to the ticket since then, as far as customers are told, oldest first; what each of them said of
    replies among it, for the one who said it.
    """
    return _public_events(ticket=ticket.pk, since=since)


def with_files(messages: list[Message]) -> list[Message]:
    """The messages with their files. One statement."""
    files = files_read(messages=[message.pk for message in messages]) if messages else []
    hand_out(files, to=messages, name="attachments", key="message_id")
    return messages


@prepared
def _own_tickets(member: Any, number: Any) -> QuerySet[Ticket]:
    of_number = TicketAlias.objects.filter(number=number).values("ticket")
    return own_tickets(member).filter(pk__in=of_number).select_related("team", "category")


@prepared
def _wordings(category: Any) -> QuerySet[CategoryTranslation]:
    return CategoryTranslation.objects.filter(category=category)


@prepared
def _public_messages(ticket: Any) -> QuerySet[Message]:
    public = Message.objects.filter(ticket=ticket, kind=Message.Kind.PUBLIC).select_related("author")
    return public.order_by("-id")[:SHOWN]


@prepared
def _public_events(ticket: Any, since: Any) -> QuerySet[TicketEvent]:
    told = Q(is_public=True) | Q(verb=Verb.REPLY_JUDGED)
    events = TicketEvent.objects.filter(told, ticket=ticket, at__gte=since).select_related("actor")
    return events.order_by("id")


@prepared
def files_read(messages: Any) -> QuerySet[Attachment]:
    """The files of some messages, in the order they came."""
    return Attachment.objects.filter(AnyOf("message", messages)).order_by("id")
