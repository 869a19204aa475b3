"""What every test stands on: a database made by its owner and used by the application role."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.utils import override_settings, setup_databases, teardown_databases
from psycopg.sql import SQL, Identifier
from pytest_django.plugin import DjangoDbBlocker

from accounts.addresses import forget_tenants
from accounts.hosts import forget_hosts
from accounts.models import Member
from helpdesk.tenancy import tenant_scope
from helpdesk.walls.derive import application_role, quoted
from helpdesk.walls.owner import as_owner
from tests.emptied import empty_tables
from tests.factories.cast import House, make_guest, make_house, make_member
from tests.settled import settle
from tests.stack import THROWAWAY

TEMPLATE, TEMPLATE_LOCK = "desk_template", 20_001


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,  # a database for each parallel worker
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Creates and migrates the test database as its owner; every test then meets the walls as the application does."""
    verbosity = request.config.option.verbose
    with django_db_blocker.unblock(), as_owner():
        made = _make_database(verbosity) if THROWAWAY in os.environ else _migrate_database(verbosity)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: empty_tables())
        yield

    if THROWAWAY not in os.environ:
        with django_db_blocker.unblock(), as_owner():
            teardown_databases(made, verbosity=verbosity)


def _make_database(verbosity: int) -> list[Any]:
    """The database of this process on the throwaway server: the first to come migrates its own, the others copy that."""
    name = connection.settings_dict["TEST"]["NAME"] or f"test_{connection.settings_dict['NAME']}"
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            _copy_database(owner, TEMPLATE, name)
            settings.DATABASES["default"]["NAME"] = name
            return []
        made = _migrate_database(verbosity)
        connection.close()  # nobody may be connected to what is copied
        _copy_database(owner, name, TEMPLATE)
        return made


def _copy_database(owner: psycopg.Connection, source: str, name: str) -> None:
    owner.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(source)))


def _migrate_database(verbosity: int) -> list[Any]:
    made = setup_databases(verbosity=verbosity, interactive=False, serialized_aliases=[])
    _let_transactional_tests_flush()
    return made


def _let_transactional_tests_flush() -> None:
    """A flush truncates every table; the product may not."""
    role = quoted(application_role())
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {role}")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords(django_test_environment: None) -> Iterator[None]:
    """Argon2 costs a tenth of a second and 100 MB for each of the cast; the tests need no slow hash."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def settled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tables without leftovers of earlier tests: to be named before all that opens the test's transaction."""
    with django_db_blocker.unblock():
        settle()


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """The tenant of the test, with its scope open until the end."""
    made = make_house("acme")
    forget_hosts()
    forget_tenants()
    with tenant_scope(made.tenant.pk):
        yield made


@pytest.fixture
def other_house(house: House) -> House:
    """Another tenant, whose people must never see anything of the first."""
    return make_house("globex", locale="ar", timezone="Asia/Riyadh")


@pytest.fixture
def admin(house: House) -> Member:
    return make_member("admin@acme.example", role=Member.Role.ADMIN)


@pytest.fixture
def lead(house: House) -> Member:
    return make_member("lead@acme.example", role=Member.Role.LEAD, team=house.team)


@pytest.fixture
def agent(house: House) -> Member:
    return make_member("agent@acme.example", role=Member.Role.AGENT, team=house.team)


@pytest.fixture
def customer(house: House) -> Member:
    return make_member("customer@acme.example")


@pytest.fixture
def guest(house: House) -> Member:
    return make_guest("guest@elsewhere.example", locale="en")


@pytest.fixture
def stranger(other_house: House) -> Member:
    """An agent of the other tenant."""
    with tenant_scope(other_house.tenant.pk):
        return make_member("agent@globex.example", role=Member.Role.AGENT, team=other_house.team)


@pytest.fixture
def site(house: House) -> Client:
    """A browser without script on the tenant's host."""
    return Client(headers={"host": house.host})


@pytest.fixture
def other_site(other_house: House) -> Client:
    """A browser without script on the other tenant's host."""
    return Client(headers={"host": other_house.host})
