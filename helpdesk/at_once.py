"""Several prepared reads as one statement: each comes as one column, its rows as JSON.

What it saves is the way to the database and back, which costs more than making rows out of JSON where a page has a few
dozen of them. [The decision](../docs/decisions/0026-reads-keep-their-sql.md) tells when it pays.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic
from uuid import UUID

from django.db import connection

from helpdesk.prepared import Found, Prepared, Statement, filled


@dataclass(frozen=True)
class Asking(Generic[Found]):
    """A prepared read and the values it is asked with."""

    read: Prepared[Found]
    values: dict[str, Any]

    def packed(self) -> Statement:
        """The SQL of its column."""
        made, kinds = self.read.made, _kinds_of(self.read)
        names = [f"c{place}" for place in range(len(kinds))]
        # JSON in JSON stays text, as it comes from the driver: fields read it by themselves.
        shown = [
            f"{name}::text AS {name}" if kind == "JSONField" else name
            for name, kind in zip(names, kinds, strict=True)
        ]
        rows = f"SELECT {', '.join(shown)} FROM ({made.sql}) AS q ({', '.join(names)})"
        return f"(SELECT coalesce(json_agg(r), '[]')::text FROM ({rows}) AS r)", filled(
            made.params, self.values
        )

    def found(self, column: str) -> list[Found]:
        """What the rows in the column are, as if they had come alone."""
        made_of = [(place, _MADE[kind]) for place, kind in enumerate(_kinds_of(self.read)) if kind in _MADE]
        rows = [list(row.values()) for row in json.loads(column)]
        for row in rows:
            for place, made in made_of:
                if row[place] is not None:
                    row[place] = made(row[place])
        return self.read.things(execute_sql=lambda *_args, **_options: [rows])


def asking(read: Prepared[Found], **values: Any) -> Asking[Found]:
    """The read with these values, for `at_once`. Raises TypeError for a field that JSON would change."""
    return Asking(read, values)


def at_once(*asked: Asking[Any]) -> list[list[Any]]:
    """What each of the reads finds, in the order in which they are given. One statement, and those of their prefetches."""
    parts = [each.packed() for each in asked]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(sql for sql, _own in parts)}", [param for _sql, own in parts for param in own]
        )
        columns = cursor.fetchone()
    return [each.found(column) for each, column in zip(asked, columns, strict=True)]


def _kinds_of(read: Prepared[Any]) -> list[str]:
    """What kind of field each column of the read is."""
    if read not in _kinds:
        _kinds[read] = [_kind_of(expression.output_field) for expression, *_ in read.made.compiler.select]
    return _kinds[read]


def _kind_of(field: Any) -> str:
    while field.remote_field:
        field = field.target_field
    kind: str = field.get_internal_type()
    if kind not in _PLAIN and kind not in _MADE:
        raise TypeError(f"{kind} does not come out of JSON as it went in.")
    return kind


_kinds: dict[Prepared[Any], list[str]] = {}
_MADE: dict[str, Callable[[str], Any]] = {
    "DateField": dt.date.fromisoformat,
    "DateTimeField": dt.datetime.fromisoformat,
    "UUIDField": UUID,
}
_PLAIN = {
    *(
        "AutoField",
        "BigAutoField",
        "BooleanField",
        "CharField",
        "FileField",
        "JSONField",
        "SlugField",
        "TextField",
    ),
    *("BigIntegerField", "IntegerField", "PositiveBigIntegerField", "PositiveIntegerField"),
    *("PositiveSmallIntegerField", "SmallIntegerField"),
}
