"""The queue: the list agents live in, prepared in Python so that the template only shows it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Left
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member, Team, TeamMembership
from helpdesk.counts import LIMIT, capped_counts, count_text
from helpdesk.outbox.models import OutboxRow
from helpdesk.templatetags.parts import when
from tickets.admin.asked import Asked, Place, View, page_of
from tickets.admin.faces import ClockFace, age, face_of_ticket
from tickets.admin.search import Found
from tickets.models import Clock, Message, Participant, Ticket
from tickets.models.ticket import Priority, Status
from tickets.rules import sees_all_tickets
from tickets.sensitive import masked

EXCERPT = 140
LEVELS = {Priority.LOW: "low", Priority.NORMAL: "normal", Priority.HIGH: "high", Priority.URGENT: "urgent"}
ICONS = {View.OPEN: "inbox", View.MINE: "user", View.UNASSIGNED: "flag", View.WAITING: "reply"}


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
    requester: str
    status: str
    status_label: str
    level: str
    priority_label: str
    tier: str
    team: str
    owner: str
    is_own: bool
    updated: Moment
    age: str
    face: ClockFace
    due: Moment | None


def teams_of_desk(request: HttpRequest) -> list[Team]:
    """The teams whose queues the person sees; read once a request."""
    teams: list[Team] | None = getattr(request, "desk_teams", None)
    if teams is None:
        member: Member = request.user  # type: ignore[assignment]
        seen = Team.objects.order_by("name")
        if not sees_all_tickets(member):
            seen = seen.filter(pk__in=TeamMembership.objects.filter(member=member).values("team"))
        teams = request.desk_teams = list(seen)  # type: ignore[attr-defined]
    return teams


def views_panel(request: HttpRequest) -> dict[str, Any]:
    """The links to the queues with their counts, and the search box, for every page of the desk."""
    member: Member = request.user  # type: ignore[assignment]
    here: Asked | None = getattr(request, "desk_asked", None)
    lists = [Asked(view=view) for view in View] + [Asked(team=team) for team in teams_of_desk(request)]
    counts = capped_counts([asked.tickets(member) for asked in lists])
    return {
        "desk_views": [
            {
                "label": asked.team.name if asked.team else asked.view.label,
                "url": asked.url(),
                "count": count_text(count),
                "current": here is not None and (here.view, here.team) == (asked.view, asked.team),
                "icon": "team" if asked.team else ICONS[asked.view],
            }
            for asked, count in zip(lists, counts, strict=True)
        ],
        "desk_search_url": reverse("admin:tickets_ticket_changelist"),
    }


def queue_page(asked: Asked, found: Found, member: Member, now: dt.datetime) -> dict[str, Any]:
    """What the template of the queue shows. Seven statements, however many tickets there are."""
    tickets, has_before, has_after = page_of(
        with_last_message(found.tickets), asked.place, newest_first=found.is_newest_first
    )
    count = capped_counts([found.tickets])[0]
    return {
        "title": heading(asked),
        "count": count_text(count),
        "is_too_many": count > LIMIT and bool(asked.words),
        "rows": rows_of(tickets, asked, member, now),
        "newer_url": asked.url(place=Place.of(tickets[0], is_backwards=True))
        if tickets and has_before
        else "",
        "older_url": asked.url(place=Place.of(tickets[-1])) if tickets and has_after else "",
        "first_url": asked.url() if asked.place and not tickets else "",
        "chips": chips_of(asked),
        "told": found.told,
        "empty": None if tickets else empty_of(asked, found, member),
        "mail_waiting": mail_waiting(),
    }


def heading(asked: Asked) -> str:
    """The name of the list."""
    view = str(asked.view.label)
    return _("%(view)s in %(team)s") % {"view": view, "team": asked.team} if asked.team else view


def with_last_message(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """`tickets` with what a row of a list needs, and `last_message_id`; without the long columns."""
    last = Message.objects.filter(ticket=OuterRef("pk")).order_by("-id").values("pk")[:1]
    tickets = tickets.select_related("team", "assignee").defer("fields", "metadata")
    return tickets.annotate(last_message_id=Subquery(last))


def rows_of(tickets: Sequence[Ticket], asked: Asked, member: Member, now: dt.datetime) -> list[Row]:
    """The rows of the page: three statements for people, clocks and last messages."""
    ids = [ticket.pk for ticket in tickets]
    people = Participant.objects.filter(ticket__in=ids, role=Participant.Role.REQUESTER).select_related(
        "member"
    )
    requesters = {participant.ticket_id: str(participant.member) for participant in people}
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(ticket__in=ids).order_by("id"):
        clocks[clock.ticket_id].append(clock)
    messages = _last_messages(tickets)
    query = asked.query(words="")
    return [
        _row(
            ticket,
            requester=requesters.get(ticket.pk, ""),
            face=face_of_ticket(clocks[ticket.pk], now),
            message=messages.get(ticket.pk),
            query=query,
            member=member,
            now=now,
        )
        for ticket in tickets
    ]


def _last_messages(tickets: Iterable[Ticket]) -> Mapping[int, Message]:
    ids = [ticket.last_message_id for ticket in tickets]  # type: ignore[attr-defined]
    short = (
        Message.objects.filter(pk__in=ids).annotate(excerpt=Left("body", EXCERPT)).select_related("author")
    )
    return {message.ticket_id: message for message in short.defer("body")}


def _row(
    ticket: Ticket,
    *,
    requester: str,
    face: ClockFace,
    message: Message | None,
    query: str,
    member: Member,
    now: dt.datetime,
) -> Row:
    url = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    return Row(
        id=str(ticket.pk),
        choose=_("Choose %(number)s") % {"number": ticket.number},
        number=ticket.number,
        url=f"{url}?{query}" if query else url,
        subject=masked(ticket.subject),
        last=masked(" ".join(message.excerpt.split())) if message else "",  # type: ignore[attr-defined]
        last_by=_said_by(message, member),
        is_last_internal=bool(message and message.is_internal),
        requester=requester,
        status=ticket.status,
        status_label=ticket.get_status_display(),
        level=LEVELS[Priority(ticket.priority)],
        priority_label=ticket.get_priority_display(),
        tier=ticket.get_tier_display(),
        team=ticket.team.name,
        owner=str(ticket.assignee) if ticket.assignee else "",
        is_own=ticket.assignee_id == member.pk,
        updated=Moment.of(ticket.updated_at),
        age=age(now - ticket.updated_at),
        face=face,
        due=Moment.of(face.exact) if face.exact else None,
    )


def _said_by(message: Message | None, member: Member) -> str:
    """Who had the last word, when it was the desk; the customer's own words stand alone."""
    if message is None or message.side != Message.Side.DESK or message.author is None:
        return ""
    return _("you") if message.author_id == member.pk else message.author.get_short_name()


