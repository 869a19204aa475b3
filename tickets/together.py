"""Named reads of how the desk works on one ticket together: who may see it, who watches it, how long it took."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject

from accounts.models import Member, TeamMembership
from tickets.mentions import Called, called_in
from tickets.models import Mention, Ticket, TimeSpent, Watcher
from tickets.queries import desk_people


def colleagues_who_see(ticket: Ticket) -> QuerySet[Member]:
    """The active people of the desk who may see the ticket, by name: admins, its team, who has it, who was called in."""
    in_team = TeamMembership.objects.filter(team=ticket.team_id, member=OuterRef("pk"))
    called = Mention.objects.filter(ticket=ticket, member=OuterRef("pk"))
    is_admin, has_it = Q(role=Member.Role.ADMIN), Q(pk=ticket.assignee_id)
    return desk_people().filter(is_admin | has_it | Exists(in_team) | Exists(called))


def called_by(ticket: Ticket, note: str) -> Called:
    """Whom a note in the ticket calls: of those who may see it by any name, of other people of the desk by the whole one.

    Two statements; none without an "@".
    """
    if "@" not in note:
        return Called()
    inside = list(colleagues_who_see(ticket))
    return called_in(note, inside, others=desk_people().exclude(pk__in=[person.pk for person in inside]))


def watchers_of(ticket: Ticket) -> QuerySet[Member]:
    """Who watches the ticket and may still see it, by name."""
    watching = Watcher.objects.filter(ticket=ticket).values("member")
    return colleagues_who_see(ticket).filter(pk__in=watching)


def with_watchers(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """`tickets`, each with `watchers_shown`: a list of `{"id", "name", "email"}`. No statement of its own."""
    found = Watcher.objects.filter(ticket=OuterRef("pk"), member__is_active=True).order_by("since", "pk")
    person = JSONObject(id="member_id", name="member__name", email="member__email")
    return tickets.annotate(watchers_shown=ArraySubquery(found.values(watcher_json=person)))


def with_time(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """`tickets`, each with `minutes_spent`, None without an entry. No statement of its own."""
    entries = TimeSpent.objects.filter(ticket=OuterRef("pk")).values("ticket")
    return tickets.annotate(minutes_spent=Subquery(entries.annotate(all=Sum("minutes")).values("all")))


def times_of(ticket: Ticket) -> QuerySet[TimeSpent]:
    """What was worked on the ticket, the latest first, each with who worked."""
    return TimeSpent.objects.filter(ticket=ticket).select_related("member").order_by("-at", "-pk")
