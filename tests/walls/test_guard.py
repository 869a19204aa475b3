"""The product does not start with a database role that could pass the walls."""

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from helpdesk.walls.guard import refuse_unsafe_role, unsafe_role


def test_application_role_may_start(db: None) -> None:
    refuse_unsafe_role()


def test_owner_may_not_start(owner: None) -> None:
    with pytest.raises(ImproperlyConfigured, match="desk_owner, which owns tables of tenants"):
        refuse_unsafe_role()


def test_superuser_may_not_start(superuser: None) -> None:
    with pytest.raises(ImproperlyConfigured, match="postgres, a superuser"):
        refuse_unsafe_role()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("ALTER ROLE {} BYPASSRLS", "desk_app, which has BYPASSRLS"),
        ("ALTER ROLE {} SUPERUSER", "desk_app, a superuser"),
        ("GRANT desk_owner TO {}", "desk_owner, which owns tables of tenants"),
        ("GRANT desk_owner TO {} WITH INHERIT FALSE", "desk_owner, which owns tables of tenants"),
        (
            "CREATE ROLE between IN ROLE desk_owner; GRANT between TO {}",
            "desk_owner, which owns tables of tenants",
        ),
        ("ALTER TABLE accounts_team OWNER TO {}", "desk_app, which owns tables of tenants"),
    ],
)
def test_application_role_with_a_way_past_the_walls_may_not_start(
    superuser: None, application: str, change: str, reason: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(change.format(application))
        cursor.execute(f"SET LOCAL SESSION AUTHORIZATION {application}")

        message = unsafe_role()

        cursor.execute("RESET SESSION AUTHORIZATION")
    assert message is not None
    assert reason in message
    assert "OWNER_DATABASE_URL" in message


def test_deployment_check_reports_the_role(owner: None) -> None:
    errors = run_checks(tags=[Tags.database], databases=["default"], include_deployment_checks=True)

    assert "walls.E001" in {error.id for error in errors}


def test_ordinary_check_asks_no_database(owner: None) -> None:
    errors = run_checks(tags=[Tags.database], databases=["default"])

    assert "walls.E001" not in {error.id for error in errors}
