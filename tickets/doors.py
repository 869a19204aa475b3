"""What the sweep may see of all tenants at once: which clocks are due, and nothing else about them."""

from helpdesk.walls.door import Door

DOORS = [
    Door(
        name="due_clocks",
        arguments="n integer",
        returns="TABLE(tenant_id bigint, clock_id bigint)",
        body=(
            " SELECT c.tenant_id, c.id FROM public.tickets_clock c"
            " WHERE c.next_step_at <= pg_catalog.now() ORDER BY c.next_step_at LIMIT n "
        ),
        volatility="stable",
    )
]
