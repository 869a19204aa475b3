"""Must stand last in INSTALLED_APPS: its post_migrate runs when every other app's tables are made."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate

from helpdesk.walls.guard import check_role


class WallsConfig(AppConfig):
    """Rebuilds the walls after each migrate, and checks the database role where a check asks for it."""

    name = "helpdesk.walls"
    label = "walls"

    def ready(self) -> None:
        register(Tags.database, deploy=True)(check_role)
        post_migrate.connect(_rebuild, sender=self, dispatch_uid="walls")


def _rebuild(using: str, verbosity: int = 1, **kwargs: Any) -> None:
    from helpdesk.walls.build import build_walls  # needs the models, which are not loaded at the top

    statements = build_walls() if using == "default" else []
    if statements and verbosity:
        print(f"  Rebuilt the walls with {len(statements)} statements.")
