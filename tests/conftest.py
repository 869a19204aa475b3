"""What every test stands on: a database made by its owner and used by the application role."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Creates and migrates the test database as its owner; every test then meets the walls as the application does."""
    verbosity = request.config.option.verbose
    with django_db_blocker.unblock():
        _connect_as(settings.OWNER_DATABASE)
        made = setup_databases(verbosity=verbosity, interactive=False)
        with connection.cursor() as cursor:  # only for the flush after a transactional test
            cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {_role(APPLICATION)}")
        _connect_as(APPLICATION)

    yield

    with django_db_blocker.unblock():
        _connect_as(settings.OWNER_DATABASE)
        teardown_databases(made, verbosity=verbosity)


APPLICATION = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}


def _connect_as(person: dict[str, str]) -> None:
    """Lets the default connection speak as another role from its next statement on."""
    connection.close()
    connection.settings_dict.update({name: person[name] for name in ("USER", "PASSWORD")})


def _role(person: dict[str, str]) -> str:
    return connection.ops.quote_name(person["USER"])
