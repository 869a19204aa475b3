"""Everything about a load that is small and can be reckoned in Python; the rest multiplies it out in SQL."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from accounts.models import Member, Team, TeamMembership
from accounts.rules import DESK_ROLES
from helpdesk.errors import Refused
from helpdesk.search.analysis import words_of
from tickets.actions.record import PUBLIC_VERBS
from tickets.load.lives import STATUSES, Life, fits, live, reckon
from tickets.load.words import paragraphs, subjects
from tickets.models import Category, Clock
from tickets.models.sla import ClockKind
from tickets.models.ticket import NEVER, Priority, Status
from tickets.sla.policy import Promise, promises_for

MOMENTS = 2000  # different times of submission, spread over a year
YEAR = dt.timedelta(days=365)
# Of twenty tickets of at most so many days, how many stand where; about a third is open in the end.
MIXES: tuple[tuple[float, dict[Status, int]], ...] = (
    (2, {Status.NEW: 7, Status.OPEN: 6, Status.PENDING: 4, Status.ON_HOLD: 1, Status.SOLVED: 2}),
    (20, {Status.OPEN: 4, Status.PENDING: 5, Status.ON_HOLD: 2, Status.SOLVED: 9}),
    (400, {Status.OPEN: 2, Status.PENDING: 2, Status.ON_HOLD: 1, Status.CLOSED: 15}),
)
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Plan:
    """The rows of the temporary tables, by the tables' names."""

    tables: dict[str, Rows]


def make_plan(*, tickets: int, messages: int, now: dt.datetime) -> Plan:
    """Needs the tenant's scope. Raises Refused when the tenant has no promise, no team, or nobody to answer."""
    promises = promises_for(None, priority=Priority.NORMAL, tier=1, now=now)
    if not {ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.RESOLUTION} <= promises.keys():
        raise Refused("This tenant promises nothing yet: it needs a default policy with a calendar.")
    lives = {status: live(status, messages) for status in STATUSES}
    moments = list(_moments(min(tickets, MOMENTS), messages, now))
    reckoned = [
        {"slot": slot, "status": status.value, **row}
        for slot, moment in enumerate(moments)
        for status in set(_mix(now - moment, messages))
        for row in _clocks(lives[status], promises, moment, now)
    ]
    return Plan(
        {
            "load_slot": [
                {
                    "slot": slot,
                    "created_at": moment,
                    "statuses": [status.value for status in _mix(now - moment, messages)],
                }
                for slot, moment in enumerate(moments)
            ],
            "load_life": [_life(life) for life in lives.values()],
            "load_message": [row for life in lives.values() for row in _messages(life)],
            "load_event": [row for life in lives.values() for row in _events(life)],
            "load_clock": reckoned,
            "load_segment": [row for life in lives.values() for row in _segments(life)],
            "load_route": _routes(),
            "load_text": [
                {"n": number, "body": body, "words": words_of(body)}
                for number, body in enumerate(paragraphs())
            ],
            "load_subject": [
                {"n": number, "subject": subject, "words": words_of(subject)}
                for number, subject in enumerate(subjects())
            ],
        }
    )


def _moments(count: int, messages: int, now: dt.datetime) -> Iterator[dt.datetime]:
    """From a year ago to the latest moment at which the talk is over by now; more of them lately."""
    latest = now - dt.timedelta(minutes=30 * messages + 60)
    for position in range(count):
        yield latest - YEAR * ((count - 1 - position) / count) ** 2


def _mix(age: dt.timedelta, messages: int) -> list[Status]:
    """Twenty statuses or fewer, as often as they occur at that age."""
    mix = next(mix for days, mix in MIXES if age <= dt.timedelta(days=days))
    return [status for status, share in mix.items() if fits(status, age, messages) for _ in range(share)]


def _life(life: Life) -> dict[str, Any]:
    return {
        "status": life.status.value,
        "last_minute": life.last_minute,
        "solved_minute": life.solved_minute,
        "closed_minute": life.closed_minute,
    }


def _messages(life: Life) -> Iterator[dict[str, Any]]:
    spoken = [happened for happened in life.events if happened.message]
    for happened in spoken:
        yield {
            "status": life.status.value,
            "ordinal": happened.message,
            "side": happened.side,
            "minute": happened.minute,
        }


def _events(life: Life) -> Iterator[dict[str, Any]]:
    for ordinal, happened in enumerate(life.events):
        yield {
            "status": life.status.value,
            "ordinal": ordinal,
            "minute": happened.minute,
            "verb": happened.verb.value,
            "side": happened.side,
            "message": happened.message,
            "changes": {"status": [happened.before, happened.after]} if happened.after else {},
            "is_public": happened.verb in PUBLIC_VERBS,
        }


def _clocks(
    life: Life, promises: dict[ClockKind, Promise], submitted_at: dt.datetime, now: dt.datetime
) -> Iterator[dict[str, Any]]:
    for ordinal, clock in enumerate(life.clocks):
        promise = promises[clock.kind]
        times = reckon(clock, promise, submitted_at, now)
        yield {
            "ordinal": ordinal,
            "kind": clock.kind.value,
            "state": clock.state,
            "target_seconds": promise.seconds,
            "policy_version_id": promise.policy_version_id,
            "calendar_version_id": promise.calendar_version.pk,
            "attention_at": times.due_at if clock.state == Clock.State.RUNNING else NEVER,
            **asdict(times),
        }


def _segments(life: Life) -> Iterator[dict[str, Any]]:
    for number, clock in enumerate(life.clocks):
        for ordinal, (state, reason, minute) in enumerate(clock.segments):
            yield {
                "status": life.status.value,
                "clock": number,
                "ordinal": ordinal,
                "state": state,
                "reason": reason,
                "minute": minute,
            }


def _routes() -> Rows:
    """The topics that requests are sent under, each with those who answer them."""
    leaves = Category.objects.filter(children=None, is_active=True).order_by("pk")
    places: list[tuple[int | None, int, int]] = [(leaf.pk, leaf.team_id, leaf.tier) for leaf in leaves]
    places = places or [
        (None, team, 1) for team in Team.objects.order_by("pk").values_list("pk", flat=True)[:1]
    ]
    desk = Member.objects.filter(role__in=DESK_ROLES, is_active=True).order_by("pk")
    names = {member.pk: str(member) for member in desk}
    if not places or not names:
        raise Refused("This tenant has no team, or nobody who could answer.")
    working: dict[int, list[int]] = {}
    for membership in TeamMembership.objects.filter(member__in=names).order_by("pk"):
        working.setdefault(membership.team_id, []).append(membership.member_id)
    return [
        {
            "n": number,
            "category_id": category,
            "team_id": team,
            "tier": tier,
            "agents": working.get(team) or list(names),
            "names": [names[agent] for agent in working.get(team) or names],
        }
        for number, (category, team, tier) in enumerate(places)
    ]
