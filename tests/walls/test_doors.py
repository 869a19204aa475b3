"""Doors look past the walls for everybody who may open them, and only the application role may."""

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import Team, Tenant
from helpdesk.walls.door import Door, declared_doors, door_difference

TEAMS = Door(
    name="teams",
    arguments="n integer",
    returns="TABLE(tenant_id bigint, id bigint)",
    body="SELECT t.tenant_id, t.id FROM public.accounts_team t ORDER BY t.id LIMIT n FOR UPDATE SKIP LOCKED",
)
DAMAGES = {
    "another body": "CREATE OR REPLACE FUNCTION door.teams(n integer) RETURNS TABLE(tenant_id bigint, id bigint) "
    "LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT 1::bigint, 1::bigint'",
    "rights of the caller": "ALTER FUNCTION door.teams SECURITY INVOKER",
    "no pinned path": "ALTER FUNCTION door.teams RESET search_path",
    "another path": "ALTER FUNCTION door.teams SET search_path = public",
    "stable": "ALTER FUNCTION door.teams STABLE",
    "open to everybody": "GRANT EXECUTE ON FUNCTION door.teams TO PUBLIC",
    "closed to the application": "REVOKE EXECUTE ON FUNCTION door.teams FROM desk_app",
    "a second of the same name": "CREATE FUNCTION door.teams() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "gone": "DROP FUNCTION door.teams",
}


@pytest.fixture
def door(owner: None) -> Door:
    """The door, built beside the declared ones."""
    _build([*declared_doors(), TEAMS])
    return TEAMS


def test_standing_door_is_left_alone(door: Door) -> None:
    assert list(door_difference([*declared_doors(), door])) == []


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damaged_door_is_built_anew(door: Door, damage: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(damage)

    done = _build([*declared_doors(), door])

    assert done != []
    assert list(door_difference([*declared_doors(), door])) == []


def test_door_no_longer_declared_is_taken_out(door: Door) -> None:
    assert list(door_difference(declared_doors())) == ["DROP FUNCTION door.teams(integer)"]


def test_declared_doors_are_spelled_as_postgresql_does(owner: None) -> None:
    assert list(door_difference(declared_doors())) == []


def test_door_shows_all_tenants_to_the_application_role_only(superuser: None, application: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE desk_owner")
        _build([*declared_doors(), TEAMS])
        teams = [_team(slug) for slug in ("acme", "globex")]
        cursor.execute(f"SET LOCAL ROLE {application}")
        cursor.execute("SELECT * FROM door.teams(10)")
        through_the_door = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM accounts_team")
        past_the_door = cursor.fetchone()[0]
        cursor.execute("RESET ROLE")
        cursor.execute(
            "CREATE ROLE passer_by; GRANT USAGE ON SCHEMA door TO passer_by; SET LOCAL ROLE passer_by"
        )

        assert through_the_door == teams
        assert past_the_door == 0
        with (
            pytest.raises(ProgrammingError, match="permission denied for function teams"),
            transaction.atomic(),
        ):
            cursor.execute("SELECT * FROM door.teams(10)")


def _build(doors: list[Door]) -> list[str]:
    statements = list(door_difference(doors))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return statements


def _team(slug: str) -> tuple[int, int]:
    """Planted as the owner, whom no policy holds."""
    tenant = Tenant.objects.create(slug=slug, name=slug, prefix="T")
    team = Team(tenant=tenant, name=slug, slug=slug)
    Team._base_manager.bulk_create([team])
    return tenant.pk, team.pk
