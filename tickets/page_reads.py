"""What the pages of tickets read each time, prepared: making the SQL of these would cost more than asking."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from accounts.models import Member
from helpdesk.prepared import prepared
from tickets.models import Attachment, Clock, Message, Ticket, TicketAlias, TicketEvent
from tickets.numbers import parse_number
from tickets.queries import own_tickets

SHOWN = 200  # messages on a page; earlier ones are folded


def own_ticket(member: Member, text: str, prefix: str) -> Ticket | None:
    """The own ticket of the member that the number in `text` leads to, with team and category; see `find_ticket`."""
    found = _own_tickets.first(member=member.pk, number=parse_number(text, prefix))
    if found:
        prefetch_related_objects([found], "category__translations")
    return found


def latest_public_messages(ticket: Ticket) -> list[Message]:
    """The last SHOWN messages that customer and desk said to each other, the newest first, with authors and files."""
    return with_files(_public_messages(ticket=ticket.pk))


def all_public_events(ticket: Ticket) -> list[TicketEvent]:
    """What happened to the ticket, as far as customers are told, oldest first."""
    return _public_events(ticket=ticket.pk)


def clocks_of(ticket: Ticket) -> list[Clock]:
    """The promises of the ticket, with what explains them."""
    clocks = _clocks(ticket=ticket.pk)
    prefetch_related_objects(clocks, "segments")
    return clocks


def with_files(messages: list[Message]) -> list[Message]:
    """The messages with their files. One statement."""
    prefetch_related_objects(messages, Prefetch("attachments", Attachment.objects.order_by("id")))
    return messages


@prepared
def _own_tickets(member: Any, number: Any) -> QuerySet[Ticket]:
    of_number = TicketAlias.objects.filter(number=number).values("ticket")
    return own_tickets(member).filter(pk__in=of_number).select_related("team", "category")


@prepared
def _public_messages(ticket: Any) -> QuerySet[Message]:
    public = Message.objects.filter(ticket=ticket, kind=Message.Kind.PUBLIC).select_related("author")
    return public.order_by("-id")[:SHOWN]


@prepared
def _public_events(ticket: Any) -> QuerySet[TicketEvent]:
    events = TicketEvent.objects.filter(ticket=ticket, is_public=True).select_related("actor")
    return events.order_by("id")


@prepared
def _clocks(ticket: Any) -> QuerySet[Clock]:
    return Clock.objects.filter(ticket=ticket).select_related("calendar_version").order_by("id")
