"""`manage.py create_tenant`: a working tenant from one line."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.tenants import create_tenant
from accounts.addresses import tenant_origin
from helpdesk.errors import Refused


class Command(BaseCommand):
    help = (
        "Makes a tenant with calendar, promises and categories; prints a one-time link for its first admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="first part of its address, such as acme")
        parser.add_argument("--name", required=True, help="what people read, such as “Acme Video”")
        parser.add_argument("--locale", required=True, help="language of its people, such as en or ar")
        parser.add_argument("--timezone", required=True, help="such as Europe/Berlin")
        parser.add_argument("--admin-email", required=True, help="address of the first admin")
        parser.add_argument(
            "--prefix", default="", help="of ticket numbers, such as ACME; made from slug by default"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {
            key: options[key] for key in ("slug", "name", "locale", "timezone", "admin_email", "prefix")
        }
        try:
            made = create_tenant(**wanted)
        except Refused as refused:
            option = f"--{refused.field}".replace("_", "-").replace("--slug", "slug")
            raise CommandError(f"{option}: {refused}") from refused
        self.stdout.write(f"{made.tenant.name} answers at {tenant_origin(made.tenant)}/")
        self.stdout.write(f"{made.admin.email} chooses a password here, once, within 72 hours:")
        self.stdout.write(made.invitation_url)
