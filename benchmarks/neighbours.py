"""Small tenants beside the large one, made in a process of its own: `python -m benchmarks.neighbours 199`."""

import logging
import os
import sys

TICKETS = 20


def main(count: int) -> None:
    """Makes the tenants, each with its first admin and a few tickets."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    import django  # the models need the settings, which read the environment only now

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.utils import timezone

    from accounts.actions.tenants import create_tenant
    from helpdesk.walls.owner import as_owner
    from tickets.load.rows import store_load

    for number in range(count):
        slug = f"small-{number}"
        place = {"locale": "en", "timezone": "Europe/Berlin", "prefix": f"S{number}"}
        made = create_tenant(slug=slug, name=slug, admin_email=f"admin@{slug}.example", **place)
        with as_owner():  # a connection of its own each time: the loader leaves temporary tables
            for _stored in store_load(made.tenant, tickets=TICKETS, messages=2, now=timezone.now()):
                pass


if __name__ == "__main__":
    main(int(sys.argv[1]))