def chips_of(asked: Asked) -> list[dict[str, str]]:
    """What narrows the list, each with the address of the list without it."""
    chips = []
    if asked.words:
        chips.append({"label": f"“{asked.words}”", "url": asked.url(words="")})
    if asked.team:
        chips.append({"label": asked.team.name, "url": asked.url(team=None)})
    if asked.status:
        chips.append({"label": str(Status(asked.status).label), "url": asked.url(status=None)})
    if asked.priority:
        chips.append({"label": str(Priority(asked.priority).label), "url": asked.url(priority=None)})
    return chips


def empty_of(asked: Asked, found: Found, member: Member) -> dict[str, str]:
    """Why the list is empty, and one next step."""
    if asked.is_team_unknown:
        text = _("There is no such team among yours. Ask an admin to add you to it.")
        return {"text": text, "url": Asked().url(), "action": _("Show all open")}
    if asked.place:
        return {"text": _("This page is empty now."), "url": asked.url(), "action": _("Show the first page")}
    if asked.is_filtered:
        text = found.nothing or _("Nothing matches these filters.")
        return {
            "text": text,
            "url": asked.url(words="", status=None, priority=None),
            "action": _("Remove the filters"),
        }
    elsewhere = capped_counts([Asked().tickets(member)])[0]
    if not elsewhere:
        return {
            "text": _("No open tickets. When a customer writes, the ticket appears here."),
            "url": "",
            "action": "",
        }
    text = ngettext(
        "Nothing waiting here. %(count)s open ticket elsewhere.",
        "Nothing waiting here. %(count)s open tickets elsewhere.",
        elsewhere,
    ) % {"count": count_text(elsewhere)}
    return {"text": text, "url": Asked().url(), "action": _("Show all open")}


def mail_waiting() -> str:
    """A sentence for the desk when mail cannot leave because no mail server is set; asks nothing otherwise."""
    if settings.EMAIL_URL:
        return ""
    count = capped_counts([OutboxRow.objects.filter(state=OutboxRow.State.WAITING)])[0]
    if not count:
        return ""
    return ngettext(
        "%(count)s email waits: this installation has no mail server yet.",
        "%(count)s emails wait: this installation has no mail server yet.",
        count,
    ) % {"count": count_text(count)}
