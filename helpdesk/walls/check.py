"""The proof that the walls stand: reads pg_catalog by itself and believes nothing that the builder remembers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import Error, connection, transaction

from helpdesk.walls.build import wall_difference
from helpdesk.walls.derive import Wall, application_role, global_privileges, tenant_table, walls

_CURRENT = "(NULLIF(current_setting('app.tenant'::text, true), ''::text))::bigint"
_POLICY = f"(tenant_id = {_CURRENT})"

# Tables of people's schemas, whether or not the models know them; %s: the tables that need no wall.
_WALLED = """
    WITH walled AS (
      SELECT c.oid, c.oid::regclass::text AS name, c.relrowsecurity, c.relforcerowsecurity, c.relkind, c.reloptions
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                        AND d.deptype = 'e')
        AND NOT (n.nspname = 'public' AND c.relname = ANY(%s)))
"""
_COLUMNS = (
    _WALLED
    + """
    SELECT name || ' has no column "tenant_id bigint NOT NULL" and is not on the list of tables without a wall'
    FROM walled w WHERE relkind <> 'v' AND NOT EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = w.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        AND a.atttypid = 'bigint'::regtype AND a.attnotnull)
"""
)
_SECURITY = (
    _WALLED
    + """
    SELECT name || ' has row security switched off' FROM walled WHERE relkind IN ('r', 'p') AND NOT relrowsecurity
    UNION ALL
    SELECT name || ' has row security forced on its owner, which blinds key checks and backups'
    FROM walled WHERE relforcerowsecurity
    UNION ALL
    SELECT name || ' shows rows with the rights of its owner' FROM walled
    WHERE relkind IN ('m', 'f') OR relkind = 'v' AND NOT coalesce(reloptions @> '{security_invoker=true}', false)
"""
)
_POLICIES = (
    _WALLED
    + """
    SELECT w.name || ' has no right policy: ' || CASE count(p.oid) WHEN 0 THEN 'none' ELSE string_agg(
      p.polname || ' using ' || coalesce(pg_get_expr(p.polqual, p.polrelid), 'nothing')
      || ' with check ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'nothing'), '; ' ORDER BY p.polname) END
    FROM walled w LEFT JOIN pg_policy p ON p.polrelid = w.oid
    WHERE w.relkind IN ('r', 'p') GROUP BY w.name
    HAVING NOT (count(p.oid) = 1 AND coalesce(bool_and(p.polcmd = '*' AND p.polpermissive AND p.polroles = '{0}'
      AND pg_get_expr(p.polqual, p.polrelid) = %s AND pg_get_expr(p.polwithcheck, p.polrelid) = %s), false))
"""
)
_KEYS = """
    SELECT c.relname, t.relname, k.conname, k.convalidated,
      ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, i)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.i),
      ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, i)
            JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.i)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
    WHERE k.contype = 'f'
"""
_ROLE = """
    SELECT 'the application role ' || r.rolname || ' ' || p.what FROM pg_roles r CROSS JOIN LATERAL (VALUES
      (r.rolsuper, 'is a superuser'),
      (r.rolbypassrls, 'has BYPASSRLS'),
      (r.rolreplication, 'has REPLICATION and may read every file of the cluster'),
      (r.rolcreaterole, 'has CREATEROLE'),
      (has_database_privilege(r.oid, current_database(), 'CREATE'), 'may create schemas'),
      (EXISTS (SELECT FROM pg_namespace n WHERE n.nspname IN ('public', 'door')
               AND has_schema_privilege(r.oid, n.oid, 'CREATE')), 'may create objects in public or door'),
      (EXISTS (SELECT FROM pg_shdepend d JOIN pg_database b ON b.datname = current_database()
               WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'o'
                 AND d.dbid IN (0, b.oid)), 'owns objects'),
      (EXISTS (SELECT FROM pg_roles m WHERE m.oid <> r.oid AND pg_has_role(r.oid, m.oid, 'MEMBER')),
       'is a member of other roles')) p(is_so, what)
    WHERE r.rolname = %s AND p.is_so
