"""What stands beside every page of the desk: the views with their counts, and the search box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.factors import person_of
from accounts.models import Member, Team
from helpdesk.at_once import Asking, asking, at_once
from helpdesk.counts import count_text, counted, is_walked_out, prepared_counts, prepared_walks, walked_text
from helpdesk.outbox.models import OutboxRow
from helpdesk.prepared import Statement, prepared
from tickets.admin.asked import Asked, View, heading
from tickets.admin.orders import Sort
from tickets.admin.search import Found
from tickets.called import mentions_of, note_called, was_called
from tickets.models import SavedView
from tickets.queries import views_kept_for
from tickets.rules import sees_all_tickets

Counted = int | Sequence[int]
ICONS = {
    View.MINE: "user",
    View.DUE: "clock",
    View.UNASSIGNED: "flag",
    View.WAITING: "reply",
    View.OPEN: "inbox",
    View.SPAM: "trash",
}
KEPT = 2_000  # people whose SQL a process keeps
KEYS = {View.OPEN: "g q", View.MINE: "g m", View.DUE: "g s", View.UNASSIGNED: "g u", View.WAITING: "g w"}


def teams_of_desk(request: HttpRequest) -> list[Team]:
    """The teams whose queues the person sees; read once a request."""
    return _of_desk(request)[0]


def asked_of(request: HttpRequest) -> Asked:
    """The list that the address names: that of the queue, or the one that a ticket was opened from."""
    return Asked.read(request.GET, teams_of_desk(request))


def count_beside(request: HttpRequest, lists: Sequence[Found], *others: Statement) -> None:
    """Has the statement that counts the queues count these lists as well, and ask the others: the page finds what they
    tell, in this order, in `desk_counts`."""
    counts = prepared_counts([found.count_of() for found in lists])
    request.desk_beside = [counts, *others]  # type: ignore[attr-defined]


def views_panel(request: HttpRequest) -> dict[str, Any]:
    """The links to the queues and the saved views with their counts, and the search box. Two statements."""
    views, saved = panel_links(request)
    return {
        "desk_views": views,
        "desk_saved": saved,
        "desk_search_url": reverse("admin:tickets_ticket_changelist"),
        "desk_find_url": reverse("admin:tickets_ticket_palette"),
        "desk_counts": request.desk_counts,  # type: ignore[attr-defined]
        "desk_open": request.desk_open,  # type: ignore[attr-defined]
        "mail_waiting": mail_told(request.desk_mails),  # type: ignore[attr-defined]
    }


def panel_links(request: HttpRequest) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The links to the queues that every desk has and to the saved views, with their counts.

    One statement, which counts the mails that wait and what the page asks beside (see `count_beside`) as well.
    """
    member, teams = person_of(request), teams_of_desk(request)
    lists = lists_of(request)
    saved = [(view, asked_of_view(view, teams)) for view in saved_of_desk(request)]
    counts = counted(
        _statement_of(member, teams, lists),
        *(count_asked(asked, member, teams) for _view, asked in saved),
        prepared_counts(mails_waiting()),
        *getattr(request, "desk_beside", ()),
    )
    of_views, counts = counts[: len(lists)], counts[len(lists) :]
    of_saved, counts = counts[: len(saved)], counts[len(saved) :]
    request.desk_open = of_views[lists.index(Asked())]  # type: ignore[attr-defined]
    request.desk_mails = sum(counts[: len(mails_waiting())])  # type: ignore[attr-defined]
    request.desk_counts = counts[len(mails_waiting()) :]  # type: ignore[attr-defined]
    here: Asked | None = getattr(request, "desk_asked", None)
    saved_links = [_saved_link(*one, count, here) for one, count in zip(saved, of_saved, strict=True)]
    if any(link["current"] for link in saved_links):
        here = None
    return [_view_link(asked, count, here) for asked, count in zip(lists, of_views, strict=True)], saved_links


def _view_link(asked: Asked, count: int, here: Asked | None) -> dict[str, Any]:
    return {
        "label": asked.team.name if asked.team else asked.view.label,
        "url": asked.url(),
        "count": count_text(count),
        "current": here is not None
        and not here.is_wider
        and (here.view, here.team) == (asked.view, asked.team),
        "icon": "team" if asked.team else ICONS[asked.view],
        "key": "" if asked.team else KEYS.get(asked.view, ""),
    }


def _saved_link(view: SavedView, asked: Asked, count: Counted, here: Asked | None) -> dict[str, Any]:
    return {
        "label": view.name,
        "url": asked.url(),
        "count": None if asked.words else told_count(count),
        "current": here is not None and here.query() == asked.query(),
        "icon": "team" if view.team_id else "star",
    }


def count_asked(asked: Asked, member: Member, teams: Sequence[Team]) -> Statement:
    """How many tickets the list has, as `told_count` takes it: where no index knows them, how many of those that it comes
    to first, and how many these are."""
    if not asked.is_indexed:
        return prepared_walks([asked.first_walks(member, teams)])[0]
    return prepared_counts([Found(replace(asked, sort=Sort.DUE).parts(member, teams)).count_of()])


def told_count(count: Counted, *, shown: int = 0) -> str:
    """What `count_asked` found, of a list of which so many are `shown`."""
    if isinstance(count, int):
        return count_text(count)
    hits, seen = count
    return walked_text(max(hits, shown), seen)


def count_promised(count: Counted, *, shown: int) -> int | None:
    """The number that stands beside “All in this list”, of which so many are `shown`; None where nobody knows it yet."""
    if isinstance(count, int):
        return count
    hits, seen = count
    return max(hits, shown) if is_walked_out(hits, seen) else None


def mails_waiting() -> list[QuerySet[OutboxRow]]:
    """The mails that cannot leave because no mail server is set; nothing to be asked where one is."""
    return [] if settings.EMAIL_URL else [OutboxRow.objects.filter(state=OutboxRow.State.WAITING)]


def mail_told(count: int) -> str:
    """What the desk is told of so many waiting mails."""
    if not count:
        return ""
    return ngettext(
        "%(count)s email waits: this installation has no mail server yet.",
        "%(count)s emails wait: this installation has no mail server yet.",
        count,
    ) % {"count": count_text(count)}


def name_of(asked: Asked, shell: Mapping[str, Any]) -> str:
    """What the list is called: as the person, or a lead for the team, named it, else by what is in it."""
    own = (link["label"] for link in shell["desk_saved"] if link["url"] == asked.url())
    return next(own, heading(asked))


def saved_of_desk(request: HttpRequest) -> list[SavedView]:
    """The saved views of the person; read once a request."""
    return _of_desk(request)[1]


def asked_of_view(view: SavedView, teams: Sequence[Team]) -> Asked:
    """The list that the view keeps, for somebody who sees these teams."""
    return Asked.read(QueryDict(view.query).dict(), teams)


def lists_of(request: HttpRequest) -> list[Asked]:
    """The lists of the panel, in its order."""
    return [Asked(view=view) for view in View] + [Asked(team=team) for team in teams_of_desk(request)]


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
    """Teams and saved views of the person, and whether they were called, as almost every page of the desk asks. One
    statement a request."""
    found: tuple[list[Team], list[SavedView]] | None = getattr(request, "desk_own", None)
    if found is None:
        member = person_of(request)
        if sees_all_tickets(member):
            reads: list[Asking[Any]] = [asking(_all_teams), asking(_all_views, member=member.pk)]
        else:
            reads = [asking(_own_teams, member=member.pk), asking(_own_views, member=member.pk)]
        teams, views, called = at_once(*reads, asking(mentions_of, member=member.pk))
        note_called(member, called)
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
