"""`manage.py changepassword --tenant <slug> <email>`: Django's, inside a tenant."""

from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.core.management.base import CommandParser

from accounts.management.scoped import add_tenant_argument, scope_of


class Command(changepassword.Command):
    help = "Sets the password of a person of one tenant; all their sessions end."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_tenant_argument(parser)

    def handle(self, *args: Any, **options: Any) -> str | None:
        with scope_of(options["tenant"]):
            return super().handle(
                *args, **options | {"username": (options["username"] or "").strip().lower()}
            )
