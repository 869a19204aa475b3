from django.db import migrations

from helpdesk.search.analysis import fold


def fill(apps, schema_editor):
    """Runs as the owner of the database, whom no wall holds: every row names its tenant."""
    rows = apps.get_model("tickets", "TicketAnswer").objects
    answered = apps.get_model("tickets", "Ticket").objects.exclude(fields={}).only("pk", "tenant_id", "fields")
    found = []
    for ticket in answered.iterator():
        found += [
            rows.model(tenant_id=ticket.tenant_id, ticket_id=ticket.pk, key=key[:40], value=fold(str(text))[:200])
            for key, text in ticket.fields.items()
            if 0 < len(str(text)) <= 200
        ]
        if len(found) >= 1000:
            rows.bulk_create(found)
            found = []
    rows.bulk_create(found)


class Migration(migrations.Migration):

    dependencies = [("tickets", "0016_tags_and_fields")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
