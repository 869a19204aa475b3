"""Which tickets somebody sees."""

from __future__ import annotations

from enum import Enum, auto

from django.db.models import Q, QuerySet

from accounts.models import Member, TeamMembership
from accounts.rules import may_use_desk
from helpdesk.prepared import Given
from tickets.called import is_mentioned, was_called
from tickets.models import Participant, Ticket
from tickets.rules import sees_all_tickets


class Sight(Enum):
    """Which tickets somebody sees: what the SQL that finds them depends on, besides who it is."""

    ALL = auto()
    TEAMS = auto()  # in the desk those of own teams, and what is assigned to them
    CALLED = auto()  # what mentions them as well
    OWN = auto()  # a customer those they take part in

    @classmethod
    def of(cls, member: Member) -> Sight:
        """That of the member."""
        if not may_use_desk(member):
            return cls.OWN
        if sees_all_tickets(member):
            return cls.ALL
        return cls.CALLED if was_called(member) else cls.TEAMS

    def tickets(self, member: Member | Given) -> QuerySet[Ticket]:
        """What `member`, whose sight this is, may see."""
        if self is Sight.OWN:
            return own_tickets(member)
        if self is Sight.ALL:
            return Ticket.objects.all()
        teams = TeamMembership.objects.filter(member=member).values("team")
        own = Q(team__in=teams) | Q(assignee=member)
        return Ticket.objects.filter(own | is_mentioned(member) if self is Sight.CALLED else own)


def own_tickets(member: Member | Given) -> QuerySet[Ticket]:
    """The tickets the member takes part in, as the portal shows them."""
    theirs = Participant.objects.filter(member=member).values("ticket")
    return Ticket.objects.filter(pk__in=theirs, has_moved=False)
