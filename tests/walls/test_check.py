"""`walls --check` finds every hole by itself, whatever the builder would do about it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from helpdesk.walls.check import wall_problems

TEAM, MEMBERSHIP, KEY = "accounts_team", "accounts_teammembership", "wall_accounts_teammembership_team_id"
HOLES = [
    ("CREATE TABLE hole (id int)", 'hole has no column "tenant_id bigint NOT NULL"'),
    ("CREATE TABLE hole (tenant_id int NOT NULL)", 'hole has no column "tenant_id bigint NOT NULL"'),
    ("CREATE TABLE hole (tenant_id bigint)", 'hole has no column "tenant_id bigint NOT NULL"'),
    ("CREATE TABLE hole (tenant_id bigint NOT NULL)", "hole has row security switched off"),
    ("CREATE TABLE hole (tenant_id bigint NOT NULL)", "hole has no right policy: none"),
    ("CREATE TABLE door.hole (tenant_id bigint NOT NULL)", "door.hole has row security switched off"),
    (f"ALTER TABLE {TEAM} DISABLE ROW LEVEL SECURITY", "accounts_team has row security switched off"),
    (f"ALTER TABLE {TEAM} FORCE ROW LEVEL SECURITY", "accounts_team has row security forced on its owner"),
    (f"DROP POLICY wall ON {TEAM}", "accounts_team has no right policy: none"),
    (f"ALTER POLICY wall ON {TEAM} USING (true)", "accounts_team has no right policy: wall using true"),
    (f"ALTER POLICY wall ON {TEAM} WITH CHECK (true)", "accounts_team has no right policy: wall using"),
    (f"ALTER POLICY wall ON {TEAM} TO desk_owner", "accounts_team has no right policy: wall using"),
    (f"CREATE POLICY hole ON {TEAM} USING (true)", "accounts_team has no right policy: hole using true"),
    (
        f"""DROP POLICY wall ON {TEAM};
            CREATE POLICY wall ON {TEAM} FOR SELECT
              USING (tenant_id = nullif(current_setting('app.tenant', true), '')::bigint)""",
        "accounts_team has no right policy: wall using",
    ),
    (f"CREATE VIEW hole AS SELECT * FROM {TEAM}", "hole shows rows with the rights of its owner"),
    (
        f"CREATE MATERIALIZED VIEW hole AS SELECT * FROM {TEAM}",
        "hole shows rows with the rights of its owner",
    ),
    (
        f"ALTER TABLE {MEMBERSHIP} DROP CONSTRAINT {KEY}",
        f"{MEMBERSHIP}.team_id may point into another tenant",
    ),
    (
        f"""ALTER TABLE {MEMBERSHIP} DROP CONSTRAINT {KEY};
            ALTER TABLE {MEMBERSHIP} ADD CONSTRAINT {KEY}
              FOREIGN KEY (tenant_id, team_id) REFERENCES {TEAM} (tenant_id, id) NOT VALID""",
        f"{MEMBERSHIP}.team_id may point into another tenant",
    ),
    (
        f"ALTER TABLE {TEAM} ADD COLUMN hole bigint REFERENCES accounts_member",
        "accounts_team: the key accounts_team_hole_fkey has no twin with tenant_id",
    ),
    (
        "ALTER TABLE account_emailaddress DROP CONSTRAINT wall_account_emailaddress_tenant_id",
        "account_emailaddress.tenant_id is no key to the tenants",
    ),
    (f"GRANT TRUNCATE ON {TEAM} TO desk_app", "desk_app may TRUNCATE on accounts_team"),
    (f"GRANT TRIGGER, REFERENCES ON {TEAM} TO PUBLIC", "desk_app may REFERENCES, TRIGGER on accounts_team"),
    ("GRANT UPDATE (verb) ON tickets_ticketevent TO desk_app", "desk_app may UPDATE on tickets_ticketevent"),
    ("GRANT DELETE ON accounts_tenant TO desk_app", "desk_app may DELETE on accounts_tenant"),
    ("GRANT INSERT ON auth_permission TO desk_app", "desk_app may INSERT on auth_permission"),
    (
        "GRANT CREATE ON SCHEMA door TO desk_app",
        "the application role desk_app may create objects in public or door",
    ),
    (
        "CREATE FUNCTION door.hole() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "door.hole() is in schema door but runs with the rights of its caller",
    ),
    (
        "CREATE FUNCTION door.hole() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "door.hole() has no pinned search path",
    ),
    (
        "CREATE FUNCTION door.hole() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "door.hole() may be executed by PUBLIC",
    ),
    (
        "CREATE FUNCTION hole() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "hole() runs with the rights of its owner and is no door",
    ),
    (
        """SET LOCAL check_function_bodies = off;
           CREATE FUNCTION door.hole() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM nowhere';
           SET LOCAL check_function_bodies = on""",
        'door.hole() cannot run: relation "nowhere" does not exist',
    ),
]


def test_standing_walls_have_no_problem(owner: None) -> None:
    assert wall_problems() == []


@pytest.mark.parametrize(("hole", "problem"), HOLES)
def test_hole_is_found(owner: None, hole: str, problem: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(hole)

    found = [text for text in wall_problems() if not text.startswith("differs from the models")]

    assert [text for text in found if text.startswith(problem)] != [], found


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("ALTER ROLE {} SUPERUSER", "is a superuser"),
        ("ALTER ROLE {} BYPASSRLS", "has BYPASSRLS"),
        ("ALTER ROLE {} REPLICATION", "has REPLICATION and may read every file of the cluster"),
        ("ALTER ROLE {} CREATEROLE", "has CREATEROLE"),
        ("GRANT desk_owner TO {}", "is a member of other roles"),
        ("ALTER TABLE accounts_team OWNER TO {}", "owns objects"),
        ("GRANT CREATE ON SCHEMA public TO {}", "may create objects in public or door"),
    ],
)
def test_application_role_that_passes_the_walls_is_found(
    superuser: None, application: str, change: str, problem: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(change.format(application))

    assert f"the application role desk_app {problem}" in wall_problems()


def test_check_reads_the_same_as_the_application_role(db: None) -> None:
    problems = wall_problems()

    assert problems != []
    # What transactional tests are emptied by.
    assert {text.split(" on ")[0] for text in problems if "differs" not in text} == {"desk_app may TRUNCATE"}


def test_command_says_that_the_walls_stand(owner: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("walls", check=True)

    assert capsys.readouterr().out.startswith("The walls stand: ")


def test_command_fails_with_what_is_missing(owner: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY wall ON accounts_team")

    with pytest.raises(CommandError) as failure:
        call_command("walls", check=True)

    assert failure.value.returncode == 1
    assert str(failure.value).splitlines()[:2] == [
        "The walls have holes:",
        "accounts_team has no right policy: none",
    ]
