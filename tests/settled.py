"""Tables as a server in use has them, for tests that ask how the database reads."""

from django.db import connection

from helpdesk.walls.derive import quoted
from helpdesk.walls.owner import as_owner


def settle() -> None:
    """Removes what rolled back tests left in the tables and lets the planner count the rest, as autovacuum would.

    Without it a plan depends on which tests ran before: by what is counted, and by how long their indexes have become,
    which a vacuum leaves as they are. To be called outside transactions, so after commits.
    """
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("REINDEX SCHEMA public")
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(quoted(name) for name in sorted(tables))}")
