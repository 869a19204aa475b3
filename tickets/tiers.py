"""Named reads of the tiers of a team: who works where, and how a ticket came to the one that has it."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import Member, TeamMembership
from accounts.models.team import Tier
from accounts.rules import DESK_ROLES
from tickets.models import Ticket, TicketEvent
from tickets.models.event import Verb

HANDED = (Verb.HANDED_OVER, Verb.HANDED_BACK)


def tier_above(ticket: Ticket) -> Tier | None:
    """The next tier of the ticket's team at which anybody works."""
    above = _at_work(ticket.team_id).filter(tier__gt=ticket.tier)
    found = above.order_by("tier").values_list("tier", flat=True).first()
    return Tier(found) if found else None


def tier_below(ticket: Ticket) -> Tier | None:
    """The nearest tier below the ticket's at which anybody works."""
    below = _at_work(ticket.team_id).filter(tier__lt=ticket.tier)
    found = below.order_by("-tier").values_list("tier", flat=True).first()
    return Tier(found) if found else None


def people_at(ticket: Ticket, tier: int | None = None) -> list[Member]:
    """Who works at a tier of the ticket's team, by name; without one at the ticket's own."""
    there = _at_work(ticket.team_id).filter(tier=tier or ticket.tier)
    return list(Member.objects.filter(pk__in=there.values("member")).order_by("name", "email"))


def leads_of(ticket: Ticket) -> list[Member]:
    """Who leads the ticket's team, by name; the admins where nobody does."""
    active = Member.objects.filter(is_active=True).order_by("name", "email")
    leads = active.filter(role=Member.Role.LEAD, memberships__team=ticket.team_id)
    return list(leads) or list(active.filter(role=Member.Role.ADMIN))


def works_at(member: Member, team_id: int, tier: int | None = None) -> bool:
    """Whether the member works in that team, at this tier of it or, without one, at any."""
    there = _at_work(team_id).filter(member=member)
    return (there.filter(tier=tier) if tier else there).exists()


def last_hand_over(ticket: Ticket) -> TicketEvent | None:
    """How the ticket came to its tier: the hand-over up to it, unless it came there another way since."""
    moves = TicketEvent.objects.filter(ticket=ticket, verb=Verb.HANDED_OVER).order_by("-id")
    return next((move for move in moves[:10] if move.changes["tier"][1] == ticket.tier), None)


def with_hand_over(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """`tickets`, each with `handed`: its last move with who, when and the note, or None. No statement of its own."""
    moves = TicketEvent.objects.filter(ticket=OuterRef("pk"), verb__in=[*HANDED, Verb.ROUTED]).order_by("-id")
    line = JSONObject(
        verb="verb",
        tier="changes__tier",
        at="at",
        name="actor__name",
        email="actor__email",
        message="message_id",
        body="message__body",
    )
    return tickets.annotate(handed=Subquery(moves.values(handed_json=line)[:1]))


def _at_work(team_id: int) -> QuerySet[TeamMembership]:
    active = TeamMembership.objects.filter(member__is_active=True, member__role__in=DESK_ROLES)
    return active.filter(team=team_id)
