"""`manage.py generate_load`: as many tickets as a benchmark wants."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Tenant
from helpdesk.errors import Refused
from helpdesk.walls.owner import OwnerCommand
from tickets.load.rows import store_load


class Command(OwnerCommand, BaseCommand):
    help = (
        "Adds tickets to a tenant for benchmarks, a year of them, with people, messages, events and promises; no mail. "
        "Runs as the owner of the database; the tenant's own requests wait while a batch is written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="short name of the tenant")
        parser.add_argument("--tickets", type=int, required=True, help="how many tickets to add")
        parser.add_argument("--messages", type=int, default=2, help="messages in each of them (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        tickets, messages = options["tickets"], options["messages"]
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant “{options['tenant']}”.")
        if tickets < 1 or not 1 <= messages <= 1000:
            raise CommandError("--tickets must be 1 or more, --messages from 1 to 1000.")
        begun = time.monotonic()
        try:
            for stored in store_load(tenant, tickets=tickets, messages=messages, now=timezone.now()):
                self.stdout.write(f"{stored:,} tickets after {time.monotonic() - begun:.1f} s")
        except Refused as refused:
            raise CommandError(str(refused)) from refused
