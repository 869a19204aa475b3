"""Raw SQL as the application role: what somebody could do who found a way to type SQL into the product."""

import pytest
from django.db import DatabaseError, NotSupportedError, ProgrammingError, connection, transaction

from accounts.models import Team, Tenant
from helpdesk.tenancy import tenant_scope
from helpdesk.walls.derive import quoted, walls

ESCAPES = [
    "SET ROLE desk_owner",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "SET SESSION AUTHORIZATION desk_owner",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "GRANT desk_owner TO CURRENT_USER",
    "ALTER TABLE accounts_team DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE accounts_team OWNER TO CURRENT_USER",
    "ALTER POLICY wall ON accounts_team USING (true)",
    "DROP POLICY wall ON accounts_team",
    "CREATE POLICY hole ON accounts_team USING (true)",
    "ALTER TABLE accounts_team DROP COLUMN tenant_id",
    "ALTER TABLE accounts_team ADD COLUMN hole int",
    "DROP TABLE accounts_team",
    "CREATE TABLE public.hole (id int)",
    "CREATE FUNCTION door.hole() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA hole",
    "CREATE TRIGGER hole BEFORE INSERT ON accounts_team EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "SET session_replication_role = replica",
    "COPY accounts_team FROM PROGRAM 'true'",
    "COPY accounts_team TO '/tmp/hole'",
    "SELECT pg_read_file('/etc/passwd')",
    "UPDATE django_content_type SET model = 'hole'",
    "DELETE FROM accounts_tenant",
    "DELETE FROM accounts_tenanthost",
    "DELETE FROM django_migrations",
]


@pytest.mark.parametrize("sql", ESCAPES)
def test_escape_is_refused(acme: Tenant, sql: str) -> None:
    with (
        tenant_scope(acme.pk),
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError) as refusal,
        transaction.atomic(),
    ):
        cursor.execute(sql)

    assert _state(refusal.value) in {"42501", "22023", "0LP01"}  # no privilege, not permitted


def test_reset_role_changes_nothing(acme: Tenant, support: Team) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("RESET SESSION AUTHORIZATION")
        cursor.execute("SELECT count(*) FROM accounts_team")

        assert cursor.fetchone() == (0,)


def test_row_security_switched_off_refuses_to_answer(acme: Tenant, support: Team) -> None:
    with tenant_scope(acme.pk), connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL row_security = off")

        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            cursor.execute("SELECT count(*) FROM accounts_team")
        cursor.execute("SET LOCAL row_security = on")


def test_copy_into_a_walled_table_is_refused(acme: Tenant) -> None:
    with (
        tenant_scope(acme.pk),
        connection.cursor() as cursor,
        pytest.raises(NotSupportedError, match="COPY FROM not supported"),
        transaction.atomic(),
    ):
        cursor.execute("COPY accounts_team (tenant_id, name, slug) FROM STDIN")


def test_setting_that_is_no_number_shows_nothing(acme: Tenant, support: Team) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute("SET LOCAL app.tenant = 'all'")
        cursor.execute("SELECT count(*) FROM accounts_team")


def test_connection_ends_transactions_that_idle(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('idle_in_transaction_session_timeout')")

        assert cursor.fetchone() != ("0",)


def test_every_walled_table_keeps_its_rows_to_their_tenant(superuser: None, application: str) -> None:
    tables = sorted(wall.table for wall in walls())
    _loosen(tables)
    mine, theirs = _plant_two_rows(tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {application}")

        for table in tables:
            assert _tenants_in(table) == [], f"{table} without a tenant"
            cursor.execute("SET LOCAL app.tenant = %s", [str(mine)])
            assert _tenants_in(table) == [mine], table
            assert _refused(f"INSERT INTO {table} (tenant_id) VALUES ({theirs})"), table
            assert _refused(f"UPDATE {table} SET tenant_id = {theirs}"), table
            assert _refused_or_nothing(f"DELETE FROM {table} WHERE tenant_id = {theirs}"), table
            assert _refused_or_nothing(f"UPDATE {table} SET tenant_id = {mine} WHERE tenant_id = {theirs}"), (
                table
            )
            cursor.execute("SET LOCAL app.tenant = ''")


@pytest.mark.parametrize("table", sorted(wall.table for wall in walls() if wall.append_only))
def test_append_only_table_can_neither_be_changed_nor_thinned(acme: Tenant, table: str) -> None:
    with tenant_scope(acme.pk):
        assert _refused(f"UPDATE {table} SET tenant_id = tenant_id")
        assert _refused(f"UPDATE {table} SET id = id")
        assert _refused(f"DELETE FROM {table}")


def _loosen(tables: list[str]) -> None:
    """So that a row can be planted in any table by its tenant alone; undone with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # keys are not asked here
        cursor.execute(
            """
            SELECT c.relname, a.attname, a.attidentity, EXISTS (
              SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY(i.indkey))
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relname = ANY(%s) AND a.attnotnull AND a.attname <> 'tenant_id'
            """,
            [tables],
        )
        columns = cursor.fetchall()
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid::regclass::text = ANY(%s)",
            [tables],
        )
        for table, check in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {quoted(table)} DROP CONSTRAINT {quoted(check)}")
        for table, column, identity, primary in columns:
            if not primary:
                cursor.execute(f"ALTER TABLE {quoted(table)} ALTER COLUMN {quoted(column)} DROP NOT NULL")
            elif not identity:
                cursor.execute(
                    f"ALTER TABLE {quoted(table)} ALTER COLUMN {quoted(column)} SET DEFAULT gen_random_uuid()::text"
                )


def _plant_two_rows(tables: list[str]) -> tuple[int, int]:
    mine, theirs = (Tenant.objects.create(slug=slug, name=slug, prefix="T").pk for slug in ("mine", "theirs"))
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"INSERT INTO {quoted(table)} (tenant_id) VALUES (%s), (%s)", [mine, theirs])
    return mine, theirs


def _tenants_in(table: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT tenant_id FROM {quoted(table)}")
        return [row[0] for row in cursor.fetchall()]


def _refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except ProgrammingError as error:
        return _state(error) == "42501"
    return False


def _refused_or_nothing(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            return bool(cursor.rowcount == 0)
    except ProgrammingError as error:
        return _state(error) == "42501"


def _state(error: DatabaseError) -> str | None:
    """PostgreSQL's code of an error."""
    return getattr(error.__cause__, "sqlstate", None)
