"""Who of a team takes new tickets now, for those who lead it: what a rule that gives tickets goes by."""

from __future__ import annotations

from collections.abc import Mapping
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
from accounts.models import Team, TeamMembership
from accounts.rules import DESK_ROLES
from accounts.sites import desk
from tickets.admin.dashboard_asked import allowed
from tickets.desk_reads import tickets_in_work
from tickets.rota import takes_tickets

TEMPLATE = "admin/tickets/who_takes.html"


def who_takes_tickets(request: HttpRequest) -> HttpResponse:
    """The people of the teams that the reader leads, each with what they take and have. Two statements of its own."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    _member, teams = allowed(request)
    found = TeamMembership.objects.filter(
        team__in=teams, member__is_active=True, member__role__in=DESK_ROLES
    ).select_related("member", "team")
    seats = sorted(found, key=lambda one: (one.team.name, one.team_id, one.tier, str(one.member)))
    loads = dict(tickets_in_work({one.member_id for one in seats}))
    context = {
        **desk.each_context(request),
        "title": _("Who takes new tickets"),
        "teams": [
            _team(team, list(members), loads) for team, members in groupby(seats, lambda one: one.team)
        ],
    }
    return TemplateResponse(request, TEMPLATE, context)


def _team(team: Team, seats: list[TeamMembership], loads: Mapping[int, int]) -> dict[str, Any]:
    people = [_person(seat, loads.get(seat.member_id, 0)) for seat in seats]
    return {
        "id": f"team-{team.pk}",
        "name": team.name,
        "rule": team.get_assigning_display(),
        "here": sum(person["is_here"] for person in people),
        "people": people,
    }


def _person(seat: TeamMembership, tickets: int) -> dict[str, Any]:
    member, most = seat.member, seat.member.most_tickets
    is_here = takes_tickets(member, current_tenant(), now=timezone.now())
    is_full = most is not None and tickets >= most
    queue = reverse("admin:tickets_ticket_changelist")
    return {
        "name": str(member),
        "url": f"{queue}?{urlencode({'assignee': member.pk})}",
        "tier": seat.get_tier_display(),
        "is_here": is_here and not is_full,
        "says": _says(seat, is_here=is_here, is_full=is_full),
        "tickets": _("%(tickets)d of %(most)d") % {"tickets": tickets, "most": most} if most else tickets,
    }


def _says(seat: TeamMembership, *, is_here: bool, is_full: bool) -> str:
    """Whether a rule gives the person anything, and until when not."""
    member = seat.member
    if is_here:
        return _("Has as many as they take") if is_full else _("Takes new tickets")
    if member.takes_tickets and member.back_on:
        return _("On leave, back on %(day)s") % {"day": date_format(member.back_on, "DATE_FORMAT")}
    return _("Takes no new tickets")
