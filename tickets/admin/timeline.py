"""The conversation of a ticket as the desk sees it: what was said and what happened, in one order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member
from helpdesk.outbox.models import OutboxRow
from tickets.admin.events import ICONS, SPOKEN, event_text
from tickets.desk_reads import DESK_SHOWN, around_messages
from tickets.joined import desk_messages
from tickets.models import Message, Rating, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.page_reads import BEGINNING
from tickets.queries import ticket_messages
from tickets.sensitive import masked
from tickets.views.uploads import file_row

FEW = 4  # messages that a page shows about as soon as the first


@dataclass(frozen=True)
class Delivery:
    """How one message's mails fared; `problems` are whole sentences, worst first."""

    words: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """What stands on the page, oldest first, and what was left out between the first and the rest."""

    items: list[dict[str, Any]]
    newest_public_id: int
    hidden: int

    @property
    def is_long(self) -> bool:
        """Whether a way to the latest message saves somebody walking past the others."""
        return sum(item["kind"] == "message" for item in self.items) > FEW


def conversation_of(
    ticket: Ticket, member: Member, *, latest: Sequence[Message] | None = None
) -> Conversation:
    """The first message and the `latest` (see `AtHand.messages`), or all of it.

    One statement, one more when the thread is long, two when all of it is wanted, and one when it was rated.
    """
    whole = desk_messages(ticket).prefetch_related(None)
    messages = list(whole) if latest is None else list(latest[::-1])
    hidden, since = 0, BEGINNING
    if latest is not None and len(messages) == DESK_SHOWN:
        since = messages[0].created_at
        earlier = whole.filter(pk__lt=messages[0].pk)
        first = list(earlier.annotate(told=_count_of(earlier))[:1])
        hidden = first[0].told - 1 if first else 0
        messages = [*first, *messages]
    mails, happened = around_messages(ticket, messages, since=since)
    deliveries = deliveries_of(mails, messages)
    items = [
        _message_item(message, member, deliveries.get(message.pk)) | said_in(message, ticket)
        for message in messages
    ]
    if items:
        items[-1]["is_latest"] = True
    events = [event for event in once_each(happened) if event.verb not in SPOKEN]
    comments = rating_comments(events)
    items += [_event_item(event, ticket, comments.get(event.pk, "")) for event in events]
    items.sort(key=lambda item: (item["at"], item["kind"] == "event"))
    if hidden:
        items.insert(1, {"kind": "gap", "count": hidden})
    return Conversation(items, newest_public_id=_newest_public_id(ticket, messages, hidden), hidden=hidden)


def once_each(events: Iterable[TicketEvent]) -> list[TicketEvent]:
    """`events` without those that tell the same of the same moment: both of two joined tickets say that they were."""
    return list({(event.verb, event.at, str(event.changes)): event for event in events}.values())


def _count_of(messages: QuerySet[Message]) -> Subquery:
    counted = messages.order_by().values("tenant_id").annotate(count=Count("pk")).values("count")
    return Subquery(counted)


def _newest_public_id(ticket: Ticket, messages: list[Message], hidden: int) -> int:
    public = [message.pk for message in messages[1 if hidden else 0 :] if not message.is_internal]
    if public or not hidden:
        return max(public, default=0)
    # Everything shown after the first message is internal: the newest public one is among those left out.
    return ticket_messages(ticket).filter(kind=Message.Kind.PUBLIC).values_list("pk", flat=True).last() or 0


def said_in(message: Message, ticket: Ticket) -> dict[str, Any]:
    """Of a message from a joined ticket: that ticket's number, and whether the customer of this one reads it."""
    if message.ticket_id != ticket.pk:
        return {"origin": message.ticket.number, "is_elsewhere": True}
    return {"origin": message.origin.number if message.origin else ""}


def message_item(message: Message, member: Member) -> dict[str, Any]:
    """One message as the conversation shows it, without how its mail fared."""
    return _message_item(message, member, None)


def _message_item(message: Message, member: Member, delivery: Delivery | None) -> dict[str, Any]:
    body = masked(message.body)
    return {
        "kind": "message",
        "id": message.pk,
        "author": str(message.author) if message.author else _("The system"),
        "own": message.side == Message.Side.DESK,
        "is_marked": message.side == Message.Side.DESK,
        "internal": message.is_internal,
        "at": message.created_at,
        "edited_at": message.edited_at,
        "body": body,
        "clear_body": message.body if body != message.body else "",
        "files": [file_row(file) for file in message.attachments.all()],
        "links": message.links,
        "channel": channel_of(message),
        "delivered": delivery.words if delivery and message.side == Message.Side.DESK else "",
        "problems": delivery.problems if delivery else (),
    }


