"""What the pages of tickets read each time, prepared: making the SQL of these would cost more than asking."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from accounts.models import Member
from helpdesk.prepared import AnyOf, hand_out, prepared
from tickets.joined import threads_with
from tickets.models import (
    Attachment,
    CategoryTranslation,
    Clock,
    ClockSegment,
    Message,
    Participant,
    Ticket,
    TicketAlias,
    TicketEvent,
)
from tickets.numbers import parse_number
from tickets.queries import assignable_in, own_tickets

SHOWN = 200  # messages on a page; earlier ones are folded
DESK_SHOWN = 30  # at the desk
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
    """What happened to the ticket since then, as far as customers are told, oldest first."""
    return _public_events(ticket=ticket.pk, since=since)


def clocks_of(ticket: Ticket) -> list[Clock]:
    """The promises of the ticket, with what explains them."""
    clocks = _clocks(ticket=ticket.pk)
    segments = _segments(clocks=[clock.pk for clock in clocks]) if clocks else []
    hand_out(segments, to=clocks, name="segments", key="clock_id")
    return clocks


def with_files(messages: list[Message]) -> list[Message]:
    """The messages with their files. One statement."""
    files = _files(messages=[message.pk for message in messages]) if messages else []
    hand_out(files, to=messages, name="attachments", key="message_id")
    return messages


def latest_desk_messages(ticket: Ticket) -> list[Message]:
    """The last DESK_SHOWN messages of the ticket and of those joined into it, the newest first. For the desk only."""
    return with_files(_desk_messages(ticket=ticket.pk))


def desk_events(ticket: Ticket, *, since: dt.datetime) -> list[TicketEvent]:
    """What happened since then to the ticket and to those joined into it, oldest first. For the desk only."""
    return _desk_events(ticket=ticket.pk, since=since)


def seats_of(ticket: Ticket) -> list[Participant]:
    """Who takes part, in the order they came."""
    return _seats(ticket=ticket.pk)


def assignable_people(ticket: Ticket) -> list[Member]:
    """As `assignable_members`."""
    return _assignable(team=ticket.team_id)


@prepared
def _own_tickets(member: Any, number: Any) -> QuerySet[Ticket]:
    of_number = TicketAlias.objects.filter(number=number).values("ticket")
    return own_tickets(member).filter(pk__in=of_number).select_related("team", "category")


@prepared
def _wordings(category: Any) -> QuerySet[CategoryTranslation]:
    return CategoryTranslation.objects.filter(category=category)


@prepared
def _segments(clocks: Any) -> QuerySet[ClockSegment]:
    return ClockSegment.objects.filter(AnyOf("clock", clocks))


@prepared
def _files(messages: Any) -> QuerySet[Attachment]:
    return Attachment.objects.filter(AnyOf("message", messages)).order_by("id")


@prepared
def _public_messages(ticket: Any) -> QuerySet[Message]:
    public = Message.objects.filter(ticket=ticket, kind=Message.Kind.PUBLIC).select_related("author")
    return public.order_by("-id")[:SHOWN]


@prepared
def _public_events(ticket: Any, since: Any) -> QuerySet[TicketEvent]:
    events = TicketEvent.objects.filter(ticket=ticket, is_public=True, at__gte=since).select_related("actor")
    return events.order_by("id")


@prepared
def _clocks(ticket: Any) -> QuerySet[Clock]:
    return Clock.objects.filter(ticket=ticket).select_related("calendar_version").order_by("id")


@prepared
def _desk_messages(ticket: Any) -> QuerySet[Message]:
    messages = Message.objects.filter(ticket__in=threads_with(ticket))
    return messages.select_related("author", "origin", "ticket").order_by("-id")[:DESK_SHOWN]


@prepared
def _desk_events(ticket: Any, since: Any) -> QuerySet[TicketEvent]:
    return (
        TicketEvent.objects.filter(ticket__in=threads_with(ticket), at__gte=since)
        .select_related("actor")
        .order_by("id")
    )


@prepared
def _seats(ticket: Any) -> QuerySet[Participant]:
    return Participant.objects.filter(ticket=ticket).select_related("member").order_by("id")


@prepared
def _assignable(team: Any) -> QuerySet[Member]:
    return assignable_in(team)
