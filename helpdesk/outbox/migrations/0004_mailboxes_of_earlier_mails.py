from django.db import migrations


class Migration(migrations.Migration):
    """What was sent before counts by its whole address; the caps look back one day at most."""

    dependencies = [
        ("outbox", "0003_caps_count_by_mailbox"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE outbox_outboxrow SET mailbox = to_address WHERE mailbox = ''", migrations.RunSQL.noop
        ),
    ]
