"""A ticket as its customer reads it: status, promises, and one timeline of what was said and what happened."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from helpdesk.templatetags.parts import when
from helpdesk.typed_text import without_overrides
from tickets.first_answers import first_answer_in, links_of
from tickets.models import Clock, Message, Participant, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.sla import ClockKind
from tickets.models.ticket import CUSTOMER_STATUS, Status
from tickets.page_reads import BEGINNING, SHOWN, latest_public_messages, public_events
from tickets.queries import public_messages
from tickets.sla.clocks import as_told, new_estimate
from tickets.sla.policy import takes_feedback, usual_length
from tickets.sla.reads import clocks_of
from tickets.views.uploads import file_row

STATUS_KEYS = {
    Status.NEW: "received",
    Status.OPEN: "in_progress",
    Status.PENDING: "waiting_for_you",
    Status.ON_HOLD: "in_progress",
    Status.SOLVED: "solved",
    Status.CLOSED: "closed",
}
MEANINGS = {
    "received": gettext_lazy("We have your request. Nobody has picked it up yet."),
    "in_progress": gettext_lazy("Somebody is working on it."),
    "waiting_for_you": gettext_lazy("We need something from you. Answer below."),
    "solved": gettext_lazy("We think it is solved. You can open it again."),
    "closed": gettext_lazy("It is finished. Start a follow-up if it comes back."),
}
STATUS_EVENTS = {
    "received": pgettext_lazy("status of a ticket", "Received"),
    "in_progress": gettext_lazy("In progress"),
    "waiting_for_you": gettext_lazy("Waiting for your answer"),
    "solved": gettext_lazy("Marked as solved"),
    "closed": gettext_lazy("Closed"),
}
SPOKEN_OF = {  # the icon; what it is called when somebody else did it; when the reader did
    Verb.REOPENED: ("undo", gettext_lazy("Opened again"), gettext_lazy("You opened it again")),
    Verb.SAID_LATE: (
        "flag",
        gettext_lazy("A participant told us that this is late"),
        gettext_lazy("You told us that this is late"),
    ),
    Verb.PARTICIPANT_ADDED: ("user", gettext_lazy("Somebody was added"), gettext_lazy("You added somebody")),
    Verb.PARTICIPANT_REMOVED: (
        "user",
        gettext_lazy("Somebody was removed"),
        gettext_lazy("You removed somebody"),
    ),
}
JOININGS = {  # what is said in the ticket that took another in; in the one that was taken in
    Verb.MERGED: (
        gettext_lazy("We joined %(number)s with this request"),
        gettext_lazy("We closed this request and handle it together with another one"),
    ),
    Verb.UNMERGED: (
        gettext_lazy("We took %(number)s out of this request again"),
        gettext_lazy("This request stands on its own again"),
    ),
}
ONLY_READ = gettext_lazy("We read everything that people suggest. We may not reply to each.")
EVENT_ICONS = {
    "received": "mail",
    "in_progress": "clock",
    "waiting_for_you": "reply",
    "solved": "check",
    "closed": "lock",
}


def status_of(ticket: Ticket) -> dict[str, Any]:
    """The status in the customer's words, as `partials/status.html` shows it."""
    key = STATUS_KEYS[Status(ticket.status)]
    return {"status": key, "label": CUSTOMER_STATUS[Status(ticket.status)], "meaning": MEANINGS[key]}


@dataclass(frozen=True)
class Talk:
    """What stands in the timeline, as `partials/timeline.html` shows it, and how many earlier messages are folded."""

    items: list[dict[str, Any]]
    hidden: int
    first_unread_id: int  # 0 when the reader has seen everything
    last_id: int  # of the newest message
    last_at: dt.datetime | None
    verdicts: dict[int, bool]  # which messages the reader found helpful, or not


def promises_of(ticket: Ticket, *, now: dt.datetime) -> list[dict[str, Any]]:
    """The promises in sentences, what is late first: `{state, text}`, with `due_at` while the clock runs, its `kind` while
    it is not late, and an `estimate` (or None) when it is; of feedback that is promised no reply, that.
    """
    return promises_in(ticket, [as_told(clock) for clock in clocks_of(ticket)], now=now)


