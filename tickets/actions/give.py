"""The rule of a team finds somebody for the tickets that came to it, in one place: the only one that decides."""

import datetime as dt
from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.addresses import current_tenant
from accounts.at_desk import at_desk
from accounts.models import Team, TeamMembership
from accounts.rules import DESK_ROLES
from helpdesk.outbox.nudge import nudge
from helpdesk.tenancy import current_tenant_id
from tickets.actions.record import record_event
from tickets.desk_reads import tickets_in_work
from tickets.models import Ticket
from tickets.models.event import Verb
from tickets.models.ticket import OPEN_STATUSES, Channel
from tickets.notify import announce_change
from tickets.rota import Chosen, Person, Rota, Seat, languages_of, takes_tickets

GIVE = "tickets.give_out"
GIVEN_AT_ONCE = 50  # tickets in one transaction
Queue = tuple[int, int, str]  # team, tier, language


def ask_for_agent(ticket: Ticket) -> None:
    """Leaves it to the rule of the ticket's team to find somebody, right after the commit; in memory only.

    Nothing where the team assigns by hand, or somebody has the ticket. The caller stores the ticket.
    """
    ticket.wants_agent = ticket.assignee_id is None and ticket.team.assigning != Team.Assigning.BY_HAND
    if ticket.wants_agent:
        transaction.on_commit(partial(nudge, GIVE), robust=True)


@transaction.atomic
def give_out() -> int:
    """Gives the current tenant's waiting tickets to people who are free for them, next due first; returns how many.

    One runs at a time in a tenant, so that nobody gets more than they take and turns stay even. A ticket for which
    nobody is free waits; one that somebody else holds is passed over. Safe to run twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"give {current_tenant_id()}"]
        )
    now, queues = timezone.now(), list(waiting().values_list("team", "tier", "locale").distinct())
    rota = _rota({team_id for team_id, _tier, _locale in queues}, now)
    tickets, given = 0, dict[int, TeamMembership]()
    for ticket in _tickets([queue for queue in queues if rota.choose(*queue)]):
        chosen = rota.choose(ticket.team_id, ticket.tier, ticket.locale)
        if chosen:
            _give(ticket, chosen, rota.teams[ticket.team_id], max(now, ticket.updated_at))
            rota.count(chosen.seat)
            given[chosen.seat.membership.pk] = chosen.seat.membership
            tickets += 1
    TeamMembership.objects.bulk_update(given.values(), ["turn"])
    return tickets


def waiting() -> QuerySet[Ticket]:
    """The open tickets that wait for somebody to be found, by the index `ticket_wants_agent`."""
    return Ticket.objects.filter(
        wants_agent=True, assignee__isnull=True, is_spam=False, status__in=OPEN_STATUSES
    )


def _rota(team_ids: Collection[int], now: dt.datetime) -> Rota:
    """Those of the teams that have a rule, with who takes tickets there now and how many they have.

    While nobody can know who is at the desk, all are taken to be there: tickets find somebody all the same.
    """
    teams = Team.objects.exclude(assigning=Team.Assigning.BY_HAND).in_bulk(list(team_ids))
    memberships = list(
        TeamMembership.objects.filter(
            team__in=teams, member__is_active=True, member__role__in=DESK_ROLES
        ).select_related("member")
    )
    tenant = current_tenant()
    here = at_desk() if any(team.presence != Team.Presence.ANY for team in teams.values()) else None
    people = {
        one.member_id: Person(
            one.member, languages_of(one.member, tenant), is_here=here is None or one.member_id in here
        )
        for one in memberships
        if takes_tickets(one.member, tenant, now=now)
    }
    for member_id, tickets in tickets_in_work(people):
        people[member_id].tickets = tickets
    rota = Rota(teams, {}, dict.fromkeys(teams, 0))
    for one in memberships:
        rota.turns[one.team_id] = max(rota.turns[one.team_id], one.turn)
        if one.member_id in people:
            rota.seats.setdefault((one.team_id, one.tier), []).append(Seat(one, people[one.member_id]))
    return rota


def _tickets(queues: Iterable[Queue]) -> list[Ticket]:
    """The next due of each queue, locked, in the order in which they are due."""
    found: list[Ticket] = []
    for team_id, tier, locale in queues:
        queue = waiting().filter(team=team_id, tier=tier, locale=locale).order_by("attention_at", "id")
        found += queue.select_for_update(skip_locked=True, no_key=True)[:GIVEN_AT_ONCE]
    return sorted(found, key=lambda ticket: (ticket.attention_at, ticket.pk))


def _give(ticket: Ticket, chosen: Chosen, team: Team, now: dt.datetime) -> None:
    member = chosen.seat.person.member
    ticket.assignee, ticket.wants_agent, ticket.updated_at = member, False, now
    ticket.save(update_fields=["assignee", "wants_agent", "updated_at"])
    changes: dict[str, list[Any]] = {
        "assignee": [None, [member.pk, str(member)]],
        "rule": [team.assigning, team.name, chosen.language, chosen.is_for_being_here],
    }
    event = record_event(ticket, Verb.ASSIGNED, actor=None, changes=changes, channel=Channel.DESK, now=now)
    announce_change(ticket, event)
