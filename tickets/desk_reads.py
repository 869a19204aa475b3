"""What the pages of the desk read each time: prepared, and several reads a statement."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from accounts.models import Member
from helpdesk.at_once import asking, at_once
from helpdesk.outbox.models import OutboxRow
from helpdesk.prepared import AnyOf, AnyText, hand_out, prepared
from tickets.joined import threads_with
from tickets.models import Clock, DeskDraft, Message, Participant, Ticket, TicketEvent
from tickets.models.ticket import Status
from tickets.page_reads import files_read
from tickets.queries import assignable_in
from tickets.sla.reads import clocks_read, segments_read

DESK_SHOWN = 30  # messages on a page; those between the first and them are folded
EXCERPT = 140  # characters of the last message in a row of the queue
WORKED_ON = (Status.NEW, Status.OPEN, Status.ON_HOLD)  # what counts against the most that somebody takes


@dataclass(frozen=True)
class AtHand:
    """What the workspace shows of a ticket beside its head.

    `messages` are the last DESK_SHOWN of the ticket and of those joined into it, the newest first, without files.
    `drafts` are those of the reader, and the replies of anybody that are just leaving, the oldest first.
    """

    seats: list[Participant]
    clocks: list[Clock]
    messages: list[Message]
    drafts: list[DeskDraft]
    assignable: list[Member]


def at_hand(ticket: Ticket, reader: Member) -> AtHand:
    """What `reader` has at hand of the ticket. For the desk only. One statement."""
    of_ticket = {"ticket": ticket.pk}
    seats, clocks, segments, messages, drafts, people = at_once(
        asking(_seats, **of_ticket),
        asking(clocks_read, **of_ticket),
        asking(segments_read, **of_ticket),
        asking(_messages, **of_ticket),
        asking(_drafts, **of_ticket, member=reader.pk),
        asking(_assignable, team=ticket.team_id),
    )
    hand_out(segments, to=clocks, name="segments", key="clock_id")
    return AtHand(seats, clocks, messages, drafts, people)


def around_messages(
    ticket: Ticket, messages: Sequence[Message], *, since: dt.datetime
) -> tuple[list[OutboxRow], list[TicketEvent]]:
    """Gives the messages their files; how their mails fared, and what happened since then to the ticket and to those
    joined into it, oldest first. For the desk only. One statement."""
    spoken = {ticket.pk, *(key for one in messages for key in (one.ticket_id, one.origin_id) if key)}
    files, mails, events = at_once(
        asking(files_read, messages=[message.pk for message in messages]),
        asking(_mails, about=[f"ticket:{key}" for key in sorted(spoken)]),
        asking(_events, ticket=ticket.pk, since=since),
    )
    hand_out(files, to=messages, name="attachments", key="message_id")
    return mails, events


@dataclass(frozen=True)
class BesideRows:
    """What the rows of the queue show of their tickets, by the ticket's id. `messages` have an `excerpt`."""

    requesters: Mapping[int, str]
    clocks: Mapping[int, list[Clock]]
    messages: Mapping[int, Message]


def beside_rows(tickets: Sequence[Ticket]) -> BesideRows:
    """What stands beside the tickets, each with its `last_message_id`. One statement."""
    ids = [ticket.pk for ticket in tickets]
    last = [ticket.last_message_id for ticket in tickets if ticket.last_message_id]  # type: ignore[attr-defined]
    people, clocks, messages = at_once(
        asking(_requesters, tickets=ids),
        asking(_clocks_of_rows, tickets=ids),
        asking(_last_messages, messages=last),
    )
    by_ticket: dict[int, list[Clock]] = defaultdict(list)
    for clock in clocks:
        by_ticket[clock.ticket_id].append(clock)
    return BesideRows(
        {ticket_id: name or email for ticket_id, name, email in people},
        by_ticket,
        {message.ticket_id: message for message in messages},
    )


def desk_events(ticket: Ticket, *, since: dt.datetime) -> list[TicketEvent]:
    """What happened since then to the ticket and to those joined into it, oldest first. For the desk only."""
    return _events(ticket=ticket.pk, since=since)


def seats_of(ticket: Ticket) -> list[Participant]:
    """Who takes part, in the order they came."""
    return _seats(ticket=ticket.pk)


@prepared
def _seats(ticket: Any) -> QuerySet[Participant]:
    return Participant.objects.filter(ticket=ticket).select_related("member").order_by("id")


@prepared
def _messages(ticket: Any) -> QuerySet[Message]:
    messages = Message.objects.filter(ticket__in=threads_with(ticket)).only(
        *("side", "kind", "body", "links", "channel", "direction", "created_at", "edited_at"),
        *("author__name", "author__email", "origin__number", "ticket__number"),
    )
    return messages.select_related("author", "origin", "ticket").order_by("-id")[:DESK_SHOWN]


@prepared
def _drafts(ticket: Any, member: Any) -> QuerySet[DeskDraft]:
    found = DeskDraft.objects.filter(Q(author=member) | Q(leaves_at__isnull=False), ticket=ticket)
    return found.select_related("author").order_by("saved_at", "pk")


@prepared
def _assignable(team: Any) -> QuerySet[Member]:
    return assignable_in(team).only("name", "email")


@prepared
def _mails(about: Any) -> QuerySet[OutboxRow]:
    rows = OutboxRow.objects.filter(AnyText("about", about)).exclude(about="")
    return rows.only("message_id", "to_address", "state", "answer").order_by("id")


@prepared
def _events(ticket: Any, since: Any) -> QuerySet[TicketEvent]:
    events = TicketEvent.objects.filter(ticket__in=threads_with(ticket), at__gte=since)
    return events.select_related("actor").order_by("id")


@prepared
def _requesters(tickets: Any) -> QuerySet[Participant, Any]:
    people = Participant.objects.filter(AnyOf("ticket", tickets), role=Participant.Role.REQUESTER)
    return people.values_list("ticket_id", "member__name", "member__email")


@prepared
def _clocks_of_rows(tickets: Any) -> QuerySet[Clock]:
    clocks = Clock.objects.filter(AnyOf("ticket", tickets)).order_by("id")
    return clocks.only("ticket_id", "kind", "state", "due_at", "met_at", "breached_at")


@prepared
def _last_messages(messages: Any) -> QuerySet[Message]:
    found = Message.objects.filter(AnyOf("pk", messages)).annotate(excerpt=Left("body", EXCERPT))
    return found.select_related("author").only("ticket_id", "kind", "side", "author__name", "author__email")


def tickets_in_work(people: Collection[int]) -> list[tuple[int, int]]:
    """How many tickets each of the people works on, none left out but those with none; what waits for its customer is
    no work. One statement.
    """
    theirs = Ticket.objects.filter(assignee__in=people, is_spam=False, status__in=WORKED_ON)
    return list(theirs.order_by().values_list("assignee").annotate(Count("pk")))
