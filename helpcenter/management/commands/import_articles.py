"""`import_articles`: loads help articles from a file of JSON lines."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.management.scoped import scope_of
from accounts.queries import audiences
from helpcenter.actions.importing import import_rows
from helpcenter.actions.pictures import take_over_picture
from helpcenter.importing import BadLine, PictureRow, Row, read_rows
from helpdesk.errors import Refused


class Command(BaseCommand):
    help = "Loads help articles into a tenant and publishes them. Running it again changes only what the file changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="short name of the tenant")
        parser.add_argument("file", type=Path, help="one JSON object a line; .gz is read as well")
        parser.add_argument("--source", default="", help="take only the lines with this “source”")

    def handle(self, *args: Any, **options: Any) -> None:
        with scope_of(options["tenant"]):
            rows, pictures, refused = self._read(options["file"], options["source"])
            keys = self._keep(pictures)
            counts = import_rows(rows, pictures=keys).counts
        told = ", ".join(f"{counts[kind]} {kind}" for kind in ("new", "changed", "unchanged"))
        refused += len(pictures) - len(keys)
        self.stdout.write(f"{len(rows)} texts: {told}, {refused} refused")

    def _read(self, path: Path, source: str) -> tuple[list[Row], list[PictureRow], int]:
        rows, pictures, refused = [], [], 0
        known = {one.audience: one.pk for one in audiences()}
        try:
            for found in read_rows(path, audiences=known):
                if isinstance(found, BadLine):
                    refused += 1
                    self.stderr.write(f"line {found.number}: {found.reason}")
                elif isinstance(found, PictureRow):
                    pictures.append(found)
                elif not source or found.source == source:
                    rows.append(found)
        except (OSError, EOFError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        return rows, pictures, refused

    def _keep(self, pictures: list[PictureRow]) -> dict[str, int]:
        kept = {}
        for row in pictures:
            try:
                kept[row.key] = take_over_picture(row).pk
            except Refused as refusal:
                self.stderr.write(f"line {row.number}: {refusal}")
        return kept
