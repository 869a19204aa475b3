"""Reads whose SQL Django makes once a process: making it costs several times what asking the database does.

For what pages ask again and again. [The decision](../docs/decisions/0026-reads-keep-their-sql.md) tells what it takes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import cached_property
from inspect import signature
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import QuerySet, prefetch_related_objects
from django.db.models.expressions import Expression, Func

from helpdesk.tenancy import OPEN_TENANT, current_tenant_id, tenant_left_open

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

Found = TypeVar("Found")
Statement = tuple[str, Sequence[Any]]  # SQL and its parameters


class Given(Expression):
    """The place of a value in a prepared read; the value comes as its column keeps it, of a row the id."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(  # type: ignore[override]  # Django joins lists of parameters
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Given]]:
        return "%s", [self]


class AnyOf(Func):
    """Whether a key is among the ids of a given list: `filter(AnyOf("ticket", ids))`, where others say `__in`."""

    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


class AnyText(AnyOf):
    """The same of a column of text and a list of texts."""

    template = "%(expressions)s::text[])"


class Made(NamedTuple):
    """What is kept of a read: the queryset, the compiler that made its SQL, and that."""

    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    params: Sequence[Any]


class Prepared(Generic[Found]):
    """A read: called with the values by name it answers a list, by one statement and those of its prefetches."""

    def __init__(self, build: Callable[..., QuerySet[Any, Found]]) -> None:
        self.build = build

    def __call__(self, **values: Any) -> list[Found]:
        made = self.made
        return self.things(as_sql=lambda *_args, **_options: (made.sql, filled(made.params, values)))

    def first(self, **values: Any) -> Found | None:
        """The first of what the read finds."""
        return next(iter(self(**values)), None)

    def things(self, **answers: Callable[..., Any]) -> list[Found]:
        """What Django makes of the rows; `answers` stand in the place of what its compiler would do."""
        queryset: Any = self.made.queryset
        asking: Any = copy.copy(self.made.compiler)  # of this thread and call alone
        asking.connection = connections[DEFAULT_DB_ALIAS]
        vars(asking).update(answers)
        found: list[Any] = list(queryset._iterable_class(_Asked(queryset, asking)))
        if found and queryset._prefetch_related_lookups:
            prefetch_related_objects(found, *queryset._prefetch_related_lookups)
        return found

    @cached_property
    def made(self) -> Made:
        """What is kept, from the first time on that it is asked for."""
        queryset = self.build(**{name: Given(name) for name in signature(self.build).parameters})
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        with tenant_left_open():
            return Made(queryset, compiler, *compiler.as_sql())


def hand_out(rows: Sequence[models.Model], *, to: Sequence[models.Model], name: str, key: str) -> None:
    """Gives each thing of `to` its rows, as a prefetch of `name` would but for less: those whose `key` is its id.

    `thing.name.all()` is then a list; nothing else may be asked of it.
    """
    own: dict[Any, list[models.Model]] = {thing.pk: [] for thing in to}
    for row in rows:
        own[getattr(row, key)].append(row)
    for thing in to:
        vars(thing).setdefault("_prefetched_objects_cache", {})[name] = own[thing.pk]


class _Asked(SimpleNamespace):
    """What Django's ways to make rows into things read of a queryset, its query aside that would be compiled anew."""

    def __init__(self, queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> None:
        query = copy.copy(queryset.query)
        query.get_compiler = lambda *_args, **_options: compiler  # type: ignore[method-assign]
        super().__init__(
            db=DEFAULT_DB_ALIAS,
            model=queryset.model,
            query=query,
            _fields=queryset._fields,  # type: ignore[attr-defined]
            _known_related_objects={},
        )


prepared = Prepared


def filled(params: Sequence[Any], values: dict[str, Any]) -> list[Any]:
    """The parameters of a statement with what they leave open: the current tenant, and the values of each `Given`."""
    tenant_id = current_tenant_id()
    return [
        values[param.name] if isinstance(param, Given) else tenant_id if param is OPEN_TENANT else param
        for param in params
    ]
