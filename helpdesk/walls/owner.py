"""Work that needs the owner's role: migrations, loaders, walls. Everything else runs as the application role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Connect the default connection as the owner (OWNER_DATABASE_URL) while the block runs.

    The owner is exempt from row security, so only the manager still filters. Both addresses name the same database.
    Raise RuntimeError inside a transaction (the connection is opened anew at both ends), and ImproperlyConfigured
    when the address of the owner is not known here.
    """
    if connection.in_atomic_block:
        raise RuntimeError("as_owner() opens a new connection and cannot start inside a transaction.")
    if settings.OWNER_DATABASE["USER"] == settings.DATABASES["default"]["USER"]:
        raise ImproperlyConfigured(
            "This needs the owner of the database: set OWNER_DATABASE_URL to its address."
        )
    before = connection.settings_dict
    connection.close()
    # A copy, because settings.DATABASES holds the same dict and names the application role.
    connection.settings_dict = before | {
        **settings.OWNER_DATABASE,
        "NAME": before["NAME"],
        "TEST": before["TEST"],
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = before


class OwnerCommand:
    """Put before BaseCommand in a command's bases to run all of it as the owner."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with as_owner():
            output: str | None = super().execute(*args, **options)  # type: ignore[misc]
        return output
