from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_who_gets_tickets"),
        ("tickets", "0016_queues_without_spam"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="measured",
            name="measured_on_day",
        ),
        migrations.AddIndex(
            model_name="measured",
            index=models.Index(fields=["tenant", "measure", "day"], include=("bin", "team", "category", "tier", "language", "ticket"), name="measured_by_day"),
        ),
    ]
