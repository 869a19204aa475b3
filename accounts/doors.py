"""What the database does by itself when a tenant's setup changes, whoever changes it."""

from helpdesk.walls.derive import SETUP_CHANGED
from helpdesk.walls.door import Door

DOORS = [
    Door(
        name=SETUP_CHANGED,  # its trigger stands on every table whose model says `is_setup`
        arguments="",
        returns="trigger",
        # A new stamp for each change, not a count: a change that is rolled back never leaves its stamp to another.
        body="""
            BEGIN
              INSERT INTO public.accounts_setupstamp (tenant_id, stamp)
              VALUES (coalesce(NEW.tenant_id, OLD.tenant_id), pg_catalog.gen_random_uuid())
              ON CONFLICT (tenant_id) DO UPDATE SET stamp = excluded.stamp;
              RETURN NULL;
            END
        """,
        language="plpgsql",
    )
]
