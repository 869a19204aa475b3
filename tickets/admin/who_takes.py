"""Who of a team takes new tickets now, for those who lead it: what a rule that gives tickets goes by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.addresses import current_tenant
from accounts.at_desk import at_desk
from accounts.models import Team, TeamMembership
from accounts.rules import DESK_ROLES
from accounts.sites import desk
from tickets.admin.dashboard_asked import allowed
from tickets.desk_reads import tickets_in_work
from tickets.rota import takes_tickets

TEMPLATE = "admin/tickets/who_takes.html"


def who_takes_tickets(request: HttpRequest) -> HttpResponse:
    """The people of the teams that the reader leads, each with what they take and have, and whether they are at the desk.

    Two statements of its own.
    """
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    _member, teams = allowed(request)
    found = TeamMembership.objects.filter(
        team__in=teams, member__is_active=True, member__role__in=DESK_ROLES
    ).select_related("member", "team")
    seats = sorted(found, key=lambda one: (one.team.name, one.team_id, one.tier, str(one.member)))
    loads, here = dict(tickets_in_work({one.member_id for one in seats})), at_desk()
    context = {
        **desk.each_context(request),
        "title": _("Who takes new tickets"),
        "teams": [
            _team(team, list(members), loads, here) for team, members in groupby(seats, lambda one: one.team)
        ],
    }
    return TemplateResponse(request, TEMPLATE, context)


def _team(
    team: Team, seats: list[TeamMembership], loads: Mapping[int, int], here: Collection[int] | None
) -> dict[str, Any]:
    people = [
        _person(seat, loads.get(seat.member_id, 0), is_here=None if here is None else seat.member_id in here)
        for seat in seats
    ]
    is_by_rule = team.assigning != Team.Assigning.BY_HAND
    return {
        "id": f"team-{team.pk}",
        "name": team.name,
        "rule": team.get_assigning_display(),
        "presence": team.get_presence_display() if is_by_rule and team.presence != Team.Presence.ANY else "",
        "takers": sum(person["takes"] for person in people),
        "people": people,
    }


def _person(seat: TeamMembership, tickets: int, *, is_here: bool | None) -> dict[str, Any]:
    member, most = seat.member, seat.member.most_tickets
    takes = takes_tickets(member, current_tenant(), now=timezone.now())
    is_full = most is not None and tickets >= most
    queue = reverse("admin:tickets_ticket_changelist")
    return {
        "name": str(member),
        "url": f"{queue}?{urlencode({'assignee': member.pk})}",
        "tier": seat.get_tier_display(),
        "takes": takes and not is_full and (is_here is not False or seat.team.presence != Team.Presence.ONLY),
        "says": _says(seat, takes=takes, is_full=is_full),
        "is_here": is_here,
        "tickets": _("%(tickets)d of %(most)d") % {"tickets": tickets, "most": most} if most else tickets,
    }


def _says(seat: TeamMembership, *, takes: bool, is_full: bool) -> str:
    """Whether a rule gives the person anything, and until when not."""
    member = seat.member
    if takes:
        return _("Has as many as they take") if is_full else _("Takes new tickets")
    if member.takes_tickets and member.back_on:
        return _("On leave, back on %(day)s") % {"day": date_format(member.back_on, "DATE_FORMAT")}
    return _("Takes no new tickets")