def offer_acts(items: Iterable[dict[str, Any]], ticket: Ticket, query: str) -> None:
    """Gives each message of the ticket itself what can be made of it alone; `query` is the queue's, for the way back."""
    for item in items:
        if item["kind"] != "message" or item.get("is_elsewhere"):
            continue
        asked = "&".join(filter(None, [query, f"message={item['id']}"]))
        acts = [("side", _("Ask an expert about it…"))]
        if not (item["internal"] or ticket.is_closed):
            acts.insert(0, ("split", _("Split it off…")))
        item["acts"] = [
            (f"{reverse(f'admin:tickets_ticket_{name}', args=[ticket.pk])}?{asked}", label)
            for name, label in acts
        ]


def channel_of(message: Message) -> str:
    """The door it came in by, where that says something: of customers, and of telephone calls with who called."""
    if message.direction:
        return f"{message.get_channel_display()}: {message.get_direction_display()}"
    return message.get_channel_display() if message.side == Message.Side.CUSTOMER else ""


def _event_item(event: TicketEvent, ticket: Ticket, comment: str) -> dict[str, Any]:
    icon = ICONS.get(Verb(event.verb), "dots")
    item = {"kind": "event", "text": event_text(event), "at": event.at, "icon": icon, "comment": comment}
    return item | {"see": _split_apart(event, ticket)} if event.verb == Verb.SPLIT else item


def _split_apart(event: TicketEvent, ticket: Ticket) -> tuple[str, str]:
    """The address and the number of the other part: by the search, which says so to whoever may not see it."""
    source, new = event.changes["split"]
    number = source if new == ticket.number else new
    return f"{reverse('admin:tickets_ticket_changelist')}?q={number}", number


def rating_comments(events: Sequence[TicketEvent]) -> dict[int, str]:
    """What customers wrote with their ratings, by the last event in which they did. No statement without a rating."""
    rated = {(event.ticket_id, event.actor_id): event.pk for event in events if event.verb == Verb.RATED}
    if not rated:
        return {}
    ratings = Rating.objects.filter(ticket__in={ticket_id for ticket_id, _member_id in rated})
    return {
        rated[rating.ticket_id, rating.member_id]: masked(rating.comment)
        for rating in ratings.exclude(score=None).order_by("solved_at")
        if (rating.ticket_id, rating.member_id) in rated
    }


def deliveries_of(mails: Iterable[OutboxRow], messages: Sequence[Message]) -> Mapping[int, Delivery]:
    """How the `mails` of these messages fared, by message; the confirmation counts for the first."""
    if not messages:
        return {}
    by_message: dict[int, list[OutboxRow]] = {}
    for row in mails:
        by_message.setdefault(_message_of(row, messages[0].pk), []).append(row)
    return {key: _delivery(found) for key, found in by_message.items()}


def _message_of(row: OutboxRow, first_id: int) -> int:
    """The message that a mail carries stands in its Message-ID (see `tickets.notify`): `<token.row@domain>`."""
    written = row.message_id.partition("@")[0].rpartition(".")[2]
    return int(written) or first_id if written.isdecimal() and ".link." not in row.message_id else 0


def _delivery(rows: Iterable[OutboxRow]) -> Delivery:
    states = {OutboxRow.State(row.state) for row in rows}
    problems = tuple(
        _problem(row) for row in rows if row.state in {OutboxRow.State.FAILED, OutboxRow.State.HELD}
    )
    if OutboxRow.State.WAITING in states:
        return Delivery(_("waiting to be sent"), problems)
    return Delivery(_("sent") if OutboxRow.State.SENT in states else "", problems)


def _problem(row: OutboxRow) -> str:
    if row.state == OutboxRow.State.HELD:
        return _("The email to %(address)s is held back: %(answer)s") % {
            "address": row.to_address,
            "answer": _(row.answer) if row.answer else "",
        }
    return _("The email to %(address)s was refused: %(answer)s") % {
        "address": row.to_address,
        "answer": _(row.answer) if row.answer else "",
    }
