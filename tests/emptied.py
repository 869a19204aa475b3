"""How the database is emptied after a test whose rows others saw."""

from django.db import connection

from accounts.apps import ensure_platform_tenant
from helpdesk.walls.derive import quoted

KEPT = {
    "django_content_type",
    "auth_permission",
}  # Django's flush empties these two as well, and writes them anew


def empty_tables() -> None:
    """Truncates every table but those that are the same for every test, and makes the platform's tenant anew.

    Twice as quick as a flush.
    """
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(quoted(name) for name in sorted(tables))}")
    ensure_platform_tenant()
