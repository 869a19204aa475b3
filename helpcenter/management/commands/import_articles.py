"""`import_articles`: loads help articles from a file of JSON lines."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.management.scoped import scope_of
from helpcenter.actions.importing import import_rows
from helpcenter.importing import BadLine, Row, read_rows


class Command(BaseCommand):
    help = "Loads help articles into a tenant and publishes them. Running it again changes only what the file changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="short name of the tenant")
        parser.add_argument("file", type=Path, help="one JSON object a line; .gz is read as well")
        parser.add_argument("--source", default="", help="take only the lines with this “source”")

    def handle(self, *args: Any, **options: Any) -> None:
        rows, refused = self._read(options["file"], options["source"])
        with scope_of(options["tenant"]):
            counts = import_rows(rows).counts
        told = ", ".join(f"{counts[kind]} {kind}" for kind in ("new", "changed", "unchanged"))
        self.stdout.write(f"{len(rows)} texts: {told}, {refused} refused")

    def _read(self, path: Path, source: str) -> tuple[list[Row], int]:
        rows, refused = [], 0
        try:
            for found in read_rows(path):
                if isinstance(found, BadLine):
                    refused += 1
                    self.stderr.write(f"line {found.number}: {found.reason}")
                elif not source or found.source == source:
                    rows.append(found)
        except (OSError, EOFError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        return rows, refused
