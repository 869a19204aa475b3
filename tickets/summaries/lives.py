"""What a ticket's life gives to the figures: read from its events, promises and ratings, in business time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from tickets.models import CalendarVersion, Clock, Measured, Message, Misroute, Rating, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.figures import COUNTED, Measure
from tickets.models.sla import ClockKind
from tickets.models.ticket import OPEN_STATUSES, Status
from tickets.sla.business_time import Pause, elapsed
from tickets.sla.policy import calendar_of, current_wording
from tickets.summaries.bins import bin_of

SETTLED = frozenset({Status.SOLVED, Status.CLOSED})
KEPT = {
    ClockKind.FIRST_RESPONSE: Measure.KEPT_ANSWER,
    ClockKind.NEXT_RESPONSE: Measure.KEPT_ANSWER,
    ClockKind.RESOLUTION: Measure.KEPT_GOAL,
}


@dataclass
class Life:
    """A ticket with what happened to it, oldest first. An event carries the `side` of its message."""

    ticket: Ticket
    events: Sequence[Any]
    clocks: Sequence[Clock]
    ratings: Sequence[Rating]
    misroute: Misroute | None

    @property
    def replies(self) -> list[Any]:
        """What people of the desk answered; a machine's answer is none."""
        return [
            event
            for event in self.events
            if event.verb == Verb.REPLIED
            and event.side == Message.Side.DESK
            and event.actor_kind == TicketEvent.Actor.MEMBER
        ]

    def of(self, verb: Verb) -> list[Any]:
        """The events of one kind."""
        return [event for event in self.events if event.verb == verb]


def measured_in(ticket_ids: Iterable[int], zone: ZoneInfo) -> dict[int, list[Measured]]:
    """What is measured in these tickets of the current tenant as they stand, by ticket; the rows are not stored.

    Days and hours are those of `zone`. Spam and what was joined into another ticket give nothing.
    """
    ids = list(ticket_ids)
    found = Ticket.objects.filter(pk__in=ids, is_spam=False, merged_into=None)
    events = TicketEvent.objects.filter(ticket__in=ids, verb__in=COUNTED).order_by("pk")
    told = _by_ticket(events.annotate(side=F("message__side")))
    clocks = _by_ticket(Clock.objects.filter(ticket__in=ids).select_related("calendar_version"))
    ratings = _by_ticket(Rating.objects.filter(ticket__in=ids, score__isnull=False))
    moved = {one.ticket_id: one for one in Misroute.objects.filter(ticket__in=ids)}
    lives = [
        Life(one, told[one.pk], clocks[one.pk], ratings[one.pk], moved.get(one.pk))
        for one in found.order_by("pk")
    ]
    return {life.ticket.pk: list(_rows(life, zone)) for life in lives}


def _by_ticket(rows: QuerySet[Any]) -> defaultdict[int, list[Any]]:
    sorted_out: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        sorted_out[row.ticket_id].append(row)
    return sorted_out


def _rows(life: Life, zone: ZoneInfo) -> Iterator[Measured]:
    ticket = life.ticket
    for measure, at, number, seconds in _measurements(life, zone):
        place = (life.misroute if measure == Measure.SENT else None) or ticket
        yield Measured(
            ticket=ticket,
            day=at.astimezone(zone).date(),
            measure=measure,
            bin=number,
            seconds=seconds,
            team=place.team_id,
            category=place.category_id or 0,
            tier=ticket.tier,
            language=ticket.locale,
        )


Measurement = tuple[Measure, dt.datetime, int, int | None]


def _measurements(life: Life, zone: ZoneInfo) -> Iterator[Measurement]:
    ticket = life.ticket
    yield Measure.CREATED, ticket.created_at, ticket.created_at.astimezone(zone).hour, None
    if ticket.status in OPEN_STATUSES:
        yield Measure.OPEN, ticket.created_at, 0, None
    if ticket.category_id or life.misroute:
        yield Measure.SENT, ticket.created_at, int(life.misroute is not None), None
    yield from _answered(life)
    yield from _solved(life, zone)
    yield from _kept(life)
    yield from ((Measure.REOPENED, event.at, 0, None) for event in life.of(Verb.REOPENED))
    for one in life.ratings:
        if one.rated_at and one.score:
            yield Measure.RATED, one.rated_at, one.score, None
    yield from _opinions(life)


def _opinions(life: Life) -> Iterator[Measurement]:
    """The last word of the requester on sending, and of each participant on each reply."""
    for event in life.of(Verb.EASE_TOLD)[-1:]:
        yield Measure.EASE, event.at, event.changes["ease"][1], None
    last = {(event.actor_id, event.message_id): event for event in life.of(Verb.REPLY_JUDGED)}
    for event in last.values():
        yield Measure.HELPFUL, event.at, int(event.changes["helpful"][1]), None


def _answered(life: Life) -> Iterator[Measurement]:
    if life.replies:
        at = life.replies[0].at
        seconds = _business_seconds(life, ClockKind.FIRST_RESPONSE, at, pauses=[])
        yield Measure.ANSWERED, at, bin_of(seconds), seconds


def _solved(life: Life, zone: ZoneInfo) -> Iterator[Measurement]:
    for event in life.events:
        before, after = event.changes.get("status", (None, None))
        if after in SETTLED and before not in SETTLED:
            yield Measure.SOLVED, event.at, event.at.astimezone(zone).hour, None
    at = life.ticket.solved_at
    if life.ticket.status in SETTLED and at:
        seconds = _business_seconds(life, ClockKind.RESOLUTION, at, pauses=_waits(life))
        yield Measure.RESOLVED, at, bin_of(seconds), seconds
        is_one_touch = len(life.replies) <= 1 and not life.of(Verb.REOPENED)
        yield Measure.ONE_TOUCH, at, int(is_one_touch), None


def _kept(life: Life) -> Iterator[Measurement]:
    for clock in life.clocks:
        measure = KEPT.get(ClockKind(clock.kind))
        if measure and clock.breached_at:
            yield measure, clock.breached_at, 0, None
        elif measure and clock.state == Clock.State.MET and clock.met_at:
            yield measure, clock.met_at, 1, None


def _waits(life: Life) -> list[Pause]:
    """When the customer had the turn, or the ticket was taken for spam."""
    pauses: list[Pause] = []
    waits_since, spam_since = None, None
    for event in life.events:
        before, after = event.changes.get("status", (None, None))
        if after == Status.PENDING:
            waits_since = event.at
        elif before == Status.PENDING and waits_since:
            pauses.append((waits_since, event.at))
            waits_since = None
        if event.verb == Verb.MARKED_SPAM:
            spam_since = event.at
        elif event.verb == Verb.UNMARKED_SPAM and spam_since:
            pauses.append((spam_since, event.at))
            spam_since = None
    return pauses


def _business_seconds(life: Life, kind: ClockKind, end: dt.datetime, *, pauses: list[Pause]) -> int:
    """From the ticket's beginning, in the calendar of its promise; without any promise all time counts."""
    start, version = life.ticket.created_at, _calendar(life, kind)
    if version is None:
        return max(round((end - start).total_seconds()), 0)
    return round(elapsed(calendar_of(version), start, end, pauses))


def _calendar(life: Life, kind: ClockKind) -> CalendarVersion | None:
    own = [clock for clock in life.clocks if clock.kind == kind] or life.clocks
    if own:
        return own[0].calendar_version
    wording = current_wording()
    return wording.calendar_version if wording else None
