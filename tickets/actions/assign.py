"""Who works on a ticket, and how urgently."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Team, TeamMembership
from helpdesk.errors import Refused
from tickets.actions.give import ask_for_agent
from tickets.actions.lock import lock_ticket
from tickets.actions.misroutes import note_move
from tickets.actions.record import record_event
from tickets.actions.tier_clock import begin_tier
from tickets.models import Category, Ticket
from tickets.models.event import Verb
from tickets.models.ticket import Channel, Priority
from tickets.notify import announce_change
from tickets.routing import routed_team
from tickets.rules import may_be_assigned


@transaction.atomic
def assign(ticket: Ticket, *, assignee: Member | None, actor: Member | None) -> Ticket:
    """Gives the ticket to `assignee` (None: to nobody). Locks it. Raises Refused when that person could not see it."""
    locked, now = lock_ticket(ticket)
    if assignee and not may_be_assigned(assignee, locked, is_in_team=_is_in_team(assignee, locked.team_id)):
        raise Refused(_("%(name)s is not in this ticket's team.") % {"name": assignee}, "assignee")
    before = locked.assignee
    if before == assignee:
        return locked
    locked.assignee, locked.wants_agent = assignee, False  # a person decided
    return _keep(locked, now, Verb.ASSIGNED, actor, {"assignee": [_named(before), _named(assignee)]})


@transaction.atomic
def change_priority(ticket: Ticket, *, priority: int, actor: Member | None) -> Ticket:
    """Sets how urgent the ticket is; promises made keep their times. Locks it."""
    locked, now = lock_ticket(ticket)
    before = locked.priority
    if before == priority:
        return locked
    locked.priority = Priority(priority)
    return _keep(locked, now, Verb.PRIORITY_CHANGED, actor, {"priority": [before, int(priority)]})


@transaction.atomic
def route(ticket: Ticket, *, category: Category, actor: Member | None) -> Ticket:
    """Moves the ticket to another category with its team and tier, or the team of the routing line that fits.

    An assignee who would not see it loses it. A clock of the team that gets it starts where a promise names one.
    """
    locked, now = lock_ticket(ticket)
    if locked.category_id == category.pk:
        return locked
    audience = locked.sender.audience if locked.sender else ""
    team = routed_team(category, locale=locked.locale, audience=audience) or category.team
    changes: dict[str, list[Any]] = {
        "category": [locked.category and locked.category.slug, category.slug],
        "team": [locked.team.name, team.name],
        "tier": [locked.tier, category.tier],
    }
    came_from, kept = (locked.team_id, locked.tier), locked.assignee
    note_move(locked, to_category=category, to_team=team, actor=actor)
    locked.category, locked.team, locked.tier = category, team, category.tier
    if kept and not may_be_assigned(kept, locked, is_in_team=_is_in_team(kept, team.pk)):
        changes["assignee"] = [_named(kept), None]
        locked.assignee = None
    _arrive(locked, came_from, now)
    return _keep(locked, now, Verb.ROUTED, actor, changes)


@transaction.atomic
def return_to(
    ticket: Ticket,
    *,
    category_id: int | None,
    team_id: int,
    tier: int,
    assignee_id: int | None,
    actor: Member | None,
) -> Ticket:
    """Puts the ticket back where `route` took it from, with who had it. Locks it.

    Raises Refused when that team or category is gone by now; whoever may no longer have the ticket does not get it.
    """
    locked, now = lock_ticket(ticket)
    team = Team.objects.filter(pk=team_id).first()
    category = Category.objects.filter(pk=category_id).first() if category_id else None
    if team is None or (category_id and category is None):
        raise Refused(_("The team it came from is gone."), "category")
    kept = Member.objects.filter(pk=assignee_id).first() if assignee_id else None
    if kept and not may_be_assigned(kept, locked, is_in_team=_is_in_team(kept, team_id)):
        kept = None
    changes: dict[str, list[Any]] = {
        "category": [locked.category and locked.category.slug, category and category.slug],
        "team": [locked.team.name, team.name],
        "tier": [locked.tier, tier],
    }
    if locked.assignee != kept:
        changes["assignee"] = [_named(locked.assignee), _named(kept)]
    came_from = locked.team_id, locked.tier
    note_move(locked, to_category=category, to_team=team, actor=actor)
    locked.category, locked.team, locked.tier, locked.assignee = category, team, tier, kept
    _arrive(locked, came_from, now)
    return _keep(locked, now, Verb.ROUTED, actor, changes)


def _arrive(ticket: Ticket, came_from: tuple[int, int], now: dt.datetime) -> None:
    """Time at the place before is the desk's: who gets the ticket now has a clock of their own, from now on."""
    if came_from != (ticket.team_id, ticket.tier):
        begin_tier(ticket, now=now)
        ask_for_agent(ticket)


def _keep(
    ticket: Ticket, now: dt.datetime, verb: Verb, actor: Member | None, changes: dict[str, list[Any]]
) -> Ticket:
    ticket.updated_at = now
    ticket.save()
    event = record_event(ticket, verb, actor=actor, changes=changes, channel=Channel.DESK, now=now)
    if verb != Verb.PRIORITY_CHANGED:
        announce_change(ticket, event)
    return ticket


def _is_in_team(member: Member, team_id: int) -> bool:
    return TeamMembership.objects.filter(team=team_id, member=member).exists()


def _named(member: Member | None) -> list[Any] | None:
    return [member.pk, str(member)] if member else None
