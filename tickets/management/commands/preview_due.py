"""`preview_due`: what a calendar makes of a promise, for scripts and for people who check us."""

import json
import os
import sys

from django.core.management.base import BaseCommand

from tickets.sla.preview import answer


class Command(BaseCommand):
    help = (
        "Reads JSON lines from standard input and writes one JSON line for each: the due time, or the "
        "elapsed business time, with its explanation. Empty lines are skipped, a faulty line is answered "
        "with its error and the next one goes on. Nothing is stored and no database is needed."
    )
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        try:
            for line in sys.stdin.buffer:
                if line.strip():
                    self.stdout.write(json.dumps(answer(line), allow_nan=False))
                    self.stdout.flush()
        except BrokenPipeError:
            # The reader has gone (`| head -1`): nothing may be flushed into its pipe on the way out either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
