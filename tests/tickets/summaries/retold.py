"""The figures told again from nothing but events, one minute of business time after the other: slow and plain.

It knows the house of the tests: Berlin, weekdays from nine to five, moments on whole minutes.
"""

import datetime as dt
from collections import Counter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tickets.models import Category, Ticket, TicketEvent
from tickets.models.event import Verb
from tickets.models.figures import Measure

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = dt.timedelta(minutes=1)
SETTLED = {"solved", "closed"}
Told = Counter[tuple[int, dt.date, int | None, str, int]]


def retold() -> Told:
    """How often each measure was taken a day: exact seconds where it is a length, else its bin."""
    told: Told = Counter()
    for ticket in Ticket.objects.select_related("category"):
        events = list(TicketEvent.objects.filter(ticket=ticket).select_related("message").order_by("pk"))
        if not _is_out(ticket.number, events):
            for measure, at, value in _life(events):
                day = at.astimezone(BERLIN).date()
                told[(measure, day, value, _category(ticket, events), ticket.tier)] += 1
            began = events[0].at.astimezone(BERLIN).date()
            told[(Measure.SENT, began, *_sent(ticket, events), ticket.tier)] += 1
    return told


class Fact(NamedTuple):
    """One thing that is counted, with what it may be asked by."""

    measure: int
    day: dt.date
    value: int | None
    team: int
    category: int
    tier: int
    language: str


def retold_facts(now: dt.datetime) -> list[Fact]:
    """All that is counted, its promises too, of tickets that were only written, answered, moved, opened again and rated."""
    facts: list[Fact] = []
    categories = {one.slug: one for one in Category.objects.all()}
    for ticket in Ticket.objects.all():
        events = list(TicketEvent.objects.filter(ticket=ticket).select_related("message").order_by("pk"))
        stays_at = categories[_category(ticket, events)]
        is_wrong, slug = _sent(ticket, events)
        sent_to = categories[slug]
        for measure, at, value in (*_life(events), *_promised(events, now)):
            where = stays_at.team_id, stays_at.pk, ticket.tier, ticket.locale
            facts.append(Fact(measure, at.astimezone(BERLIN).date(), value, *where))
        where = sent_to.team_id, sent_to.pk, ticket.tier, ticket.locale
        facts.append(Fact(Measure.SENT, events[0].at.astimezone(BERLIN).date(), is_wrong, *where))
    return facts


def _is_out(number: str, events: list[TicketEvent]) -> bool:
    is_spam = is_joined = False
    for event in events:
        is_spam = {Verb.MARKED_SPAM: True, Verb.UNMARKED_SPAM: False}.get(Verb(event.verb), is_spam)
        if event.verb in {Verb.MERGED, Verb.UNMERGED} and event.changes["merged"][0] == number:
            is_joined = event.verb == Verb.MERGED
    return is_spam or is_joined


def _category(ticket: Ticket, events: list[TicketEvent]) -> str:
    routed = [event.changes["category"][1] for event in events if event.verb == Verb.ROUTED]
    return routed[-1] if routed else ticket.category.slug if ticket.category else ""


def _sent(ticket: Ticket, events: list[TicketEvent]) -> tuple[int, str]:
    """Whether people left it elsewhere than it was sent to, and where that was."""
    moves = [
        (event.changes["category"], event.changes["team"]) for event in events if event.verb == Verb.ROUTED
    ]
    if not moves:
        return 0, ticket.category.slug if ticket.category else ""
    (came_to, first_team), (stays_at, last_team) = moves[0], moves[-1]
    return int((came_to[0], first_team[0]) != (stays_at[1], last_team[1])), came_to[0]


Found = list[tuple[int, dt.datetime, int | None]]


def _life(events: list[TicketEvent]) -> Found:
    began = events[0].at
    created = (Measure.CREATED, began, began.astimezone(BERLIN).hour)
    return [created, *_spoken(events), *_settled(events)]


def _spoken(events: list[TicketEvent]) -> Found:
    replies = _replies(events)
    answered = replies[:1]
    scores: Found = []
    for event in events:
        if event.verb == Verb.RATED and event.changes["rating"][0] is None:  # another solving is rated
            scores.append((Measure.RATED, event.at, event.changes["rating"][1]))
        elif event.verb == Verb.RATED:
            scores[-1] = (Measure.RATED, scores[-1][1], event.changes["rating"][1])
    told = [(Measure.ANSWERED, at, business_seconds(events[0].at, at, [])) for at in answered]
    return [*told, *scores, *_opinions(events)]


