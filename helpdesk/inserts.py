"""Rows of several kinds, stored with one statement: a round trip costs more than a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import cache, wraps
from itertools import groupby
from typing import Any, NamedTuple, ParamSpec, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import sql
from psycopg.adapt import Transformer

P = ParamSpec("P")
RowT = TypeVar("RowT", bound=models.Model)
# Fields that keep such a value as it is, which Django would find out anew for each of them.
_STEADY = (
    *(models.AutoField, models.BooleanField, models.CharField, models.DateTimeField, models.ForeignKey),
    *(models.IntegerField, models.TextField, models.UUIDField),
)
_AS_THEY_ARE = {bool, int, str, type(None), UUID}


class _Column(NamedTuple):
    """One column of an INSERT: the field, the attribute it is kept in, and whether `_AS_THEY_ARE` holds of it."""

    field: Any
    attribute: str
    is_steady: bool


class _Table(NamedTuple):
    """What all INSERTs of one kind of row have in common."""

    begin: str
    columns: tuple[_Column, ...]


def reserve_ids(*kinds: type[models.Model]) -> list[int]:
    """A new id for each of the models named, in their order, so that rows can name one another before they exist."""
    if not kinds:
        return []
    places = ", ".join(["nextval(pg_get_serial_sequence(%s, 'id'))"] * len(kinds))
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT {places}", [kind._meta.db_table for kind in kinds])
        return list(cursor.fetchone())


def insert_together(rows: Sequence[models.Model]) -> None:
    """Inserts rows of any models with one statement, in the caller's transaction: all of them or none.

    They may point to one another by ids from `reserve_ids`, in any order: the keys of tenant-owned rows are checked at
    the end of the transaction. A row without an id gets one, which it is not told. Raises IntegrityError as `save` does.
    """
    inserts = list(_inserts(rows))
    if inserts:
        _run(inserts)
        _note_stored(rows)


def insert_with(row: models.Model, beside: Sequence[models.Model]) -> None:
    """Inserts `row`, which gets its id, and the rows `beside` it with one statement, as `insert_together` does."""
    (row.pk,) = _run([*_inserts(beside), _insert([row], has_id=False) + " RETURNING id"])
    _note_stored([row, *beside])


def insert_unless_there(row: models.Model) -> bool:
    """Inserts `row`, unless there is one that it would break a unique key with; whether it did. One statement.

    A row whose primary key the database makes gets it.
    """
    has_id = row.pk is not None
    key = row._meta.pk.column
    found = _run([f"{_insert([row], has_id=has_id)} ON CONFLICT DO NOTHING RETURNING {key}"])
    if found is None:
        return False
    (row.pk,) = found
    _note_stored([row])
    return True


def stored(write: Callable[P, RowT]) -> Callable[P, RowT]:
    """`write`, which makes a row for its caller to store, as a function that stores the row too."""

    @wraps(write)
    def store(*args: P.args, **kwargs: P.kwargs) -> RowT:
        row = write(*args, **kwargs)
        row.save(force_insert=True)
        return row

    return store


def _run(inserts: Sequence[str]) -> Any:
    """Runs them as one statement; what the last one returns, if it says so."""
    *beside, last = inserts
    parts = ", ".join(f"part_{number} AS ({insert})" for number, insert in enumerate(beside))
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"WITH {parts} {last}" if parts else last)
        return cursor.fetchone() if cursor.description else None


def _note_stored(rows: Sequence[models.Model]) -> None:
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _inserts(rows: Sequence[models.Model]) -> Iterator[str]:
    """An INSERT for each kind of row, with or without ids."""
    for (_label, has_id), alike in groupby(sorted(rows, key=_kind), _kind):
        yield _insert(list(alike), has_id=has_id)


def _kind(row: models.Model) -> tuple[str, bool]:
    return row._meta.label, row.pk is not None


def _insert(rows: Sequence[models.Model], *, has_id: bool) -> str:
    """Django's own INSERT of some rows of one model, whose beginning is made once a process.

    The values stand in it as psycopg would write them: its way of putting them there reads so long a statement anew
    each time, which takes longer than PostgreSQL needs for it.
    """
    model = type(rows[0])
    table = _table(model, has_id)
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    literal = Transformer(connection.connection).as_literal
    compiler = sql.InsertQuery(model).get_compiler(connection=connection)
    made = (", ".join(_value(row, column, compiler, literal) for column in table.columns) for row in rows)
    return f"{table.begin} VALUES {', '.join(f'({values})' for values in made)}"


@cache
def _table(model: type[models.Model], has_id: bool) -> _Table:
    given = [field for field in model._meta.local_concrete_fields if not field.generated]
    fields = [field for field in given if has_id or not field.primary_key]
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    columns = tuple(_Column(field, field.attname, _is_steady(field)) for field in fields)
    return _Table(f"INSERT INTO {quote(model._meta.db_table)} ({names})", columns)


def _is_steady(field: Any) -> bool:
    is_now = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return isinstance(field, _STEADY) and not is_now


def _value(row: models.Model, column: _Column, compiler: Any, literal: Callable[[Any], bytes]) -> str:
    """The SQL of one value, as Django's compiler would have it."""
    field, attribute, is_steady = column
    value = getattr(row, attribute)
    if is_steady and (type(value) in _AS_THEY_ARE or (type(value) is dt.datetime and value.tzinfo)):
        return literal(value).decode()
    prepared = compiler.prepare_value(field, field.pre_save(row, add=True))
    part, params = compiler.field_as_sql(field, getattr(field, "get_placeholder", None), prepared)
    return str(part) % tuple(literal(param).decode() for param in params)
