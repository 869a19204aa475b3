import django.db.models.expressions
from django.db import migrations, models

OPEN = models.Q(("status__in", ("new", "open", "pending", "on_hold")))


class Migration(migrations.Migration):
    dependencies = [("tickets", "0013_saved_views")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="urgency",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.expressions.CombinedExpression(
                    models.Value(5), "-", models.F("priority")
                ),
                output_field=models.SmallIntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(condition=OPEN, fields=["tenant", "id"], name="ticket_queue_newest"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=OPEN, fields=["tenant", "updated_at", "id"], name="ticket_queue_updated"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=OPEN,
                fields=["tenant", "urgency", "attention_at", "id"],
                name="ticket_queue_priority",
            ),
        ),
    ]
