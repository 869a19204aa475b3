"""The app's entry in Django's registry."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Holds what waits to leave."""

    name = "helpdesk.outbox"
    label = "outbox"
