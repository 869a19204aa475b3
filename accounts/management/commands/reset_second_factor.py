"""`manage.py reset_second_factor --tenant <slug> <email>`: for the last admin or operator, whom nobody else can help."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.factors import reset_factors
from accounts.management.scoped import add_tenant_argument, scope_of
from accounts.queries import member_of_address


class Command(BaseCommand):
    help = "Removes passkeys, authenticator app and recovery codes of a person of one tenant; all their sessions end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="address of the person")
        add_tenant_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with scope_of(options["tenant"]):
            member = member_of_address(options["email"])
            if member is None:
                raise CommandError(f"There is no {options['email']} in “{options['tenant']}”.")
            reset_factors(member, actor=None)
            self.stdout.write(
                f"{member.email} signs in with password or mailed code now, and was told by email."
            )
