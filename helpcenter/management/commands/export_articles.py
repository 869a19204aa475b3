"""`export_articles`: the whole help center as a file of JSON lines, or as a folder of Markdown."""

import gzip
import json
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.management.scoped import scope_of
from accounts.queries import audiences
from helpcenter.exporting import LostPicture, exported_rows
from helpcenter.folder import Written, write_folder
from helpcenter.models import Visibility
from helpcenter.rules import Reach
from helpdesk.store import StoreAway

NAMES = [visibility.name.lower() for visibility in Visibility]


class Command(BaseCommand):
    help = (
        "Writes a tenant's help articles to a file that import_articles reads (.jsonl or .jsonl.gz), or the published "
        "ones to a folder of Markdown. Names each picture that is lost, and exits with 1 then: the rest is written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="short name of the tenant")
        parser.add_argument("target", type=Path, help="a new .jsonl or .jsonl.gz file, or a new folder")
        parser.add_argument(
            "--up-to",
            choices=NAMES,
            help="who may read what is written; a file has all, a folder what is public",
        )
        parser.add_argument(
            "--audience", default="", help="what is for this audience as well, with --up-to signed_in"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["target"]
        is_file = target.name.endswith((".jsonl", ".jsonl.gz"))
        usual = Visibility.INTERNAL if is_file else Visibility.PUBLIC
        up_to = Visibility[options["up_to"].upper()] if options["up_to"] else usual
        with scope_of(options["tenant"]):
            reach = Reach(up_to, _audience(options["audience"]))
            try:
                written = _write_file(target, reach) if is_file else write_folder(target, reach=reach)
            except (OSError, StoreAway) as error:
                raise CommandError(f"{target} cannot be written: {error}") from error
        self.stdout.write(f"{written.texts} texts written to {target}")
        for picture in written.lost:
            self.stderr.write(f"{picture}")
        if written.lost:
            raise CommandError(f"{target} is whole but for {len(written.lost)} lost pictures")


def _audience(name: str) -> int | None:
    if not name:
        return None
    found = next((one.pk for one in audiences() if one.audience == name), None)
    if found is None:
        raise CommandError(f"There is no audience “{name}”.")
    return found


def _write_file(target: Path, reach: Reach) -> Written:
    """One JSON object a line; the file is made, never written over. Raises FileExistsError and OSError."""
    texts, lost = 0, []
    packed = target.suffix == ".gz"
    with (
        target.open("xb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb") if packed else nullcontext(raw) as lines,
    ):
        for row in exported_rows(reach=reach):
            if isinstance(row, LostPicture):
                lost.append(row)
                continue
            lines.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            texts += "picture" not in row
    return Written(texts, lost)
