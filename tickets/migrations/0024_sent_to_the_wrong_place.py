from django.db import migrations, models

MEASURES = [
    (1, "Created"), (2, "Answered"), (3, "Resolved"), (4, "Solved"), (5, "Reopened"), (6, "Rated"), (7, "Kept Answer"),
    (8, "Kept Goal"), (9, "One Touch"), (10, "Open"), (12, "Sent"),
]
# Where a ticket was sent is counted otherwise from now on: the worker walks through all tickets once more.
WALK_ANEW = "UPDATE tickets_figuresstate SET walked_to = 0, is_walked = false"


class Migration(migrations.Migration):

    dependencies = [("tickets", "0023_articles_first")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(name, "measure", models.PositiveSmallIntegerField(choices=MEASURES))
                for name in ("dailyfigure", "measured")
            ]
        ),
        migrations.RunSQL(WALK_ANEW, WALK_ANEW),
    ]
