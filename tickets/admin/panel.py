"""What stands beside every page of the desk: the views with their counts, and the search box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from accounts.factors import person_of
from accounts.models import Member, Team
from helpdesk.at_once import asking, at_once
from helpdesk.counts import count_text, counted, prepared_counts, walked_counts
from helpdesk.prepared import Statement, prepared
from tickets.admin.asked import Asked, View
from tickets.admin.search import Found
from tickets.called import was_called
from tickets.models import SavedView
from tickets.queries import views_kept_for
from tickets.rules import sees_all_tickets

ICONS = {
    View.MINE: "user",
    View.DUE: "clock",
    View.UNASSIGNED: "flag",
    View.WAITING: "reply",
    View.OPEN: "inbox",
    View.SPAM: "trash",
}
KEPT = 2_000  # people whose SQL a process keeps
KEYS = {View.OPEN: "g q", View.MINE: "g m", View.DUE: "g d", View.UNASSIGNED: "g u", View.WAITING: "g w"}


def teams_of_desk(request: HttpRequest) -> list[Team]:
    """The teams whose queues the person sees; read once a request."""
    return _of_desk(request)[0]


def views_panel(request: HttpRequest) -> dict[str, Any]:
    """The links to the queues and the saved views with their counts, and the search box. Three statements at most.

    A page that wants other lists counted leaves them in `request.desk_found`, and finds their counts in `desk_counts`.
    """
    links = view_links(request)
    return {
        "desk_views": links,
        "desk_saved": saved_links(request),
        "desk_search_url": reverse("admin:tickets_ticket_changelist"),
        "desk_find_url": reverse("admin:tickets_ticket_palette"),
        "desk_counts": getattr(request, "desk_counts", []),
    }


def view_links(request: HttpRequest) -> list[dict[str, Any]]:
    """The links to the queues that every desk has, with their counts."""
    here: Asked | None = getattr(request, "desk_asked", None)
    found: Sequence[Found] = getattr(request, "desk_found", ())
    lists = lists_of(request)
    counts = counts_of(request, lists, *found)
    request.desk_counts = counts[len(lists) :]  # type: ignore[attr-defined]
    return [
        {
            "label": asked.team.name if asked.team else asked.view.label,
            "url": asked.url(),
            "count": count_text(count),
            "current": here is not None and (here.view, here.team) == (asked.view, asked.team),
            "icon": "team" if asked.team else ICONS[asked.view],
            "key": "" if asked.team else KEYS.get(asked.view, ""),
        }
        for asked, count in zip(lists, counts, strict=False)
    ]


def saved_of_desk(request: HttpRequest) -> list[SavedView]:
    """The saved views of the person; read once a request."""
    return _of_desk(request)[1]


def asked_of_view(view: SavedView, teams: Sequence[Team]) -> Asked:
    """The list that the view keeps, for somebody who sees these teams."""
    return Asked.read(QueryDict(view.query).dict(), teams)


def saved_links(request: HttpRequest) -> list[dict[str, Any]]:
    """The links to the saved views, with what their lists come to among the first tickets. One statement, if any."""
    member = person_of(request)
    teams, here = teams_of_desk(request), getattr(request, "desk_asked", None)
    views = [(view, asked_of_view(view, teams)) for view in saved_of_desk(request)]
    counts = walked_counts([asked.first_walks(member, teams) for _view, asked in views])
    return [
        {
            "label": view.name,
            "url": asked.url(),
            "count": None if asked.words else count_text(count) if is_all else f"{count_text(count)}+",
            "current": here is not None and here.query() == asked.query(),
            "icon": "team" if view.team_id else "star",
        }
        for (view, asked), (count, is_all) in zip(views, counts, strict=True)
    ]


def lists_of(request: HttpRequest) -> list[Asked]:
    """The lists of the panel, in its order."""
    return [Asked(view=view) for view in View] + [Asked(team=team) for team in teams_of_desk(request)]


def counts_of(request: HttpRequest, lists: list[Asked], *others: Found) -> list[int]:
    """How many tickets each of the lists of the panel and the others has, capped. One statement."""
    statement = _statement_of(person_of(request), teams_of_desk(request), lists)
    return counted(statement, *(prepared_counts([other.count_of()]) for other in others))


def _statement_of(member: Member, teams: Sequence[Team], lists: Sequence[Asked]) -> Statement:
    """The SQL of the counts of the panel, kept for each person: it says whose tickets and which teams."""
    key = member.pk, member.role, tuple(team.pk for team in teams), was_called(member)
    kept = _statements.get(key)
    if kept is None:
        if len(_statements) >= KEPT:
            _statements.clear()
        found = [Found(asked.parts(member, teams)) for asked in lists]
        kept = _statements[key] = prepared_counts([each.count_of() for each in found])
    return kept


def _of_desk(request: HttpRequest) -> tuple[list[Team], list[SavedView]]:
    """Teams and saved views of the person, which almost every page of the desk shows: one statement a request."""
    found: tuple[list[Team], list[SavedView]] | None = getattr(request, "desk_own", None)
    if found is None:
        member = person_of(request)
        if sees_all_tickets(member):
            teams, views = at_once(asking(_all_teams), asking(_all_views, member=member.pk))
        else:
            teams, views = at_once(asking(_own_teams, member=member.pk), asking(_own_views, member=member.pk))
        found = request.desk_own = teams, views  # type: ignore[attr-defined]
    return found


_statements: dict[tuple[int, str, tuple[int, ...], bool], Statement] = {}


@prepared
def _all_teams() -> QuerySet[Team]:
    return Team.objects.order_by("name")


@prepared
def _own_teams(member: Any) -> QuerySet[Team]:
    return Team.objects.filter(memberships__member=member).order_by("name")


@prepared
def _all_views(member: Any) -> QuerySet[SavedView]:
    return views_kept_for(member, sees_all=True)


@prepared
def _own_views(member: Any) -> QuerySet[SavedView]:
    return views_kept_for(member, sees_all=False)
