"""What the database does by itself when a tenant's setup changes, whoever changes it, and who has a name.

Under row-level security no index answers `ILIKE`, so people are looked for behind a door, which reads the tenant by itself.
"""

from helpdesk.walls.derive import CURRENT, SETUP_CHANGED
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
    ),
    Door(
        name="people_named",  # of each pattern n at most; in no order, in which the planner would walk all people
        arguments="patterns text[], n integer",
        returns="TABLE(member_id bigint)",
        body=f"""
          SELECT DISTINCT found.id FROM unnest(patterns) AS pattern CROSS JOIN LATERAL (
            SELECT m.id FROM public.accounts_member m
            WHERE m.tenant_id = {CURRENT} AND m.name ILIKE pattern LIMIT n) AS found
        """,
        volatility="stable",
    ),
]