def promises_in(ticket: Ticket, clocks: Iterable[Clock], *, now: dt.datetime) -> list[dict[str, Any]]:
    """As `promises_of`, for its clocks as its customer knows them."""
    told = [clock for clock in clocks if clock.kind != ClockKind.TIER]
    if not told and takes_feedback(ticket.category):
        return [{"state": "none", "text": ONLY_READ}]
    lines = [line for clock in told if (line := _promise(clock, ticket.category_id, now))]
    return sorted(lines, key=lambda line: line["state"] != "late")


def update_text(promises: Iterable[dict[str, Any]]) -> SafeString | None:
    """For a late ticket: a new estimate from how long requests took; with too few of them, by when the person hears
    from us, which is our next promise. None without either: no time is invented.
    """
    promises = list(promises)
    estimates = [line["estimate"] for line in promises if line["state"] == "late" and line["estimate"]]
    if estimates:
        return _sentence(NEW_ESTIMATE, min(estimates))
    to_come = [line["due_at"] for line in promises if line["state"] == "running"]
    return _sentence(gettext_lazy("We'll update you by {time}."), min(to_come)) if to_come else None


def talk_of(ticket: Ticket, reader: Participant, *, is_whole: bool) -> Talk:
    """The last SHOWN messages, or all, with the public events among them and a line for each new day.

    Three statements, and a fourth when something is folded.
    """
    messages = list(public_messages(ticket)) if is_whole else latest_public_messages(ticket)[::-1]
    hidden = 0
    if not is_whole and len(messages) == SHOWN:
        hidden = public_messages(ticket).filter(pk__lt=messages[0].pk).count()
    events = public_events(ticket, since=messages[0].created_at if hidden else BEGINNING)
    seen = reader.last_read_at or reader.joined_at
    unread = [m.pk for m in messages if m.author_id != reader.member_id and m.created_at > seen]
    items = [message_item(message, ticket, reader) for message in messages]
    items += [item for event in events if (item := _event_item(event, reader))]
    items.sort(key=lambda item: (item["at"], item["kind"] != "message", item["order"]))
    return Talk(
        items=list(_with_lines(items, unread[0] if unread else 0)),
        hidden=hidden,
        first_unread_id=unread[0] if unread else 0,
        last_id=messages[-1].pk if messages else 0,
        last_at=messages[-1].created_at if messages else None,
        verdicts=_verdicts(events, reader),
    )


def _verdicts(events: Iterable[TicketEvent], reader: Participant) -> dict[int, bool]:
    own = (
        event for event in events if event.verb == Verb.REPLY_JUDGED and event.actor_id == reader.member_id
    )
    return {event.message_id: event.changes["helpful"][1] for event in own if event.message_id}


def message_item(message: Message, ticket: Ticket, reader: Participant) -> dict[str, Any]:
    """One message for the customer's eyes: no address of anybody, the desk's people with their team."""
    is_desk = message.side != Message.Side.CUSTOMER
    return {
        "kind": "message",
        "id": message.pk,
        "order": message.pk,
        "author": _("You") if message.author_id == reader.member_id else author_of(message, ticket),
        "team": ticket.team.name
        if is_desk and message.author_id and message.author and message.author.name
        else "",
        "own": message.author_id == reader.member_id,
        "internal": False,
        "at": message.created_at,
        "body": without_overrides(message.body),
        "is_marked": message.side == Message.Side.DESK,
        "files": [file_row(file) for file in message.attachments.all()],
        "edited_at": message.edited_at,
        "links": message.links,
    }


def author_of(message: Message, ticket: Ticket) -> str:
    """Who wrote it, as another customer may know: a name, or a word instead of an address."""
    name = message.author.name if message.author else ""
    if message.side == Message.Side.CUSTOMER:
        return without_overrides(name) or _("Another participant")
    return name or ticket.team.name


def _event_item(event: TicketEvent, reader: Participant) -> dict[str, Any] | None:
    is_own = event.actor_id == reader.member_id
    item = {"kind": "event", "at": event.at, "order": event.pk}
    if event.verb == Verb.SUBMITTED:
        return item | {"text": _("We received your request"), "icon": "mail"}
    if event.verb == Verb.ANSWERED_AT_ONCE:
        answer = first_answer_in(event)
        return item | {
            "kind": "automatic",
            "id": f"a{event.pk}",
            "body": answer.text,
            "links": links_of(answer),
        }
    if event.verb == Verb.FOLLOWED_UP:
        return item | {"text": _("A follow-up was started"), "icon": "arrow"}
    if event.verb == Verb.SPLIT:
        source, new = event.changes["split"]
        split = _("We made a part of %(source)s into a request of its own: %(new)s")
        item |= {"text": split % {"source": source, "new": new}, "icon": "arrow"}
        number = source if new == reader.ticket.number else new
        return item | ({"see": (reverse("ticket", args=[number]), number)} if _may_follow(reader) else {})
    if event.verb in JOININGS:
        return item | {"text": _joining_told(event, reader.ticket), "icon": "arrow"}
    if event.verb in SPOKEN_OF:
        icon, *words = SPOKEN_OF[Verb(event.verb)]
        return item | {"text": words[is_own], "icon": icon}
    changed = _status_told(event, is_own=is_own) if event.verb == Verb.STATUS_CHANGED else None
    return item | changed if changed else None  # a reply speaks for itself


