"""Support tickets: everything a member asked or takes part in."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models import Member
from helpdesk.errors import Refused
from helpdesk.typed_text import without_overrides
from tickets.models import Ticket
from tickets.models.rating import Score
from tickets.numbers import looks_like_number, parse_number
from tickets.opinions import scores_given
from tickets.queries import find_ticket, unread_ticket_ids
from tickets.search import own_tickets_with
from tickets.sight import own_tickets
from tickets.views.answers import personal, see_other
from tickets.views.conversation import status_of
from tickets.views.own_list import OwnList, counts_of

PLACE = "NUMBER"  # of a ticket in the address of its page


@require_safe
@personal
def tickets(request: HttpRequest) -> HttpResponse:
    """The member's tickets, those that wait for them first, then the latest: by status and words, 25 a page.

    The number of an own ticket leads straight to it; one with a wrong digit is told so.
    """
    member = request.user
    assert isinstance(member, Member)  # the login middleware lets nobody else in
    wanted, mine, wrong = OwnList.read(request.GET), own_tickets(member), ""
    prefix = request.tenant.prefix  # type: ignore[attr-defined]
    if looks_like_number(wanted.words, prefix):
        found, wrong = _by_number(mine, wanted.words, prefix)
        if found:
            return see_other(reverse("ticket", args=[found.number]))
    listed = _with_words(request, member, mine, wanted.words) if wanted.words else None
    return render(request, "portal/tickets.html", _page(member, wanted, listed) | {"wrong_number": wrong})


def _page(member: Member, wanted: OwnList, listed: QuerySet[Ticket] | None) -> dict[str, Any]:
    counts = counts_of(member, listed)
    first = wanted.first_of(counts[wanted.show])
    rows = wanted.rows(member, first, listed)
    unread, scores = unread_ticket_ids(member, rows), scores_given(member, rows)
    return {
        "rows": _rows(rows, unread, scores),
        "filters": wanted.filters(counts),
        "sorts": wanted.sorts(),
        "wanted": wanted,
        "counts": counts,
        "pager": wanted.pager(first, len(rows), counts[wanted.show]),
        "nothing": wanted.nothing(),
        "everything_url": wanted.url(show="all")
        if wanted.show != "all" and counts["all"]
        else wanted.url(words=""),
    }


def _by_number(mine: QuerySet[Ticket], words: str, prefix: str) -> tuple[Ticket | None, str]:
    """The own ticket of that number, or what is wrong with it; digits alone may be somebody's order, so only a number
    with letters is called wrong.
    """
    try:
        return find_ticket(mine, parse_number(words, prefix), prefix), ""
    except Refused as refusal:
        return None, "" if words.isdecimal() else str(refusal.message)


def _with_words(request: HttpRequest, member: Member, mine: QuerySet[Ticket], words: str) -> QuerySet[Ticket]:
    tenant = request.tenant  # type: ignore[attr-defined]
    return own_tickets_with(mine, member, words, [get_language() or "", member.locale, tenant.locale])


def _rows(tickets: list[Ticket], unread: Collection[int], scores: Mapping[int, int]) -> list[dict[str, Any]]:
    address = reverse("ticket", args=[PLACE])  # asked once: asking costs more than a row
    return [
        _row(ticket, address, is_new=ticket.pk in unread, score=scores.get(ticket.pk)) for ticket in tickets
    ]


def _row(ticket: Ticket, address: str, *, is_new: bool, score: int | None) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "url": address.replace(PLACE, ticket.number),
        "title": without_overrides(ticket.subject),
        "status": status_of(ticket),
        "updated_at": ticket.told_at,
        "is_new": is_new,
        "score": score and Score(score),
    }
