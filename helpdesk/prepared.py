"""Reads whose SQL Django makes once a process: making it costs several times what asking the database does.

For what pages ask again and again. [The decision](../docs/decisions/0026-reads-keep-their-sql.md) tells what it takes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from inspect import signature
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

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


class Prepared(Generic[Found]):
    """A read: called with the values by name it answers a list, by one statement and those of its prefetches."""

    def __init__(self, build: Callable[..., QuerySet[Any, Found]]) -> None:
        self.build = build
        self.kept: tuple[QuerySet[Any, Found], SQLCompiler, Statement] | None = None

    def __call__(self, **values: Any) -> list[Found]:
        queryset, compiler, (sql, params) = self.kept = self.kept or self._make()
        asking: Any = copy.copy(compiler)  # of this thread and call alone
        asking.connection = connections[DEFAULT_DB_ALIAS]
        asking.as_sql = lambda *_args, **_options: (sql, filled(params, values))
        rows: Any = queryset._iterable_class
        found: list[Any] = list(rows(_Asked(queryset, asking)))
        if found and queryset._prefetch_related_lookups:  # type: ignore[attr-defined]
            prefetch_related_objects(found, *queryset._prefetch_related_lookups)  # type: ignore[attr-defined]
        return found

    def first(self, **values: Any) -> Found | None:
        """The first of what the read finds."""
        return next(iter(self(**values)), None)

    def _make(self) -> tuple[QuerySet[Any, Found], SQLCompiler, Statement]:
        queryset = self.build(**{name: Given(name) for name in signature(self.build).parameters})
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        with tenant_left_open():
            return queryset, compiler, compiler.as_sql()


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
