import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("tickets", "0019_tickets_are_joined_split_and_spam")]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        )
    ]
