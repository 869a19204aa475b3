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
NO_HIT = "SELECT 1, true WHERE false"


def capped_counts(querysets: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each queryset has, LIMIT + 1 when there are more than LIMIT. One statement for all."""
    return counted(_count_of(querysets)) if querysets else []


def prepared_counts(querysets: Sequence[QuerySet[Any]]) -> Statement:
    """The SQL of `capped_counts` for `counted`, to be kept and asked again, of whatever tenant."""
    with tenant_left_open():
        return _count_of(querysets)


def prepared_walks(lists: Sequence[tuple[Sequence[QuerySet[Any]], Q]]) -> list[Statement]:
    """For `counted`: of each list how many rows meet its condition among the first it comes to, and how many were seen.

    A list is given as parts, each in an order that an index walks; WALKED rows of each part are looked at, so that a
    condition that hardly any row meets costs no more than others. Parts may share rows.
    """
    with tenant_left_open():
        return [_walk_of(parts, wanted) for parts, wanted in lists]


def prepared_firsts(querysets: Sequence[QuerySet[Any]]) -> Statement:
    """For `counted`, the key of each queryset's first row, None when it has no row: for what else a page asks."""
    with tenant_left_open():
        found = [_sql_of(queryset.values("pk")[:1]) for queryset in querysets]
    return ", ".join(f"({sql})" for sql, _own in found), [param for _sql, own in found for param in own]


def prepared_average(queryset: QuerySet[Any, Any]) -> Statement:
    """For `counted`: the average of the only value of each row, None without any, and how many rows there are."""
    with tenant_left_open():
        sql, params = _sql_of(queryset)
    return f"(SELECT ARRAY[avg(each.value), count(*)] FROM ({sql}) AS each (value))", params


def prepared_first_hits(walks: Sequence[QuerySet[Any]], wanted: Q, *, looked: int) -> Statement:
    """As `prepared_firsts`, the first of each that meets the condition among the first `looked`."""
    hit = ExpressionWrapper(wanted, BooleanField())
    with tenant_left_open():
        found = [
            _sql_of(walk.annotate(hit=hit).values("pk", "hit")[:looked], nothing=NO_HIT) for walk in walks
        ]
    columns = [f"(SELECT w.pk FROM ({sql}) AS w (pk, hit) WHERE w.hit LIMIT 1)" for sql, _own in found]
    return ", ".join(columns), [param for _sql, own in found for param in own]


def counted(*statements: Statement, **values: Any) -> list[Any]:
    """The counts of all `statements`, or what else their columns tell; `values` are those of each `Given`.

    One statement, none without any.
    """
    asked = [statement for statement in statements if statement[0]]
    if not asked:
        return []
    params = [param for _sql, own in asked for param in filled(own, values)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sql for sql, _own in asked)}", params)
        return list(cursor.fetchone())


def _count_of(querysets: Sequence[QuerySet[Any]]) -> Statement:
    found = [_sql_of(queryset.order_by().values("pk")[: LIMIT + 1]) for queryset in querysets]
    columns = [f"(SELECT count(*) FROM ({sql}) AS counted)" for sql, _own in found]
    return ", ".join(columns), [param for _sql, own in found for param in own]


def _walk_of(parts: Sequence[QuerySet[Any]], wanted: Q) -> Statement:
    hit = ExpressionWrapper(wanted or Q(pk__isnull=False), BooleanField())
    first, *others = (part.annotate(hit=hit).values("pk", "hit")[:WALKED] for part in parts)
    sql, params = _sql_of(first.union(*others) if others else first, nothing=NO_HIT)
    columns = "ARRAY[count(*) FILTER (WHERE w.hit), count(*)]"
    return f"(SELECT {columns} FROM ({sql}) AS w (pk, hit))", params


def _sql_of(queryset: QuerySet[Any, Any], *, nothing: str = "SELECT 1 WHERE false") -> Statement:
    try:
        sql, params = queryset.query.sql_with_params()
    except EmptyResultSet:  # known to be empty without asking
        return nothing, []
    return sql, [*params]


def is_walked_out(hits: int, seen: int) -> bool:
    """Whether a walk saw its list to the end, or as far as anything is counted."""
    return seen < WALKED or hits > LIMIT


def walked_text(hits: int, seen: int) -> str:
    """What a walk came to: `43` of a list that was seen to its end, else `43+`."""
    shown = count_text(hits)
    return shown if is_walked_out(hits, seen) else f"{shown}+"


def count_text(count: int) -> str:
    """The count as people read it: `43`, or `1,000+`."""
    shown = number_format(min(count, LIMIT), force_grouping=True)
    return f"{shown}+" if count > LIMIT else shown


class CappedPaginator(Paginator):
    """Pages of an admin list that never counts past LIMIT rows; what lies beyond is found by narrowing the list."""

    @cached_property
    def count(self) -> int:
        return min(capped_counts([self.object_list])[0], LIMIT)  # type: ignore[list-item]