def _opinions(events: list[TicketEvent]) -> Found:
    """The last of each kind: of the ticket, and of each reply (one customer judges here)."""
    last: dict[int | None, tuple[int, dt.datetime, int | None]] = {}
    for event in events:
        if event.verb == Verb.EASE_TOLD:
            last[None] = (Measure.EASE, event.at, event.changes["ease"][1])
        elif event.verb == Verb.REPLY_JUDGED:
            last[event.message_id] = (Measure.HELPFUL, event.at, int(event.changes["helpful"][1]))
    return list(last.values())


def _settled(events: list[TicketEvent]) -> Found:
    moves = [(*event.changes["status"], event.at) for event in events if "status" in event.changes]
    solved = [at for before, after, at in moves if after in SETTLED and before not in SETTLED]
    reopened = [event.at for event in events if event.verb == Verb.REOPENED]
    found: Found = [(Measure.SOLVED, at, at.astimezone(BERLIN).hour) for at in solved]
    found += [(Measure.REOPENED, at, 0) for at in reopened]
    if not moves or moves[-1][1] not in SETTLED:
        return [*found, (Measure.OPEN, events[0].at, 0)]
    waits = [("wait" if after == "pending" else "go", at) for _before, after, at in moves]
    spam = {Verb.MARKED_SPAM: "spam", Verb.UNMARKED_SPAM: "no spam"}
    waits += [(spam[Verb(event.verb)], event.at) for event in events if event.verb in spam]
    is_one_touch = len(_replies(events)) <= 1 and not reopened
    return [
        *found,
        (Measure.RESOLVED, solved[-1], business_seconds(events[0].at, solved[-1], waits)),
        (Measure.ONE_TOUCH, solved[-1], int(is_one_touch)),
    ]


def _promised(events: list[TicketEvent], now: dt.datetime) -> Found:
    """Each promised reply and the promised solving that was kept (1), or whose time ran out (0) by `now`.

    A reply is owed from the request on, and from each word of the customer that comes while none is. The time to solve
    runs while neither the customer has the turn nor it is solved.
    """
    found: Found = []
    owed: dt.datetime | None = events[0].at
    for event in events[1:]:
        is_desks = event.message is not None and event.message.side == "desk"
        if event.verb == Verb.REPLIED and is_desks and owed:
            found.append(_kept(Measure.KEPT_ANSWER, [(owed, event.at)], 24, event.at))
            owed = None
        elif event.verb == Verb.REOPENED or (event.verb == Verb.REPLIED and not is_desks):
            owed = owed or event.at
    if owed:
        found.append(_kept(Measure.KEPT_ANSWER, [(owed, now)], 24, None))
    runs, since = [], events[0].at if events else None
    solved_at = None
    for event in events:
        if "status" in event.changes:
            status = event.changes["status"][1]
            stands = status == "pending" or status in SETTLED
            if stands and since:
                runs.append((since, event.at))
            since = None if stands else since or event.at
            solved_at = event.at if status in SETTLED else None
    runs += [(since, now)] if since else []
    found.append(_kept(Measure.KEPT_GOAL, runs, 48, solved_at))
    return [one for one in found if one[2] is not None]


def _kept(
    measure: Measure, runs: list[tuple[dt.datetime, dt.datetime]], hours: int, kept_at: dt.datetime | None
) -> tuple[int, dt.datetime, int | None]:
    """Late at the minute in which the hours are used up, when it still ran after that; else kept, or not over (None)."""
    left = hours * 60
    for begin, end in runs:
        moment = begin
        while moment < end and left:
            here = moment.astimezone(BERLIN)
            left -= here.weekday() < 5 and 9 <= here.hour < 17
            moment += MINUTE
        if not left and moment < end:
            return measure, moment, 0
    return measure, kept_at or runs[-1][1], 1 if kept_at else None


def _replies(events: list[TicketEvent]) -> list[dt.datetime]:
    replies = [event for event in events if event.verb == Verb.REPLIED and event.message]
    return [event.at for event in replies if event.message and event.message.side == "desk"]


def business_seconds(start: dt.datetime, end: dt.datetime, waits: list[tuple[str, dt.datetime]]) -> int:
    """The open minutes from start to end in which neither the customer had the turn nor it was spam."""
    minutes, moment = 0, start
    while moment < end:
        here = moment.astimezone(BERLIN)
        said = [word for word, at in waits if at <= moment]
        turn = next((word for word in reversed(said) if word in {"wait", "go"}), "go")
        spam = next((word for word in reversed(said) if word in {"spam", "no spam"}), "no spam")
        if here.weekday() < 5 and 9 <= here.hour < 17 and turn == "go" and spam == "no spam":
            minutes += 1
        moment += MINUTE
    return minutes * 60
