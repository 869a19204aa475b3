"""Django's migrate, as the owner of the database."""

from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connection

from helpdesk.walls.owner import as_owner


class Command(migrate.Command):
    """Connects with OWNER_DATABASE_URL; the walls are rebuilt afterwards by post_migrate.

    A step may take as long as it needs: an index over a million tickets is made for longer than a request may last.
    """

    def handle(self, *args: Any, **options: Any) -> str | None:
        if options["database"] != DEFAULT_DB_ALIAS:
            return super().handle(*args, **options)
        with as_owner():
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")
            return super().handle(*args, **options)
