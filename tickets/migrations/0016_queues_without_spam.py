from django.db import migrations, models

OPEN = models.Q(is_spam=False, status__in=("new", "open", "pending", "on_hold"))
UNASSIGNED = OPEN & models.Q(assignee=None)


class Migration(migrations.Migration):

    dependencies = [("tickets", "0015_tickets_that_await_an_answer")]

    operations = [
        migrations.RemoveIndex(model_name="ticket", name="ticket_queue"),
        migrations.RemoveIndex(model_name="ticket", name="ticket_queue_of_team"),
        migrations.RemoveIndex(model_name="ticket", name="ticket_queue_of_assignee"),
        migrations.RemoveIndex(model_name="ticket", name="ticket_queue_newest"),
        migrations.RemoveIndex(model_name="ticket", name="ticket_queue_updated"),
        migrations.RemoveIndex(model_name="ticket", name="ticket_queue_priority"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(name="ticket_queue", fields=["tenant", "attention_at", "id"], include=("awaits_answer",), condition=OPEN),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(name="ticket_queue_of_team", fields=["tenant", "team", "attention_at", "id"], include=("awaits_answer",), condition=OPEN),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(name="ticket_queue_of_assignee", fields=["tenant", "assignee", "attention_at", "id"], include=("awaits_answer",), condition=OPEN),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(name="ticket_queue_unassigned", fields=["tenant", "attention_at", "id"], condition=UNASSIGNED),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(name="ticket_queue_team_unassigned", fields=["tenant", "team", "attention_at", "id"], condition=UNASSIGNED),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(name="ticket_queue_newest", fields=["tenant", "id"], condition=OPEN),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(name="ticket_queue_updated", fields=["tenant", "updated_at", "id"], condition=OPEN),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(name="ticket_queue_priority", fields=["tenant", "urgency", "attention_at", "id"], condition=OPEN),
        ),
    ]
