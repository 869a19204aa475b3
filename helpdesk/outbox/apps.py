"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """Holds what waits to leave."""

    name = "helpdesk.outbox"
    label = "outbox"
    verbose_name = _("Outbox")
