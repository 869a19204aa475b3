"""The product refuses to run with a role that could pass the walls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

# Every role this connection is or could SET ROLE to, that row security would not hold.
_UNSAFE = """
    SELECT r.rolname, r.rolsuper, r.rolbypassrls
    FROM pg_roles r
    WHERE (pg_has_role(session_user, r.oid, 'MEMBER') OR pg_has_role(current_user, r.oid, 'MEMBER'))
      AND (r.rolsuper OR r.rolbypassrls OR EXISTS (
        SELECT FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
        WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p')))
    ORDER BY r.rolname
"""


def refuse_unsafe_role() -> None:
    """Raise ImproperlyConfigured when the connected role is, or is a member of, a superuser, a role with BYPASSRLS
    or the owner of a tenant table. Call it before the first request or task; leaves no connection open."""
    was_open = connection.connection is not None
    try:
        message = unsafe_role()
    finally:
        if not was_open:
            connection.close()
    if message:
        raise ImproperlyConfigured(message)


def unsafe_role() -> str | None:
    """Why the connected role would pass the walls and how to mend it, or None when they hold it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        current = cursor.fetchone()[0]
        cursor.execute(_UNSAFE)
        rows = cursor.fetchall()
    if not rows:
        return None
    reasons = "; ".join(_reason(*row) for row in rows)
    return (
        f"The database role {current} would pass the walls between tenants: {reasons}. "
        "DATABASE_URL must name a role that owns nothing, is no superuser, has no BYPASSRLS and is a member of no "
        "role that has any of these (docs/operations.md). The owner belongs into OWNER_DATABASE_URL."
    )


def _reason(role: str, is_superuser: bool, bypasses: bool) -> str:
    if is_superuser:
        return f"it is or may become {role}, a superuser"
    if bypasses:
        return f"it is or may become {role}, which has BYPASSRLS"
    return f"it is or may become {role}, which owns tables of tenants"


def check_role(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """`manage.py check --deploy --database default` reports an unsafe role as walls.E001."""
    message = unsafe_role() if databases and "default" in databases else None
    return [Error(message, id="walls.E001")] if message else []
