import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("accounts", "0004_who_gets_tickets")]

    operations = [
        migrations.AddIndex(
            model_name="member",
            index=django.contrib.postgres.indexes.GinIndex(
                name="member_named", fields=["tenant", "name"], opclasses=["int8_ops", "gin_trgm_ops"]
            ),
        ),
    ]
