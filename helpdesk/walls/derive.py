"""What the walls should be, read from the models. Knows nothing of the database's present state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from helpdesk.tenancy import TENANT_SETTING

TENANT = "accounts.Tenant"
COLUMN = "tenant_id"
SETUP_CHANGED = "setup_changed"  # a door, and its trigger on every table of the setup
CURRENT = f"nullif(current_setting('{TENANT_SETTING}', true), '')::bigint"

# Models without a wall, and what the product's role may do with them. No secret stands in any of these.
GLOBAL = {
    TENANT: {"SELECT", "INSERT", "UPDATE"},
    "accounts.TenantHost": {"SELECT", "INSERT", "UPDATE"},
    "contenttypes.ContentType": {"SELECT"},
    "auth.Permission": {"SELECT"},
    "auth.Group": {"SELECT"},
}
GLOBAL_TABLES = {"django_migrations": {"SELECT"}}  # has no model in the registry; readiness reads it

# Third-party promises over all tenants, kept under their own name but per tenant.
# allauth: one verified address a person (ACCOUNT_UNIQUE_EMAIL), which the same address in two tenants would break.
INDEXES = {"unique_verified_email": ("account_emailaddress", "(tenant_id, email) WHERE verified")}


@dataclass(frozen=True)
class Key:
    """A foreign key between two walled tables: `column` points to `target.target_column`."""

    column: str
    target: str
    target_column: str


@dataclass(frozen=True)
class Wall:
    """One walled table. `has_field` tells that the model itself holds `tenant_id`; a change of one with `is_setup`
    renews its tenant's stamp."""

    table: str
    has_field: bool
    append_only: bool
    is_setup: bool
    keys: tuple[Key, ...]

    @property
    def privileges(self) -> set[str]:
        """What the application role may do with the table."""
        return {"SELECT", "INSERT"} if self.append_only else {"SELECT", "INSERT", "UPDATE", "DELETE"}


def walls() -> list[Wall]:
    """One wall for every managed concrete model not on the GLOBAL list, through tables and third parties included."""
    models_ = list(_walled_models())
    tables = {model._meta.db_table for model in models_}
    return [
        Wall(
            table=model._meta.db_table,
            has_field=any(field.column == COLUMN for field in model._meta.local_concrete_fields),
            append_only=getattr(model, "append_only", False),
            is_setup=getattr(model, "is_setup", False),
            keys=tuple(key for key in _keys(model) if key.target in tables),
        )
        for model in models_
    ]


def global_privileges() -> dict[str, set[str]]:
    """The tables without a wall, each with what the application role may do."""
    privileges = dict(GLOBAL_TABLES)
    for model in apps.get_models(include_auto_created=True):
        if (label := _label(model)) in GLOBAL:
            privileges[model._meta.db_table] = GLOBAL[label]
    return privileges


def tenant_table() -> str:
    """The table whose id every tenant_id names."""
    return str(apps.get_model(TENANT)._meta.db_table)


def application_role() -> str:
    """The role that runs web, worker and beat, as DATABASE_URL names it."""
    role: str = settings.DATABASES["default"]["USER"]
    if not role:
        raise ImproperlyConfigured("DATABASE_URL must name the application role (postgresql://desk_app@…).")
    return role


def _walled_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and _label(model) not in GLOBAL:
            yield model


def _label(model: type[models.Model]) -> str:
    """A through table that Django made counts as the model it was made for."""
    made_for = model._meta.auto_created
    return made_for._meta.label if isinstance(made_for, type) else model._meta.label


def _keys(model: type[models.Model]) -> Iterator[Key]:
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.ForeignKey) and field.column != COLUMN:
            target = field.target_field
            if target.column and target.column != COLUMN:
                yield Key(field.column, target.model._meta.db_table, target.column)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
