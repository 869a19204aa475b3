"""What stands in the database now, as far as the walls need it: a handful of reads of pg_catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from helpdesk.walls.derive import COLUMN, INDEXES, SETUP_CHANGED

_TABLES = """
    SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
      ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped),
      ARRAY(SELECT privilege_type FROM aclexplode(c.relacl) WHERE grantee = r.oid),
      ARRAY(SELECT privilege_type FROM aclexplode(c.relacl) WHERE grantee = 0),
      ARRAY(SELECT o.relname::text FROM pg_sequence s JOIN pg_depend d ON d.objid = s.seqrelid
            JOIN pg_class o ON o.oid = s.seqrelid
            WHERE d.refobjid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
              AND NOT has_sequence_privilege(r.oid, s.seqrelid, 'USAGE'))
    FROM pg_class c, pg_roles r
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND r.rolname = %s
"""
_CONSTRAINTS = """
    SELECT c.relname, k.conname, k.contype::text, k.convalidated,
      regexp_replace(replace(pg_get_constraintdef(k.oid), '"', ''), ' NOT VALID$', '')
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = 'public'::regnamespace AND k.contype IN ('f', 'u')
"""
_POLICIES = """
    SELECT c.relname, p.polname, p.polcmd = '*' AND p.polpermissive AND p.polroles = '{0}',
      pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = 'public'::regnamespace
"""
_DEFAULTS = """
    SELECT c.relname, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE c.relnamespace = 'public'::regnamespace AND a.attname = %s
"""
_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname = ANY(%s)"

_TRIGGERS = """
    SELECT c.relname, CASE t.tgenabled WHEN 'O' THEN pg_get_triggerdef(t.oid) ELSE '' END
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgname = %s
"""


@dataclass(frozen=True)
class Table:
    """One table of schema public: its columns, and what the application role and PUBLIC may do with it."""

    name: str
    is_secured: bool
    is_forced: bool
    columns: list[str]
    granted: list[str]
    public: list[str]
    closed_sequences: list[str]


@dataclass(frozen=True)
class Constraint:
    """A foreign key ("f") or unique ("u") constraint; `definition` as pg_get_constraintdef says, without quotes."""

    table: str
    name: str
    kind: str
    is_valid: bool
    definition: str


@dataclass(frozen=True)
class Policy:
    """A row policy; `is_plain` means permissive, for all commands, for all roles."""

    table: str
    name: str
    is_plain: bool
    using: str | None
    check: str | None


@dataclass(frozen=True)
class Catalog:
    """One reading of the database."""

    tables: dict[str, Table]
    constraints: list[Constraint]
    policies: list[Policy]
    defaults: dict[str, str]
    indexes: dict[str, str]
    triggers: dict[str, str]


def read_catalog(role: str) -> Catalog:
    """Read schema public as it concerns the application role `role`."""
    with connection.cursor() as cursor:

        def rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
            cursor.execute(sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

        return Catalog(
            tables={row[0]: Table(*row) for row in rows(_TABLES, role)},
            constraints=[Constraint(*row) for row in rows(_CONSTRAINTS)],
            policies=[Policy(*row) for row in rows(_POLICIES)],
            defaults=dict(rows(_DEFAULTS, COLUMN)),
            indexes=dict(rows(_INDEXES, list(INDEXES))),
            triggers=dict(rows(_TRIGGERS, SETUP_CHANGED)),
        )
