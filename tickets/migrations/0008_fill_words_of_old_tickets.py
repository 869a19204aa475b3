from django.db import migrations

from helpdesk.search.analysis import stemmers_of, words_of
from helpdesk.search.sql import vector

TOLD = """
    UPDATE tickets_ticket t SET told_at = coalesce(
        (SELECT max(e.at) FROM tickets_ticketevent e WHERE e.ticket_id = t.id AND e.is_public), t.created_at)
"""
WORDS = f"""
    INSERT INTO tickets_ticketwords (tenant_id, ticket_id, public, internal)
    VALUES (%(tenant)s, %(ticket)s, {vector("%(public)s::text[]", "%(stemmers)s::text[]")},
            {vector("%(internal)s::text[]", "%(stemmers)s::text[]")})
"""


def fill(apps, schema_editor):
    """Runs as the owner of the database, whom no wall holds: every row names its tenant."""
    tickets = apps.get_model("tickets", "Ticket").objects
    messages = apps.get_model("tickets", "Message").objects
    with schema_editor.connection.cursor() as cursor:
        for ticket in tickets.only("pk", "tenant_id", "subject", "locale").iterator():
            said = {"public": [ticket.subject], "internal": []}
            for kind, body in messages.filter(ticket_id=ticket.pk).values_list("kind", "body"):
                said[kind].append(body)
            words = {kind: words_of("\n".join(texts)) for kind, texts in said.items()}
            stemmers = stemmers_of([ticket.locale])
            cursor.execute(WORDS, {"tenant": ticket.tenant_id, "ticket": ticket.pk, "stemmers": stemmers, **words})
        cursor.execute(TOLD)


class Migration(migrations.Migration):

    dependencies = [("tickets", "0007_what_customers_follow")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
