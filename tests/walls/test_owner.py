"""Owner's work connects as the owner and leaves the application's connection behind it."""

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from helpdesk.walls.owner import OwnerCommand, as_owner


class WhoAmI(OwnerCommand, BaseCommand):
    """Prints the role it runs as."""

    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> str:
        return _current_user()


@pytest.mark.django_db(transaction=True)
def test_block_runs_as_owner_and_gives_the_connection_back() -> None:
    before = _current_user()
    with as_owner():
        inside = _current_user()
        named = settings.DATABASES["default"]["USER"]
    after = _current_user()

    assert (before, inside, after) == ("desk_app", "desk_owner", "desk_app")
    assert named == "desk_app"


@pytest.mark.django_db(transaction=True)
def test_exception_gives_the_connection_back() -> None:
    with pytest.raises(ZeroDivisionError), as_owner():
        raise ZeroDivisionError

    assert _current_user() == "desk_app"


def test_block_refuses_to_start_inside_a_transaction(db: None) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"), as_owner():
        pytest.fail("the block ran")


def test_block_refuses_without_the_address_of_an_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "OWNER_DATABASE", settings.DATABASES["default"])

    with pytest.raises(ImproperlyConfigured, match="set OWNER_DATABASE_URL"), as_owner():
        pytest.fail("the block ran")


def test_command_runs_as_owner(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, capsys: pytest.CaptureFixture[str]
) -> None:
    with django_db_blocker.unblock():
        WhoAmI().run_from_argv(["manage.py", "whoami"])

    assert capsys.readouterr().out == "desk_owner\n"


def _current_user() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])
