"""Rows of several kinds, stored with one statement: a round trip costs more than a row."""

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from itertools import groupby
from typing import Any, ParamSpec, TypeVar

from django.db import connection, models
from django.db.models import sql

P = ParamSpec("P")
RowT = TypeVar("RowT", bound=models.Model)


def reserve_ids(*kinds: type[models.Model]) -> list[int]:
    """A new id for each of the models named, in their order, so that rows can name one another before they exist."""
    if not kinds:
        return []
    places = ", ".join(["nextval(pg_get_serial_sequence(%s, 'id'))"] * len(kinds))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {places}", [kind._meta.db_table for kind in kinds])
        return list(cursor.fetchone())


def insert_together(rows: Sequence[models.Model]) -> None:
    """Inserts rows of any models with one statement, in the caller's transaction: all of them or none.

    They may point to one another by ids from `reserve_ids`, in any order: the keys of tenant-owned rows are checked at
    the end of the transaction. A row without an id gets one, which it is not told. Raises IntegrityError as `save` does.
    """
    inserts = list(_inserts(rows))
    if not inserts:
        return
    *beside, last = (statement for statement, _values in inserts)
    parts = ", ".join(f"part_{number} AS ({statement})" for number, statement in enumerate(beside))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {parts} {last}" if parts else last, [value for _sql, values in inserts for value in values]
        )
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def insert_with(row: models.Model, beside: Sequence[models.Model]) -> None:
    """Inserts `row`, which gets its id, and the rows `beside` it with one statement, as `insert_together` does."""
    meta = row._meta
    given = [field for field in meta.local_concrete_fields if not field.generated and not field.primary_key]
    query = sql.InsertQuery(type(row))
    query.insert_values(given, [row])
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = [meta.pk]
    own, own_values = compiler.as_sql()[0]
    inserts = list(_inserts(beside))
    parts = ", ".join(f"part_{number} AS ({statement})" for number, (statement, _v) in enumerate(inserts))
    values = [value for _sql, values in inserts for value in values]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {parts} {own}" if parts else own, [*values, *own_values])
        (row.pk,) = cursor.fetchone()
    for one in (row, *beside):
        one._state.adding, one._state.db = False, connection.alias


def stored(write: Callable[P, RowT]) -> Callable[P, RowT]:
    """`write`, which makes a row for its caller to store, as a function that stores the row too."""

    @wraps(write)
    def store(*args: P.args, **kwargs: P.kwargs) -> RowT:
        row = write(*args, **kwargs)
        row.save(force_insert=True)
        return row

    return store


def _inserts(rows: Sequence[models.Model]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Django's own INSERT for each kind of row, with or without ids."""
    for (_label, has_id), alike in groupby(sorted(rows, key=_kind), _kind):
        same = list(alike)
        meta = type(same[0])._meta
        given = [field for field in meta.local_concrete_fields if not field.generated]
        fields = [field for field in given if has_id or not field.primary_key]
        query = sql.InsertQuery(type(same[0]))
        query.insert_values(fields, same)
        yield query.get_compiler(connection=connection).as_sql()[0]


def _kind(row: models.Model) -> tuple[str, bool]:
    return row._meta.label, row.pk is not None
