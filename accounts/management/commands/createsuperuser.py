"""`manage.py createsuperuser [--tenant <slug>]`: an operator of the platform, or an admin of a tenant."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandParser

from accounts.management.scoped import add_tenant_argument, scope_of
from accounts.models import Tenant


class Command(createsuperuser.Command):
    help = "Makes an operator of the platform; with --tenant an admin of that tenant."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_tenant_argument(parser, default=Tenant.PLATFORM)

    def handle(self, *args: Any, **options: Any) -> None:
        with scope_of(options["tenant"]):
            super().handle(*args, **options)
