"""What commands share that work inside one tenant."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError, CommandParser
from django.db import connection

from accounts.models import Tenant
from helpdesk.tenancy import tenant_scope


def add_tenant_argument(parser: CommandParser, *, default: str | None = None) -> None:
    """Adds `--tenant <slug>`, required unless there is a default."""
    parser.add_argument(
        "--tenant", required=default is None, default=default, help="short name of the tenant"
    )


@contextmanager
def scope_of(slug: str) -> Iterator[Tenant]:
    """The scope of the tenant with this short name; a person may take their time in it. Raises CommandError."""
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise CommandError(f"There is no tenant “{slug}”.")
    with tenant_scope(tenant.pk):
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL idle_in_transaction_session_timeout = 0"
            )  # somebody may be typing a password
        yield tenant