"""
_PRIVILEGES = """
    SELECT c.relname, ARRAY(
      SELECT kind FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) kind
      WHERE has_any_column_privilege(r.oid, c.oid, kind)
      UNION ALL
      SELECT kind FROM unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) kind WHERE has_table_privilege(r.oid, c.oid, kind))
    FROM pg_class c, pg_roles r
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND r.rolname = %s ORDER BY 1
"""
_DOORS = """
    SELECT p.oid::regprocedure || ' ' || x.what FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace CROSS JOIN LATERAL (VALUES
      (n.nspname <> 'door', 'runs with the rights of its owner and is no door'),
      (NOT p.prosecdef, 'is in schema door but runs with the rights of its caller'),
      (p.proconfig IS DISTINCT FROM ARRAY['search_path=pg_catalog, pg_temp'], 'has no pinned search path'),
      (pg_get_userbyid(p.proowner) = %s, 'belongs to the application role'),
      (EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
               WHERE a.grantee = 0), 'may be executed by PUBLIC')) x(is_so, what)
    WHERE (n.nspname = 'door' OR p.prosecdef) AND x.is_so
      AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                      AND d.deptype = 'e')
"""
_DOOR_BODIES = """
    SELECT p.oid, p.oid::regprocedure::text FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = to_regnamespace('door') AND l.lanname = 'sql'
"""


def wall_problems() -> list[str]:
    """What is missing, one sentence an item; empty when every wall and door stands. Reads only, as any role."""
    role, unwalled = application_role(), global_privileges()
    return [
        *_texts(_COLUMNS, list(unwalled)),
        *_texts(_SECURITY, list(unwalled)),
        *_texts(_POLICIES, list(unwalled), _POLICY, _POLICY),
        *_key_problems(walls(), set(unwalled)),
        *_texts(_ROLE, role),
        *_privilege_problems(role),
        *_texts(_DOORS, role),
        *_body_problems(),
        *(f"differs from the models, mend it with migrate: {statement}" for statement in wall_difference()),
    ]


def _key_problems(wanted: list[Wall], unwalled: set[str]) -> Iterator[str]:
    """Every key between walled tables, known to the database or to a model, carries the tenant on both ends."""
    rows = _rows(_KEYS)
    carried = {
        (table, target, tuple(columns), tuple(ends))
        for table, target, _, valid, columns, ends in rows
        if valid
    }
    for wall in wanted:
        if (wall.table, tenant_table(), ("tenant_id",), ("id",)) not in carried:
            yield f"{wall.table}.tenant_id is no key to the tenants"
        for key in wall.keys:
            pair = (("tenant_id", key.column), ("tenant_id", key.target_column))
            if (wall.table, key.target, *pair) not in carried:
                yield f"{wall.table}.{key.column} may point into another tenant: it has no key with tenant_id"
    for table, target, name, _, columns, ends in rows:
        if table in unwalled or target in unwalled or "tenant_id" in columns:
            continue
        if (table, target, ("tenant_id", *columns), ("tenant_id", *ends)) not in carried:
            yield f"{table}: the key {name} has no twin with tenant_id"


def _privilege_problems(role: str) -> Iterator[str]:
    allowed = global_privileges() | {wall.table: wall.privileges for wall in walls()}
    for table, held in _rows(_PRIVILEGES, role):
        if excess := set(held) - allowed.get(table, set()):
            yield f"{role} may {', '.join(sorted(excess))} on {table}"


def _body_problems() -> Iterator[str]:
    """Doors are built without a look at their bodies, so the look is taken here."""
    for oid, signature in _rows(_DOOR_BODIES):
        try:
            with transaction.atomic():
                _rows("SELECT fmgr_sql_validator(%s)::text", oid)
        except Error as error:
            yield f"{signature} cannot run: {str(error).splitlines()[0]}"


def _texts(sql: str, *params: Any) -> list[str]:
    return [row[0] for row in _rows(sql, *params)]


def _rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
