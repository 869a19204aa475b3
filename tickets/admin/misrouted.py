"""The page that tells how many requests of a category went on to another one, and what would spare people that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member, Team
from tickets.admin.dashboard_asked import FiguresForm, allowed, told_days
from tickets.admin.target_words import Names, category_names
from tickets.misrouting import Misrouted, Onward, misrouted
from tickets.models import Category
from tickets.rules import may_route_requests

if TYPE_CHECKING:
    from tickets.admin.routing import RoutingLineAdmin

PAGE = "admin/tickets/routingline/misrouted.html"
PLACES = 3  # told of each category


def misrouted_view(door: RoutingLineAdmin, request: HttpRequest) -> HttpResponse:
    """The categories whose requests a person moved away, most first; asked for and narrowed as the dashboard is."""
    member, own = allowed(request)
    form = FiguresForm(request.GET, member=member, teams=own)
    found = misrouted(form.wanted)
    categories = Category.objects.in_bulk([one.category_id for one in found])
    names, teams = category_names(), dict(Team.objects.values_list("pk", "name"))
    context = {
        **door.admin_site.each_context(request),
        "opts": door.opts,
        "title": _("Requests that went to the wrong place"),
        "form": form,
        "days": told_days(form.wanted),
        "dashboard_url": f"{reverse('admin:dashboard')}?{form.query()}",
        "rows": [
            _row(one, categories[one.category_id], names, teams, member)
            for one in found
            if one.category_id in categories
        ],
    }
    return TemplateResponse(request, PAGE, context, status=422 if form.errors else 200)


def _row(
    one: Misrouted, category: Category, names: Names, teams: dict[int, str], member: Member
) -> dict[str, Any]:
    name, suggested = names[one.category_id], one.suggested
    return {
        "name": name,
        "sent": one.sent,
        "moved": one.moved,
        "percent": round(100 * one.moved / max(one.sent, 1)),
        "onward": [(_place(to, category, names, teams), to.tickets) for to in one.onward[:PLACES]],
        "suggestion": _suggestion(one, suggested, name, _place(suggested, category, names, teams))
        if suggested
        else "",
        "url": _mend_url(suggested, category) if suggested and may_route_requests(member) else "",
    }


def _place(to: Onward, category: Category, names: Names, teams: dict[int, str]) -> str:
    """The category they went on to; the team where only that is another one."""
    if to.category_id in {None, category.pk}:
        return teams.get(to.team_id, "")
    return names.get(to.category_id, "")


def _suggestion(one: Misrouted, to: Onward, name: str, place: str) -> str:
    facts = {"moved": to.tickets, "sent": one.sent, "category": name, "place": place}
    return _("%(moved)d of %(sent)d tickets of %(category)s went on to %(place)s: route them there?") % facts


def _mend_url(to: Onward, category: Category) -> str:
    """Where an admin mends it: a line for the team that gets them in the end, or the words of the category."""
    if to.team_id == category.team_id:
        return reverse("admin:tickets_category_change", args=[category.pk])
    wishes = urlencode({"category": category.pk, "team": to.team_id})
    return f"{reverse('admin:tickets_routingline_add')}?{wishes}"
