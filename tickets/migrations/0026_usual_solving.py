from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("tickets", "0025_what_customers_say")]

    operations = [
        migrations.AddField("usualanswer", "solving_seconds", models.PositiveIntegerField(null=True)),
    ]
