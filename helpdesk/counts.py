"""Counts that stay cheap: none goes past a thousand, and all of a page are one statement."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.formats import number_format
from django.utils.functional import cached_property

from helpdesk.prepared import Statement, filled
from helpdesk.tenancy import tenant_left_open

LIMIT = 1_000
WALKED = 2_000


def capped_counts(querysets: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each queryset has, LIMIT + 1 when there are more than LIMIT. One statement for all."""
    return counted(_count_of(querysets)) if querysets else []


def prepared_counts(querysets: Sequence[QuerySet[Any]]) -> Statement:
    """The SQL of `capped_counts` for `counted`, to be kept and asked again, of whatever tenant."""
    with tenant_left_open():
        return _count_of(querysets)


def counted(*statements: Statement, **values: Any) -> list[int]:
    """The counts of all `statements`; `values` are those of each `Given`. One statement."""
    params = [param for _sql, own in statements for param in filled(own, values)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sql for sql, _own in statements)}", params)
        return list(cursor.fetchone())


def _count_of(querysets: Sequence[QuerySet[Any]]) -> Statement:
    parts: list[str] = []
    params: list[Any] = []
    for queryset in querysets:
        try:
            sql, own = queryset.order_by().values("pk")[: LIMIT + 1].query.sql_with_params()
        except EmptyResultSet:  # known to be empty without asking
            sql, own = "SELECT 1 WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        params.extend(own)
    return ", ".join(parts), params


def walked_counts(lists: Sequence[tuple[Sequence[QuerySet[Any]], Q]]) -> list[tuple[int, bool]]:
    """Of each list how many rows meet its condition among the first it comes to, and whether it has no others.

    A list is given as parts, each in an order that an index walks; WALKED rows of each part are looked at, so that a
    condition that hardly any row meets costs no more than others. Parts may share rows. One statement for all.
    """
    if not lists:
        return []
    rows: list[str] = []
    params: list[Any] = []
    for place, (parts, wanted) in enumerate(lists):
        hit = ExpressionWrapper(wanted or Q(pk__isnull=False), BooleanField())
        first, *others = (part.annotate(hit=hit).values("pk", "hit")[:WALKED] for part in parts)
        sql, own = first.union(*others).query.sql_with_params() if others else first.query.sql_with_params()
        rows.append(f"SELECT {place}, count(*) FILTER (WHERE w.hit), count(*) FROM ({sql}) AS w (pk, hit)")
        params.extend(own)
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(rows)} ORDER BY 1", params)
        return [(hits, seen < WALKED) for _place, hits, seen in cursor.fetchall()]


def count_text(count: int) -> str:
    """The count as people read it: `43`, or `1,000+`."""
    shown = number_format(min(count, LIMIT), force_grouping=True)
    return f"{shown}+" if count > LIMIT else shown


class CappedPaginator(Paginator):
    """Pages of an admin list that never counts past LIMIT rows; what lies beyond is found by narrowing the list."""

    @cached_property
    def count(self) -> int:
        return min(capped_counts([self.object_list])[0], LIMIT)  # type: ignore[list-item]
