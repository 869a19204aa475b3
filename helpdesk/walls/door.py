"""Doors: the few SQL functions that may look past the walls, declared by an app in its `doors.py` as `DOORS`.

A door runs with the owner's rights, so its body is the whole of what it may do: schema-qualified names, a limit as an
argument, ids (and ranks) as its result. One that serves a single tenant reads the tenant from the setting by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import connection

from helpdesk.walls.derive import application_role, quoted, tenant_table

SEARCH_PATH = "pg_catalog, pg_temp"

# `who` lists everybody but the function's owner who may execute it.
_BUILT = """
    SELECT p.oid::regprocedure::text, p.proname, ARRAY[
      pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.prosrc, l.lanname, p.provolatile::text,
      p.prosecdef::text, array_to_string(p.proconfig, ';'), (p.proowner = t.relowner)::text,
      array_to_string(ARRAY(
        SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END
        FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee <> p.proowner), ';')]
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang, pg_class t
    WHERE p.pronamespace = to_regnamespace('door') AND t.oid = to_regclass(%s)
"""
_SCHEMA = "SELECT coalesce(has_schema_privilege(%s, to_regnamespace('door'), 'USAGE'), false)"


@dataclass(frozen=True)
class Door:
    """The function `door.<name>`. Types are written in full (`n integer`, `TABLE(tenant_id bigint, id bigint)`), as
    PostgreSQL itself names them. `volatility` is "volatile" (locks rows, writes) or "stable" (reads)."""

    name: str
    arguments: str
    returns: str
    body: str
    language: str = "sql"
    volatility: str = "volatile"

    def definition(self, role: str) -> list[str]:
        """What the catalog says of this door when it stands."""
        return [
            self.arguments,
            self.returns,
            self.body,
            self.language,
            self.volatility[0],
            "true",
            f"search_path={SEARCH_PATH}",
            "true",
            role,
        ]

    def statements(self, role: str) -> list[str]:
        """The SQL that builds it, for `role` only."""
        name = f"door.{self.name}"
        head = f"CREATE FUNCTION {name}({self.arguments}) RETURNS {self.returns}"
        rights = (
            f"LANGUAGE {self.language} {self.volatility} SECURITY DEFINER SET search_path = {SEARCH_PATH}"
        )
        return [
            f"{head} {rights} AS $door${self.body}$door$",
            f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {name} TO {quoted(role)}",
        ]


def declared_doors() -> list[Door]:
    """Every door of every installed app that has a `doors` module."""
    modules = [f"{app.name}.doors" for app in apps.get_app_configs()]
    return [door for module in modules if find_spec(module) for door in import_module(module).DOORS]


def door_difference(doors: list[Door]) -> Iterator[str]:
    """The SQL that turns the functions of schema `door` into `doors`; nothing when they agree."""
    role = application_role()
    wanted = {door.name: door for door in doors}
    with connection.cursor() as cursor:
        cursor.execute(_SCHEMA, [role])
        if not cursor.fetchone()[0]:
            yield "CREATE SCHEMA IF NOT EXISTS door"
            yield f"GRANT USAGE ON SCHEMA door TO {quoted(role)}"
        cursor.execute(_BUILT, [f"public.{quoted(tenant_table())}"])
        built = cursor.fetchall()
    right = {name for _, name, found in built if name in wanted and found == wanted[name].definition(role)}
    right -= {name for name in right if [row[1] for row in built].count(name) > 1}
    yield from (f"DROP FUNCTION {signature}" for signature, name, _ in built if name not in right)
    for name in sorted(wanted.keys() - right):
        yield from wanted[name].statements(role)
