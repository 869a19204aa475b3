"""The app's entry in Django's registry."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Makes sure, after each migrate, that the reserved tenant of the platform exists."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        post_migrate.connect(ensure_platform_tenant, sender=self)


def ensure_platform_tenant(**kwargs: Any) -> None:
    """Creates the reserved tenant `platform` once; operators are its people."""
    from accounts.models import Tenant  # the registry is not ready when this module loads

    Tenant.objects.get_or_create(
        slug=Tenant.PLATFORM,
        defaults={"name": "Platform", "prefix": "PLATFORM", "locale": "en", "timezone": "UTC"},
    )
