"""Connections other than the application's, each in a transaction that is rolled back: PostgreSQL undoes DDL too."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Member, Team, Tenant
from helpdesk.tenancy import tenant_scope
from helpdesk.walls.build import build_walls
from helpdesk.walls.owner import as_owner


@pytest.fixture
def acme(db: None) -> Tenant:
    return Tenant.objects.create(slug="acme", name="Acme", prefix="ACM")


@pytest.fixture
def globex(db: None) -> Tenant:
    return Tenant.objects.create(slug="globex", name="Globex", prefix="GLX")


@pytest.fixture
def ann(acme: Tenant) -> Member:
    """A person of Acme."""
    with tenant_scope(acme.pk):
        return Member.objects.create_user("ann@example.com")


@pytest.fixture
def stranger(globex: Tenant) -> Member:
    """A person of Globex with the same address."""
    with tenant_scope(globex.pk):
        return Member.objects.create_user("ann@example.com")


@pytest.fixture
def support(acme: Tenant) -> Team:
    """A team of Acme."""
    with tenant_scope(acme.pk):
        return Team.objects.create(name="Support", slug="support")


@pytest.fixture
def owner(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django's connection as the owner, the walls without what only tests are granted; undone afterwards."""
    with django_db_blocker.unblock(), as_owner(), _undone():
        build_walls()
        yield


@pytest.fixture
def superuser(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django's connection as the cluster's superuser; undone afterwards."""
    with django_db_blocker.unblock(), _as_superuser(), _undone():
        yield


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _as_superuser() -> Iterator[None]:
    before = connection.settings_dict
    connection.close()
    connection.settings_dict = before | {"USER": "postgres", "PASSWORD": ""}
    try:
        try:
            connection.ensure_connection()
        except psycopg.OperationalError:
            pytest.skip("Only the throwaway stack lets a test in as superuser.")
        yield
    finally:
        connection.close()
        connection.settings_dict = before


@pytest.fixture
def application() -> str:
    """The application role, quoted for SQL."""
    return connection.ops.quote_name(settings.DATABASES["default"]["USER"])
