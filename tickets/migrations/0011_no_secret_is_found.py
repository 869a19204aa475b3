from django.db import migrations

from helpdesk.search.analysis import stemmers_of, words_of
from helpdesk.search.sql import vector
from tickets.sensitive import masked

WORDS = f"""
    UPDATE tickets_ticketwords SET public = {vector("%(public)s::text[]", "%(stemmers)s::text[]")},
           internal = {vector("%(internal)s::text[]", "%(stemmers)s::text[]")}
    WHERE tenant_id = %(tenant)s AND ticket_id = %(ticket)s
"""


def hide(apps, schema_editor):
    """Finds words anew where a text holds what agents see masked. Runs as the owner: every row names its tenant."""
    tickets = apps.get_model("tickets", "Ticket").objects
    messages = apps.get_model("tickets", "Message").objects
    with schema_editor.connection.cursor() as cursor:
        for ticket in tickets.only("pk", "tenant_id", "subject", "locale", "fields").iterator():
            said = {"public": [ticket.subject, *map(str, ticket.fields.values())], "internal": []}
            for kind, body in messages.filter(ticket_id=ticket.pk).values_list("kind", "body"):
                said[kind].append(body)
            shown = {kind: [masked(text) for text in texts] for kind, texts in said.items()}
            if shown == said:
                continue
            words = {kind: words_of("\n".join(texts)) for kind, texts in shown.items()}
            stemmers = stemmers_of([ticket.locale])
            cursor.execute(WORDS, {"tenant": ticket.tenant_id, "ticket": ticket.pk, "stemmers": stemmers, **words})


class Migration(migrations.Migration):

    dependencies = [("tickets", "0010_acts_on_many_and_macros")]

    operations = [migrations.RunPython(hide, migrations.RunPython.noop)]