def _may_follow(reader: Participant) -> bool:
    """Whether who reads one part of a split ticket surely has the other in their list: who asked, with an account."""
    return reader.role == Participant.Role.REQUESTER and not reader.member.is_guest


def _joining_told(event: TicketEvent, ticket: Ticket) -> str:
    """That another ticket was joined with this one, in the agent's own words if there are any; or this one with another."""
    number, _other = event.changes["merged"]
    if number == ticket.number:
        return str(JOININGS[Verb(event.verb)][1])
    own = event.changes.get("told", [""])[0]
    return without_overrides(own) or joining_sentence(number, Verb(event.verb))


def joining_sentence(number: str, verb: Verb = Verb.MERGED) -> str:
    """What the customer of a ticket reads, in the language of the moment, when that of this number was joined with it."""
    return str(JOININGS[verb][0]) % {"number": number}


def _status_told(event: TicketEvent, *, is_own: bool) -> dict[str, Any] | None:
    before, after = (STATUS_KEYS.get(status) for status in event.changes.get("status", ("", "")))
    if after is None or before == after:
        return None
    text = _("You marked it as solved") if is_own and after == "solved" else STATUS_EVENTS[after]
    return {"text": text, "icon": EVENT_ICONS[after]}


def _with_lines(items: list[dict[str, Any]], first_unread_id: int) -> Iterator[dict[str, Any]]:
    day = None
    for item in items:
        date = timezone.localdate(item["at"])
        if date != day:
            yield {"kind": "day", "text": when(item["at"], "date")}
            day = date
        if item.get("id") == first_unread_id and first_unread_id:
            yield {"kind": "unread"}
        yield item


def _promise(clock: Clock, category_id: int | None, now: dt.datetime) -> dict[str, Any] | None:
    kind = ClockKind(clock.kind)
    if clock.state == Clock.State.MET and clock.met_at and kind in MET:
        return {"state": "met", "text": _sentence(MET[kind], clock.met_at)}
    if clock.state == Clock.State.PAUSED:
        return {"state": "paused", "text": _("Goal to solve: paused while we wait for you.")}
    if clock.state != Clock.State.RUNNING or clock.due_at is None:
        return None
    if clock.due_at < now:
        usual = usual_length(kind, category_id)
        estimate = new_estimate(clock, usual, now=now) if usual else None
        text = _sentence(LATE[kind], clock.due_at)
        return {"state": "late", "text": text, "due_at": clock.due_at, "estimate": estimate}
    text = _sentence(RUNNING[kind], clock.due_at)
    return {"state": "running", "text": text, "due_at": clock.due_at, "kind": kind}


def _sentence(pattern: Any, moment: dt.datetime) -> SafeString:
    return format_html(str(pattern), time=when(moment))


RUNNING = {
    ClockKind.FIRST_RESPONSE: gettext_lazy("First reply by {time}"),
    ClockKind.NEXT_RESPONSE: gettext_lazy("Next reply by {time}"),
    ClockKind.RESOLUTION: gettext_lazy("Goal to solve by {time}"),
}
LATE = {
    ClockKind.FIRST_RESPONSE: gettext_lazy(
        "This is taking longer than we said. We aimed to reply by {time}."
    ),
    ClockKind.NEXT_RESPONSE: gettext_lazy("This is taking longer than we said. We aimed to reply by {time}."),
    ClockKind.RESOLUTION: gettext_lazy("This is taking longer than we said. We aimed to solve it by {time}."),
}
NEW_ESTIMATE = gettext_lazy("New estimate: {time}, going by how long requests took in the last 30 days.")
MET = {
    ClockKind.FIRST_RESPONSE: gettext_lazy("First reply on {time}"),
    ClockKind.RESOLUTION: gettext_lazy("Solved on {time}"),
}
