"""What the address of Support tickets asks for: a filter, words, an order and a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Member
from helpdesk.counts import LIMIT, capped_counts, count_text, counted, prepared_counts
from helpdesk.prepared import Given, Prepared, Statement, prepared
from tickets.models import Ticket
from tickets.models.ticket import OPEN_STATUSES, Status
from tickets.sight import own_tickets

PAGE_SIZE = 25
LAST_PAGE = LIMIT // PAGE_SIZE  # who has more finds it by words, or from the other end
FILTERS = {
    "all": gettext_lazy("All"),
    "open": gettext_lazy("Open"),
    "waiting": gettext_lazy("Waiting for you"),
    "solved": gettext_lazy("Solved"),
}
SORTS = {
    "updated": gettext_lazy("Last update"),
    "newest": pgettext_lazy("order of tickets", "Newest"),
    "oldest": pgettext_lazy("order of tickets", "Oldest"),
}


@dataclass(frozen=True)
class OwnList:
    """One view of a member's own tickets. What an address does not say, or says wrongly, is as in a fresh one."""

    show: str = "all"
    sort: str = "updated"
    words: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> OwnList:
        """What the address asks for; what it does not understand it leaves out."""
        show, sort, page = query.get("show", ""), query.get("sort", ""), query.get("page", "")
        number = int(page) if page.isdecimal() and len(page) < 9 else 1
        return cls(
            show=show if show in FILTERS else "all",
            sort=sort if sort in SORTS else "updated",
            words=" ".join(query.get("q", "").replace("\0", "").split())[:200],
            page=min(max(number, 1), LAST_PAGE),
        )

    def url(self, **changes: Any) -> str:
        """The address of the same list with `changes`, from its first page."""
        wanted = replace(self, **{"page": 1, **changes})
        pairs = {"q": wanted.words, "show": wanted.show, "sort": wanted.sort, "page": str(wanted.page)}
        usual = {"q": "", "show": "all", "sort": "updated", "page": "1"}
        query = urlencode({name: value for name, value in pairs.items() if value != usual[name]})
        return reverse("tickets") + (f"?{query}" if query else "")

    def first_of(self, count: int) -> int:
        """How many tickets stand before the page; past the end it is the last page."""
        last = max(1, -(-min(count, LIMIT) // PAGE_SIZE))
        return (min(self.page, last) - 1) * PAGE_SIZE

    def rows(self, member: Member, first: int, among: QuerySet[Ticket] | None) -> list[Ticket]:
        """The tickets of the page that begins behind `first` others: of the member's own, or of some `among` them."""
        if among is None:
            return _page_of(self.show, self.sort, first)(member=member.pk)
        return list(_cut(among, self.show, self.sort, first))

    def filters(self, counts: Mapping[str, int]) -> list[dict[str, Any]]:
        """The links of the filters, as `partials/filters.html` shows them."""
        return [
            {
                "label": label,
                "url": self.url(show=key),
                "count": count_text(counts[key]),
                "current": key == self.show,
            }
            for key, label in FILTERS.items()
        ]

    def sorts(self) -> list[dict[str, Any]]:
        """The links of the orders."""
        return [
            {"label": label, "url": self.url(sort=key), "current": key == self.sort}
            for key, label in SORTS.items()
        ]

    def pager(self, first: int, rows: int, count: int) -> dict[str, Any] | None:
        """The links to the pages before and after; None when everything stands on one."""
        if count <= PAGE_SIZE:
            return None
        page = first // PAGE_SIZE + 1
        return {
            "newer_url": self.url(page=page - 1) if page > 1 else "",
            "older_url": self.url(page=page + 1) if page < LAST_PAGE and first + rows < count else "",
            "first": first + 1,
            "last": first + rows,
            "total": count_text(count),
            "is_too_many": count > LIMIT,
        }

    def nothing(self) -> str:
        """What stands where words found nothing."""
        patterns = {
            "all": _("No tickets match “%(words)s”."),
            "open": _("No open tickets match “%(words)s”."),
            "waiting": _("No tickets that wait for you match “%(words)s”."),
            "solved": _("No solved tickets match “%(words)s”."),
        }
        return patterns[self.show] % {"words": self.words}


def chosen(mine: QuerySet[Ticket], show: str) -> QuerySet[Ticket]:
    """Those of the tickets that the filter `open`, `waiting` or `solved` shows; all of them for `all`."""
    if show == "open":
        return mine.filter(status__in=OPEN_STATUSES)
    if show == "waiting":
        return mine.filter(status=Status.PENDING)
    return mine.exclude(status__in=OPEN_STATUSES) if show == "solved" else mine


def counts_of(member: Member, among: QuerySet[Ticket] | None) -> dict[str, int]:
    """How many of the member's own tickets each filter shows, or of some `among` them; LIMIT + 1 for more than LIMIT.

    One statement.
    """
    found = counted(_own_counts(), member=member.pk) if among is None else capped_counts(_chosen_each(among))
    return dict(zip(FILTERS, found, strict=True))


def _chosen_each(mine: QuerySet[Ticket]) -> list[QuerySet[Ticket]]:
    return [chosen(mine, show) for show in FILTERS]


@cache
def _own_counts() -> Statement:
    return prepared_counts(_chosen_each(own_tickets(Given("member"))))


@lru_cache(maxsize=500)  # a page of a filter in an order
def _page_of(show: str, sort: str, first: int) -> Prepared[Ticket]:
    return prepared(lambda member: _cut(own_tickets(member), show, sort, first))


def _cut(mine: QuerySet[Ticket], show: str, sort: str, first: int) -> QuerySet[Ticket]:
    shown = _in_order(chosen(mine, show), sort).only("number", "subject", "status", "told_at")
    return shown[first : first + PAGE_SIZE]


def _in_order(mine: QuerySet[Ticket], sort: str) -> QuerySet[Ticket]:
    if sort == "newest":
        return mine.order_by("-id")
    if sort == "oldest":
        return mine.order_by("id")
    waits = Case(When(status=Status.PENDING, then=Value(0)), default=Value(1), output_field=IntegerField())
    return mine.order_by(waits, "-told_at", "-id")
