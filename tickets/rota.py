"""Who of a team gets the next ticket: choosing among those who take new ones now, without a statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from accounts.models import Member, Team, TeamMembership, Tenant
from tickets.routing import language_of


@dataclass
class Person:
    """Somebody of the desk and how many tickets they work on; shared by all seats of theirs."""

    member: Member
    languages: frozenset[str]
    is_here: bool = True  # at the desk, where the rule of a team asks for it
    tickets: int = 0

    @property
    def is_full(self) -> bool:
        """Whether they have as many as they take."""
        return self.member.most_tickets is not None and self.tickets >= self.member.most_tickets


@dataclass
class Seat:
    """A person's place at a tier of a team."""

    membership: TeamMembership
    person: Person


@dataclass(frozen=True)
class Chosen:
    """Who gets a ticket; `language` is the one that decided, empty where everybody who is there reads it.

    `is_for_being_here`: that they are at the desk decided, too.
    """

    seat: Seat
    language: str
    is_for_being_here: bool


@dataclass
class Rota:
    """Teams with the seats of those who take new tickets now, by team and tier; `turns` are the last ones given."""

    teams: dict[int, Team]
    seats: dict[tuple[int, int], list[Seat]]
    turns: dict[int, int]

    def choose(self, team_id: int, tier: int, locale: str) -> Chosen | None:
        """Who gets a ticket of this tier in that language; None: it waits.

        Only those at the desk count where the team wants that. Those who read the language come first: while one of them
        is there but full, the ticket waits for them. Then come those at the desk, where the team prefers them. In turn
        goes to whoever stands lowest; least busy to whoever has the fewest tickets, then by turn.
        """
        team, language = self.teams[team_id], language_of(locale)
        there = self.seats.get((team_id, tier), [])
        if team.presence == Team.Presence.ONLY:
            there = [seat for seat in there if seat.person.is_here]
        reading = [seat for seat in there if language in seat.person.languages]
        free = [seat for seat in reading or there if not seat.person.is_full]
        if not free:
            return None
        best = min(free, key=partial(_rank, team))
        is_for_language = bool(reading) and len(reading) < len(there)
        is_for_being_here = team.presence != Team.Presence.ANY and best.person.is_here
        return Chosen(best, language if is_for_language else "", is_for_being_here)

    def count(self, seat: Seat) -> None:
        """The person got one: their turn is over, and they have one more."""
        team_id = seat.membership.team_id
        self.turns[team_id] += 1
        seat.membership.turn = self.turns[team_id]
        seat.person.tickets += 1


def _rank(team: Team, seat: Seat) -> tuple[int, ...]:
    """The lowest gets the ticket."""
    person, membership = seat.person, seat.membership
    is_away = team.presence == Team.Presence.FIRST and not person.is_here
    load = person.tickets if team.assigning == Team.Assigning.LEAST_BUSY else 0
    return is_away, load, membership.turn, membership.pk


def takes_tickets(member: Member, tenant: Tenant, *, now: dt.datetime) -> bool:
    """Whether the member takes new tickets: they say so, and are not on leave by the date where they are."""
    if not member.takes_tickets:
        return False
    zone = ZoneInfo(member.timezone or tenant.timezone)
    return member.back_on is None or member.back_on <= now.astimezone(zone).date()


def languages_of(member: Member, tenant: Tenant) -> frozenset[str]:
    """The languages the member reads and writes: those that were said, else the one they use the product in."""
    said: Iterable[str] = member.languages or [member.locale or tenant.locale]
    return frozenset(map(language_of, said))
