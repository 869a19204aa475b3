"""The queue: the list agents live in, prepared in Python so that the template only shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Member, Team
from accounts.queries import active_holders
from helpdesk.counts import LIMIT, count_text
from helpdesk.templatetags.parts import when
from tickets.admin.asked import Asked, View
from tickets.admin.faces import ClockFace, age, face_of_ticket
from tickets.admin.live import eyes_of
from tickets.admin.narrow import chips_of
from tickets.admin.orders import LOOKED, Place, end_of_look, page_of
from tickets.admin.panel import count_promised, name_of, told_count
from tickets.admin.search import Found
from tickets.desk_reads import beside_rows
from tickets.models import Message, Ticket
from tickets.models.ticket import Priority, Status, Tier
from tickets.rules import sees_all_tickets
from tickets.sensitive import masked

SHOWN = (
    *("number", "subject", "status", "priority", "urgency", "tier", "attention_at", "updated_at", "is_spam"),
    *("assignee__name", "assignee__email"),
)
ADMINS = 2  # who are named to somebody who asks for a team of others
LEVELS = {Priority.LOW: "low", Priority.NORMAL: "normal", Priority.HIGH: "high", Priority.URGENT: "urgent"}


@dataclass(frozen=True)
class Moment:
    """A time in the reader's zone: in words, and as ISO 8601 for scripts. Made once, shown twice."""

    told: str
    iso: str

    @classmethod
    def of(cls, moment: dt.datetime) -> Moment:
        """The moment as this page shows it."""
        return cls(str(when(moment, "text")), localtime(moment).isoformat())


@dataclass(frozen=True)
class Row:
    """One ticket of the list, in words."""

    id: str
    choose: str
    number: str
    url: str
    subject: str
    last: str
    last_by: str
    is_last_internal: bool
    preview_url: str
    fragment_url: str
    eyes: str
    requester: str
    status: str
    status_label: str
    level: str
    priority_label: str
    tier: str
    owner: str
    updated: Moment
    age: str
    face: ClockFace
    due: Moment | None


