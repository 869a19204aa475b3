"""What every test stands on: a database made by its owner and used by the application role."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from helpdesk.walls.derive import application_role, quoted
from helpdesk.walls.owner import as_owner


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Creates and migrates the test database as its owner; every test then meets the walls as the application does."""
    verbosity = request.config.option.verbose
    with django_db_blocker.unblock(), as_owner():
        made = setup_databases(verbosity=verbosity, interactive=False, serialized_aliases=[])
        _let_transactional_tests_flush()

    yield

    with django_db_blocker.unblock(), as_owner():
        teardown_databases(made, verbosity=verbosity)


def _let_transactional_tests_flush() -> None:
    """A flush truncates every table and then writes the content types anew; the product may do neither."""
    role = quoted(application_role())
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT INSERT ON django_content_type, auth_permission TO {role}")
