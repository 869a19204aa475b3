"""Prove the walls, or show what the next migrate would do to them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.walls.build import wall_difference
from helpdesk.walls.check import wall_problems
from helpdesk.walls.derive import walls
from helpdesk.walls.door import declared_doors


class Command(BaseCommand):
    """Both ways only read; `migrate` builds."""

    help = "Proves the database walls of every table (--check) or prints the SQL that is missing (--sql)."

    def add_arguments(self, parser: CommandParser) -> None:
        wish = parser.add_mutually_exclusive_group(required=True)
        wish.add_argument(
            "--check", action="store_true", help="Exit 1 and say what is missing, 0 when all stands."
        )
        wish.add_argument(
            "--sql", action="store_true", help="Print what migrate would run to mend the walls."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sql"]:
            self.stdout.write("".join(f"{statement};\n" for statement in wall_difference()), ending="")
            return
        problems = wall_problems()
        if problems:
            raise CommandError("\n".join(["The walls have holes:", *problems]))
        tables = walls()
        keys = sum(len(wall.keys) for wall in tables)
        doors = len(declared_doors())
        self.stdout.write(f"The walls stand: {len(tables)} tables, {keys} keys between them, {doors} doors.")