def queue_page(asked: Asked, found: Found, member: Member, shell: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of the queue shows; `shell` knows how many tickets there are. Two statements, however many."""
    count = shell["desk_counts"][0]
    sort = asked.order
    parts = [] if found.error or not found.parts else found.parts
    end = end_of_look(found.looked_at, sort, asked.place) if found.looked_at else None
    tickets, has_before, has_after = (
        page_of(parts, sort, asked.place, until=end, shown=with_last_message) if parts else ([], False, False)
    )
    is_whole = end is None or (has_before if end.is_backwards else has_after)
    further = "" if is_whole else asked.url(place=end)
    newer, older = (
        (Place.of(tickets[0], sort, is_backwards=True), Place.of(tickets[-1], sort))
        if tickets
        else (None, None)
    )
    return {
        "title": name_of(asked, shell),
        "is_saved": any(link["current"] for link in shell["desk_saved"]),
        "count": told_count(count, shown=len(tickets)),
        "promised": count_promised(count, shown=len(tickets)),
        "is_too_many": bool(asked.words) and count > LIMIT,
        "further": further,
        "looked": _looked(found),
        "rows": rows_of(tickets, asked, member, asked.now),
        "newer_url": asked.url(place=newer) if has_before and newer else "",
        "older_url": asked.url(place=older) if has_after and older else "",
        "chips": chips_of(asked),
        "told": found.told,
        "empty": None
        if tickets
        else empty_of(asked, found, member, elsewhere=shell["desk_open"], further=further),
    }


def with_last_message(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """`tickets` with the columns that a row and an order need, and `last_message_id`."""
    last = Message.objects.filter(ticket=OuterRef("pk")).order_by("-id").values("pk")[:1]
    return tickets.select_related("assignee").only(*SHOWN).annotate(last_message_id=Subquery(last))


def rows_of(tickets: Sequence[Ticket], asked: Asked, member: Member, now: dt.datetime) -> list[Row]:
    """The rows of the page: one statement for people, clocks and last messages."""
    beside = beside_rows(tickets)
    eyes = eyes_of([ticket.pk for ticket in tickets], member)
    query, here = asked.query(), asked.pairs(place=asked.place)
    return [
        _row(
            ticket,
            requester=beside.requesters.get(ticket.pk, ""),
            face=face_of_ticket(beside.clocks.get(ticket.pk, []), now, is_spam=ticket.is_spam),
            message=beside.messages.get(ticket.pk),
            eyes=eyes.get(ticket.pk, ""),
            query=query,
            preview_query=urlencode(here | {"preview": ticket.number}),
            member=member,
            now=now,
        )
        for ticket in tickets
    ]


def _row(
    ticket: Ticket,
    *,
    requester: str,
    face: ClockFace,
    message: Message | None,
    eyes: str,
    query: str,
    preview_query: str,
    member: Member,
    now: dt.datetime,
) -> Row:
    url = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    labels = _labels(get_language())
    return Row(
        id=str(ticket.pk),
        choose=labels.choose % {"number": ticket.number},
        number=ticket.number,
        url=f"{url}?{query}" if query else url,
        subject=masked(ticket.subject),
        last=masked(" ".join(message.excerpt.split())) if message else "",  # type: ignore[attr-defined]
        last_by=_said_by(message, member),
        is_last_internal=bool(message and message.is_internal),
        preview_url=f"?{preview_query}#preview",
        fragment_url=url.replace("/change/", "/preview/"),
        eyes=eyes,
        requester=requester,
        status=ticket.status,
        status_label=labels.status[ticket.status],
        level=LEVELS[Priority(ticket.priority)],
        priority_label=labels.priority[ticket.priority],
        tier=labels.tier[ticket.tier],
        owner=str(ticket.assignee) if ticket.assignee else "",
        updated=Moment.of(ticket.updated_at),
        age=age(now - ticket.updated_at),
        face=face,
        due=Moment.of(face.exact) if face.exact else None,
    )


@dataclass(frozen=True)
class Labels:
    """What the statuses, priorities and tiers are called in the language that is active."""

    status: Mapping[str, str]
    priority: Mapping[int, str]
    tier: Mapping[int, str]
    choose: str


@cache
def _labels(language: str | None) -> Labels:
    return Labels(
        {status.value: str(status.label) for status in Status},
        {priority.value: str(priority.label) for priority in Priority},
        {tier.value: str(tier.label) for tier in Tier},
        choose=_("Choose %(number)s"),
    )


def _said_by(message: Message | None, member: Member) -> str:
    """Who had the last word, when it was the desk; the customer's own words stand alone."""
    if message is None or message.side != Message.Side.DESK or message.author is None:
        return ""
    return _("you") if message.author_id == member.pk else message.author.get_short_name()


def empty_of(asked: Asked, found: Found, member: Member, *, elsewhere: int, further: str) -> dict[str, str]:
    """Why the list is empty, and one next step; `elsewhere` are all open tickets, `further` leads on where it was not
    looked through to its end."""
    everything = {"url": Asked().url(), "action": _("Show all open")}
    if asked.is_team_unknown:
        return {"text": _no_team(member), **everything}
    if further:
        return {"text": _nothing_yet(found), "url": further, "action": _("Look further")}
    if asked.place:
        return {"text": _("This page is empty now."), "url": asked.url(), "action": _("Show the first page")}
    if asked.is_filtered:
        return _nothing_found(asked, found.nothing)
    if asked.view == View.SPAM:
        return {"text": _("Nothing is marked as spam."), **everything}
    if not elsewhere:
        text = _("No open tickets. When a customer writes, the ticket appears here.")
        return {"text": text, "url": "", "action": ""}
    return {"text": _elsewhere(asked.team, elsewhere), **everything}


def _no_team(member: Member) -> str:
    if sees_all_tickets(member):
        return _("There is no such team.")
    admins = active_holders(Member.Role.ADMIN).order_by("name", "email")[:ADMINS]
    names = ", ".join(str(admin) for admin in admins)
    return _("There is no such team among yours. Ask %(names)s to add you to it.") % {"names": names}


def _nothing_found(asked: Asked, nothing: str) -> dict[str, str]:
    if nothing and asked.is_narrowed:
        return {"text": nothing, "url": asked.everywhere, "action": _("Search all tickets")}
    if nothing:
        return {"text": nothing, "url": asked.url(words=""), "action": _("Back to the list")}
    text = _("Nothing matches these filters.")
    return {"text": text, "url": asked.url(words="", filters={}), "action": _("Remove the filters")}


def _nothing_yet(found: Found) -> str:
    return _(
        "Looked through %(count)s tickets of this list and found nothing. More may match further on."
    ) % {"count": _looked(found)}


def _looked(found: Found) -> str:
    """How many were looked at; of several parts others than the longest may have added some."""
    looked = number_format(LOOKED, force_grouping=True)
    return f"{looked}+" if len(found.looked_at) > 1 else looked


def _elsewhere(team: Team | None, count: int) -> str:
    if team is None:
        return ngettext(
            "Nothing waiting here. %(count)s open ticket elsewhere.",
            "Nothing waiting here. %(count)s open tickets elsewhere.",
            count,
        ) % {"count": count_text(count)}
    return ngettext(
        "Nothing waiting in %(team)s. %(count)s in other teams.",
        "Nothing waiting in %(team)s. %(count)s in other teams.",
        count,
    ) % {"count": count_text(count), "team": team}
