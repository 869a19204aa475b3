"""`load_demo`: the two demo tenants and the platform's operator."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Member, Tenant
from helpcenter.demo.build import build_articles
from helpcenter.demo.incidents import build_incidents
from helpdesk.tenancy import tenant_scope
from tickets.demo.build import build_operator, build_tenant
from tickets.demo.content import SLUGS, read_content


class Command(BaseCommand):
    help = "Loads the demo's two tenants (once each); only where DEMO is on, because its passwords are well known."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=180, help="tickets a tenant")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demo has well-known passwords: set DEMO=1 to load it, and never where others can reach it."
            )
        now = timezone.now()
        build_operator()
        for slug in SLUGS:
            tenant = build_tenant(read_content(slug), now=now, tickets=options["tickets"])
            self.stdout.write(f"{slug}: {'loaded' if tenant else 'there already'}")
            self._load_articles(slug, now)

    def _load_articles(self, slug: str, now: dt.datetime) -> None:
        tenant = Tenant.objects.get(slug=slug)
        with tenant_scope(tenant.pk):
            author = Member.objects.filter(email=f"admin@{slug}.example").first()
            articles = build_articles(slug, locale=tenant.locale, author=author)
            build_incidents(slug, author=author, now=now)
        if articles:
            self.stdout.write(f"{slug}: {articles} articles")
