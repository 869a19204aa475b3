"""The current tenant: a scope around all work, models and keys that belong to one tenant.

Three walls hold: the manager filters (and refuses outside a scope), row-level security repeats the filter in the
database, and composite foreign keys refuse a row that points into another tenant. `helpdesk.walls` builds the last two.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, models, router, transaction
from django.db.models.constraints import BaseConstraint
from django.db.models.expressions import Expression

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

TENANT_SETTING = "app.tenant"

OPEN_TENANT = object()  # stands among the parameters of SQL that serves every tenant

_current: ContextVar[int | None] = ContextVar("current_tenant_id", default=None)
_is_left_open: ContextVar[bool] = ContextVar("is_tenant_left_open", default=False)
_ModelT = TypeVar("_ModelT", bound=models.Model)
_SetT = TypeVar("_SetT")
_GetT = TypeVar("_GetT")


class NoTenant(Exception):
    """Work on tenant-owned rows was tried outside a `tenant_scope`."""


@contextmanager
def tenant_scope(tenant_id: int) -> Iterator[None]:
    """Open a transaction in which the product and the database see the rows of one tenant only.

    Scopes nest: the inner one is a savepoint, and the outer tenant is back afterwards, also after an exception.
    Outside a transaction the scope commits at its end, or rolls back on an exception. `on_commit` callbacks and
    streaming bodies run after it and open a scope of their own. Raise NoTenant unless `tenant_id` is an int.
    """
    if not isinstance(tenant_id, int):
        raise NoTenant(f"A tenant scope needs a tenant's id, not {tenant_id!r}.")
    before, nested = _current.get(), connection.in_atomic_block
    with transaction.atomic():
        token = _current.set(tenant_id)
        try:
            _tell_database(tenant_id)
            yield
            # A released savepoint keeps SET LOCAL; COMMIT and ROLLBACK forget it by themselves.
            if nested and not connection.needs_rollback:
                _tell_database(before)
        finally:
            _current.reset(
                token
            )  # before the commit, so that on_commit callbacks refuse instead of seeing no rows


def current_tenant_id() -> int:
    """The id of the tenant whose scope is open. Raise NoTenant outside a scope."""
    tenant_id = _current.get()
    if tenant_id is None:
        raise NoTenant("Rows of a tenant were asked for outside a tenant_scope.")
    return tenant_id


def current_tenant_id_or_none() -> int | None:
    """As current_tenant_id, but None outside a scope (Django instantiates models while it checks them)."""
    return _current.get()


@contextmanager
def tenant_left_open() -> Iterator[None]:
    """Inside, SQL is made with OPEN_TENANT in the place of the tenant's id; nothing else may be done there."""
    token = _is_left_open.set(True)
    try:
        yield
    finally:
        _is_left_open.reset(token)


def _tell_database(tenant_id: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {TENANT_SETTING} = %s", ["" if tenant_id is None else str(tenant_id)])


class CurrentTenant(Expression):
    """The current tenant's id, read when the SQL is compiled.

    A queryset may therefore be built anywhere (forms do so at import); running it outside a scope raises NoTenant.
    """

    output_field = models.BigIntegerField()

    def as_sql(  # type: ignore[override]  # Django joins lists of parameters
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[object]]:
        return "%s", [OPEN_TENANT if _is_left_open.get() else current_tenant_id()]


class TenantManager(models.Manager[_ModelT]):
    """Only the current tenant's rows; refuses to run outside a scope. Works with `.from_queryset`."""

    def get_queryset(self) -> models.QuerySet[_ModelT]:
        return super().get_queryset().filter(tenant_id=CurrentTenant())


class TenantModel(models.Model):
    """A row that belongs to one tenant. Concrete models get their walls from `helpdesk.walls`.

    The column has no index of its own: a model's unique constraints and indexes start with `tenant`.
    A model with `append_only = True` can be added to, never changed or deleted, by the product's role. One with
    `is_setup = True` is read by every request and seldom changed: the database tells every process when it was.
    """

    append_only = False
    is_setup = False

    tenant = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
        default=current_tenant_id_or_none,
    )

    objects = TenantManager()

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Any = None) -> None:
        """As Django's, but a duplicate under UNIQUE (tenant, x) is an error of the field x."""
        errors: dict[str, list[ValidationError]] = {}
        using = router.db_for_write(type(self), instance=self)
        for model, constraints in self.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self, exclude=exclude, using=using)
                except ValidationError as error:
                    field = _own_field(constraint)
                    if field and getattr(error, "code", None) == "unique_together":
                        error = self.unique_error_message(model, (field,))
                    ValidationError({field: error} if field else error).update_error_dict(errors)
        if errors:
            raise ValidationError(errors)


def _own_field(constraint: BaseConstraint) -> str | None:
    fields = [name for name in getattr(constraint, "fields", ()) if name != "tenant"]
    return fields[0] if len(fields) == 1 else None


class _WalledKey:
    """Takes the single-column constraint off a key without a trace in migrations: the walls add the composite one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"db_constraint": False})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class TenantForeignKey(_WalledKey, models.ForeignKey[_SetT, _GetT]):
    """A foreign key to a row of the same tenant.

    In the database it is `(tenant_id, x) -> (tenant_id, target)`, built by the walls and checked at the end of the
    transaction: a row that points into another tenant raises IntegrityError there.
    """


class TenantOneToOneField(_WalledKey, models.OneToOneField[_SetT, _GetT]):
    """As TenantForeignKey, where a row has at most one of the other."""


class TenantFormMixin:
    """Keeps `tenant` in a ModelForm's validation, so that a duplicate is an error of the form and not a 500."""

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"tenant"}


class TenantModelForm(TenantFormMixin, forms.ModelForm):
    """The base of every form of a tenant-owned model, in the portal and in the admin."""
