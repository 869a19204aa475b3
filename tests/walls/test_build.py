"""Walls are compared by what they are, not by what they are called, and only the difference is built."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member, Team, TeamMembership
from helpdesk.walls.build import build_walls, wall_difference
from helpdesk.walls.derive import walls

DAMAGES = {
    "a dropped key": "ALTER TABLE accounts_teammembership DROP CONSTRAINT wall_accounts_teammembership_team_id",
    "a key retargeted under its old name": """
        ALTER TABLE accounts_teammembership DROP CONSTRAINT wall_accounts_teammembership_team_id;
        ALTER TABLE accounts_teammembership ADD CONSTRAINT wall_accounts_teammembership_team_id
          FOREIGN KEY (tenant_id, team_id) REFERENCES accounts_member (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
    """,
    "a key that cascades": """
        ALTER TABLE accounts_teammembership DROP CONSTRAINT wall_accounts_teammembership_team_id;
        ALTER TABLE accounts_teammembership ADD CONSTRAINT wall_accounts_teammembership_team_id FOREIGN KEY
          (tenant_id, team_id) REFERENCES accounts_team (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
    """,
    "a key of a column that was renamed away, and a new column of the old name": """
        ALTER TABLE accounts_teammembership RENAME COLUMN team_id TO former_id;
        ALTER TABLE accounts_teammembership ADD COLUMN team_id bigint
    """,
    "a key that was not proved": """
        ALTER TABLE accounts_teammembership DROP CONSTRAINT wall_accounts_teammembership_team_id;
        ALTER TABLE accounts_teammembership ADD CONSTRAINT wall_accounts_teammembership_team_id FOREIGN KEY
          (tenant_id, team_id) REFERENCES accounts_team (tenant_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID
    """,
    "an unwanted key": """
        ALTER TABLE accounts_team ADD CONSTRAINT wall_former
          FOREIGN KEY (tenant_id, id) REFERENCES accounts_member (tenant_id, id)
    """,
    "a dropped unique with the key on it": """
        ALTER TABLE accounts_team DROP CONSTRAINT wall_accounts_team_id_key CASCADE
    """,
    "row security switched off": "ALTER TABLE accounts_team DISABLE ROW LEVEL SECURITY",
    "row security forced": "ALTER TABLE accounts_team FORCE ROW LEVEL SECURITY",
    "a dropped policy": "DROP POLICY wall ON accounts_team",
    "a policy that lets all pass": "ALTER POLICY wall ON accounts_team USING (true)",
    "a policy that lets all be written": "ALTER POLICY wall ON accounts_team WITH CHECK (true)",
    "a policy for one role": "ALTER POLICY wall ON accounts_team TO desk_owner",
    "a second policy": "CREATE POLICY hole ON accounts_team USING (true)",
    "a third party's table without its column": "ALTER TABLE account_emailaddress DROP COLUMN tenant_id CASCADE",
    "a third party's column without its default": """
        ALTER TABLE account_emailaddress ALTER COLUMN tenant_id DROP DEFAULT
    """,
    "a third party's promise over all tenants": """
        DROP INDEX unique_verified_email;
        CREATE UNIQUE INDEX unique_verified_email ON account_emailaddress (email) WHERE verified
    """,
    "a right too many": "GRANT TRUNCATE ON accounts_team TO desk_app",
    "a right too few": "REVOKE INSERT ON accounts_team FROM desk_app",
    "an append-only table that can be changed": "GRANT UPDATE ON tickets_ticketevent TO desk_app",
    "content types that can be written": "GRANT INSERT ON django_content_type TO desk_app",
    "rights for everybody": "GRANT SELECT ON accounts_team TO PUBLIC",
    "a dropped trigger of the setup": "DROP TRIGGER setup_changed ON accounts_team",
    "a trigger of the setup that is switched off": "ALTER TABLE accounts_team DISABLE TRIGGER setup_changed",
    "a trigger too many": """
        CREATE TRIGGER setup_changed AFTER INSERT ON tickets_message FOR EACH ROW EXECUTE FUNCTION door.setup_changed()
    """,
    "a door of the setup that does nothing": """
        CREATE OR REPLACE FUNCTION door.setup_changed() RETURNS trigger LANGUAGE plpgsql
          AS 'BEGIN RETURN NULL; END'
    """,
    "a sequence that is closed": "REVOKE USAGE ON SEQUENCE accounts_team_id_seq FROM desk_app",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_mended_once(owner: None, damage: str) -> None:
    before = _definitions()
    with connection.cursor() as cursor:
        cursor.execute(damage)

    done = build_walls()

    assert done != []
    assert wall_difference() == []
    if "former_id" not in damage:
        assert _definitions() == before


def test_standing_walls_are_left_alone_in_a_few_reads(owner: None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as reads:
        done = build_walls()

    assert done == []
    assert len(reads) <= 10


def test_table_and_column_of_a_later_migration_are_left_out(owner: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE tickets_clocksegment")
        cursor.execute("ALTER TABLE accounts_teammembership DROP COLUMN team_id")

    assert wall_difference() == []


def test_nothing_is_built_before_the_tenants_exist(owner: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE accounts_tenant CASCADE")

    assert build_walls() == []


def test_application_role_builds_nothing_and_is_not_harmed(db: None) -> None:
    waiting = wall_difference()  # tests may truncate, so there is always something to take away

    done = build_walls()

    assert waiting != []
    assert done == []


def test_djangos_own_schema_changes_pass_the_walls(owner: None) -> None:
    team = TeamMembership._meta.get_field("team")
    with connection.schema_editor() as editor:
        editor.remove_field(TeamMembership, team)
        editor.add_field(TeamMembership, team)
        editor.alter_db_table(Team, "accounts_team", "accounts_crew")
        editor.alter_db_table(Team, "accounts_crew", "accounts_team")

    done = build_walls()

    assert [sql.split(" FOREIGN")[0] for sql in done] == [
        'ALTER TABLE "accounts_teammembership" ADD CONSTRAINT "wall_accounts_teammembership_team_id"'
    ]


def test_target_may_change_its_type(owner: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE account_emailaddress ALTER COLUMN id TYPE bigint")

    assert wall_difference() == []


def test_data_of_the_owner_is_not_walled(owner: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_tenant (slug, name, state, locale, timezone, prefix, created_at) "
            "VALUES ('a', 'A', 'active', 'en', 'UTC', 'A', now()) RETURNING id"
        )
        tenant = cursor.fetchone()[0]
        cursor.execute("INSERT INTO accounts_team (tenant_id, name, slug) VALUES (%s, 'T', 't')", [tenant])
        cursor.execute("UPDATE accounts_team SET name = 'moved'")

        assert cursor.rowcount == 1


def test_every_model_of_ours_and_of_others_is_walled() -> None:
    tables = {wall.table: wall for wall in walls()}

    assert {"accounts_member", "account_emailaddress", "account_emailconfirmation", "django_admin_log"} < set(
        tables
    )
    assert {key.target for key in tables["django_admin_log"].keys} == {Member._meta.db_table}
    assert not {"accounts_tenant", "accounts_tenanthost", "auth_group", "auth_group_permissions"} & set(
        tables
    )


def test_sql_command_prints_what_is_missing(owner: None, capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_team DISABLE ROW LEVEL SECURITY")

    call_command("walls", sql=True)

    assert capsys.readouterr().out == 'ALTER TABLE "accounts_team" ENABLE ROW LEVEL SECURITY;\n'


def _definitions() -> list[tuple[str, str]]:
    """All that stands in schema public, without the order of columns or names of constraints."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('f', 'u')
            UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE indexdef LIKE '%verified%'
            UNION ALL SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT tablename, row(policyname, permissive, roles, cmd, qual, with_check)::text FROM pg_policies
            UNION ALL SELECT relname, row(relrowsecurity, relforcerowsecurity, ARRAY(
              SELECT row(grantee::regrole, privilege_type)::text FROM aclexplode(relacl) ORDER BY 1))::text
            FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
            ORDER BY 1, 2
            """
        )
        found: list[tuple[str, str]] = cursor.fetchall()
    return found
