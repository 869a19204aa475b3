from django.db import migrations

FILL = """
    UPDATE tickets_ticket t SET awaits_answer = true
    WHERE t.status IN ('new', 'open', 'pending', 'on_hold') AND EXISTS (
        SELECT 1 FROM tickets_clock c
        WHERE c.tenant_id = t.tenant_id AND c.ticket_id = t.id AND c.kind IN ('first_response', 'next_response')
          AND c.state = 'running' AND c.due_at IS NOT NULL)
"""


class Migration(migrations.Migration):

    dependencies = [("tickets", "0014_awaits_answer")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
