"""Counts that stay cheap: none goes past a thousand, and all of a page are one statement."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.functional import cached_property

LIMIT = 1_000


def capped_counts(querysets: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each queryset has, LIMIT + 1 when there are more than LIMIT. One statement for all."""
    if not querysets:
        return []
    parts: list[str] = []
    params: list[Any] = []
    for queryset in querysets:
        try:
            sql, own = queryset.order_by().values("pk")[: LIMIT + 1].query.sql_with_params()
        except EmptyResultSet:  # known to be empty without asking
            sql, own = "SELECT 1 WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        params.extend(own)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return list(cursor.fetchone())


def count_text(count: int) -> str:
    """The count as people read it: `43`, or `1,000+`."""
    shown = number_format(min(count, LIMIT), force_grouping=True)
    return f"{shown}+" if count > LIMIT else shown


class CappedPaginator(Paginator):
    """Pages of an admin list that never counts past LIMIT rows; what lies beyond is found by narrowing the list."""

    @cached_property
    def count(self) -> int:
        return min(capped_counts([self.object_list])[0], LIMIT)  # type: ignore[list-item]
