from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("tickets", "0013_first_answers")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="awaits_answer",
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
