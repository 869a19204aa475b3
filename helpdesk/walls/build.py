"""Build the walls: compare what the models want with what stands, and run only the difference."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from django.db import connection, transaction

from helpdesk.walls.catalog import Catalog, Policy, read_catalog
from helpdesk.walls.derive import (
    COLUMN,
    CURRENT,
    INDEXES,
    SETUP_CHANGED,
    Key,
    Wall,
    application_role,
    global_privileges,
    quoted,
    tenant_table,
    walls,
)
from helpdesk.walls.door import declared_doors, door_difference

# As PostgreSQL prints them back.
_STORED_CURRENT = "(NULLIF(current_setting('app.tenant'::text, true), ''::text))::bigint"
_STORED_POLICY = f"({COLUMN} = {_STORED_CURRENT})"
_MAY_BUILD = "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(%s)"


def build_walls() -> list[str]:
    """Run what is missing, in one transaction, and return it.

    Nothing is done, and nothing returned, as a role that does not own the tables (a flush in a test, as the
    application role) or before the tenants' table exists. Safe to run at any time; two runs wait for one another.
    """
    if not _may_build() or not wall_difference():
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "SET LOCAL check_function_bodies = off"
        )  # a door may name a table of a later migration
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('walls'))")
        statements = wall_difference()
        for statement in statements:
            cursor.execute(statement)
    return statements


def wall_difference() -> list[str]:
    """The SQL that turns the walls that stand into the wanted ones, in an order that runs; empty when they agree.

    Tables and columns that a later migration makes are left out. Only reads.
    """
    there = read_catalog(application_role())
    if tenant_table() not in there.tables:
        return []
    wanted = [wall for wall in walls() if wall.table in there.tables]
    wanted = [wall for wall in wanted if not wall.has_field or COLUMN in there.tables[wall.table].columns]
    doors = list(door_difference(declared_doors()))
    former, missing = _triggers(wanted, there, is_rebuilt=any(SETUP_CHANGED in sql for sql in doors))
    return [
        *_columns(wanted, there),
        *_constraints(wanted, there),
        *_indexes(there),
        *_security(wanted, there),
        *_policies(wanted, there),
        *_privileges(wanted, there),
        *former,
        *doors,
        *missing,
    ]


def _may_build() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_MAY_BUILD, [f"public.{quoted(tenant_table())}"])
        row = cursor.fetchone()
    return bool(row and row[0])


def _columns(wanted: list[Wall], there: Catalog) -> Iterator[str]:
    for wall in wanted:
        if wall.has_field:
            continue
        table = quoted(wall.table)
        if COLUMN not in there.tables[wall.table].columns:
            yield f"ALTER TABLE {table} ADD COLUMN {COLUMN} bigint NOT NULL DEFAULT {CURRENT}"
        elif there.defaults.get(wall.table) != _STORED_CURRENT:
            yield f"ALTER TABLE {table} ALTER COLUMN {COLUMN} SET DEFAULT {CURRENT}"


def _constraints(wanted: list[Wall], there: Catalog) -> Iterator[str]:
    """Drop keys before the uniques they stand on, add uniques before the keys that need them."""
    want = {
        (table, sql.replace('"', "")): (sql, name) for table, sql, name in _wanted_constraints(wanted, there)
    }
    for constraint in sorted(there.constraints, key=lambda constraint: constraint.kind):
        place = f"ALTER TABLE {quoted(constraint.table)}"
        if want.pop((constraint.table, constraint.definition), None):
            if not constraint.is_valid:
                yield f"{place} VALIDATE CONSTRAINT {quoted(constraint.name)}"
        elif constraint.name.startswith("wall_"):
            yield f"{place} DROP CONSTRAINT {quoted(constraint.name)}"
    taken = {constraint.name for constraint in there.constraints}
    for (table, _), (sql, name) in sorted(
        want.items(), key=lambda item: (item[1][0].startswith("FOREIGN"), item)
    ):
        yield f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {quoted(_free_name(name, taken))} {sql}"


def _wanted_constraints(wanted: list[Wall], there: Catalog) -> Iterator[tuple[str, str, str]]:
    """(table, SQL, name); the SQL is spelled as pg_get_constraintdef does but for the quotes."""
    end = "DEFERRABLE INITIALLY DEFERRED"
    walled = {wall.table for wall in wanted}
    for wall in wanted:
        tenant = f"FOREIGN KEY ({COLUMN}) REFERENCES {quoted(tenant_table())}(id) {end}"
        yield wall.table, tenant, f"wall_{wall.table}_{COLUMN}"
        for key in wall.keys:
            if key.target in walled and _both_ends_exist(wall, key, there):
                target = f"({COLUMN}, {quoted(key.target_column)})"
                yield key.target, f"UNIQUE {target}", f"wall_{key.target}_{key.target_column}_key"
                composite = f"FOREIGN KEY ({COLUMN}, {quoted(key.column)}) REFERENCES {quoted(key.target)}{target} {end}"
                yield wall.table, composite, f"wall_{wall.table}_{key.column}"


def _both_ends_exist(wall: Wall, key: Key, there: Catalog) -> bool:
    return (
        key.column in there.tables[wall.table].columns
        and key.target_column in there.tables[key.target].columns
    )


def _free_name(name: str, taken: set[str]) -> str:
    """Names are only for people (definitions are compared), and after a rename the obvious one may be in use."""
    if len(name) > 60:
        name = f"{name[:51]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    free = next(
        free for number in count(1) if (free := name if number == 1 else f"{name}_{number}") not in taken
    )
    taken.add(free)
    return free


def _indexes(there: Catalog) -> Iterator[str]:
    for name, (table, columns) in INDEXES.items():
        start = f"CREATE UNIQUE INDEX {name} ON public.{table} USING btree "
        if table in there.tables and there.indexes.get(name) != start + columns:
            if name in there.indexes:
                yield f"DROP INDEX {name}"
            yield start + columns


def _security(wanted: list[Wall], there: Catalog) -> Iterator[str]:
    """Row security is enabled, not forced: forced, it would silently blind the owner's key checks and dumps."""
    for table in (there.tables[wall.table] for wall in wanted):
        if not table.is_secured:
            yield f"ALTER TABLE {quoted(table.name)} ENABLE ROW LEVEL SECURITY"
        if table.is_forced:
            yield f"ALTER TABLE {quoted(table.name)} NO FORCE ROW LEVEL SECURITY"


def _policies(wanted: list[Wall], there: Catalog) -> Iterator[str]:
    """One policy a table: permissive policies add up, so a second one is a hole."""
    tables = {wall.table for wall in wanted}
    right = Policy("", "wall", True, _STORED_POLICY, _STORED_POLICY)
    standing = {policy.table for policy in there.policies if replace(policy, table="") == right} & tables
    for policy in there.policies:
        name = quoted(policy.table)
        if policy.table in tables and not (policy.table in standing and policy.name == "wall"):
            yield f"DROP POLICY {quoted(policy.name)} ON {name}"
        elif policy.table not in tables and policy.name == "wall":
            yield f"DROP POLICY wall ON {name}"
            yield f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"
    condition = f"{COLUMN} = {CURRENT}"
    for table in sorted(tables - standing):
        yield f"CREATE POLICY wall ON {quoted(table)} USING ({condition}) WITH CHECK ({condition})"


def _privileges(wanted: list[Wall], there: Catalog) -> Iterator[str]:
    """The application role gets exactly what it needs on every table, PUBLIC nothing."""
    role = quoted(application_role())
    want = global_privileges() | {wall.table: wall.privileges for wall in wanted}
    for table in there.tables.values():
        name, has, needs = quoted(table.name), set(table.granted), want.get(table.name, set())
        if has - needs:
            yield f"REVOKE {', '.join(sorted(has - needs))} ON {name} FROM {role}"
        if needs - has:
            yield f"GRANT {', '.join(sorted(needs - has))} ON {name} TO {role}"
        if table.public:
            yield f"REVOKE ALL ON {name} FROM PUBLIC"
        if "INSERT" in needs:
            yield from (
                f"GRANT USAGE ON SEQUENCE {quoted(name)} TO {role}" for name in table.closed_sequences
            )


def _triggers(wanted: list[Wall], there: Catalog, *, is_rebuilt: bool) -> tuple[list[str], list[str]]:
    """The triggers to drop before the doors are built, and those to make afterwards; all of them when theirs is new."""
    want = {
        wall.table: f"CREATE TRIGGER {SETUP_CHANGED} AFTER INSERT OR DELETE OR UPDATE ON public.{wall.table}"
        f" FOR EACH ROW EXECUTE FUNCTION door.{SETUP_CHANGED}()"
        for wall in wanted
        if wall.is_setup
    }
    right = {table for table, built in there.triggers.items() if want.get(table) == built and not is_rebuilt}
    former = [
        f"DROP TRIGGER {SETUP_CHANGED} ON {quoted(table)}" for table in sorted(there.triggers.keys() - right)
    ]
    return former, [want[table] for table in sorted(want.keys() - right)]
