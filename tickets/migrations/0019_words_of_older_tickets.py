from django.db import migrations

# The worker walks through all tickets once more: what is counted already stays as it is, the words come with it.
WALK_ANEW = "UPDATE tickets_figuresstate SET walked_to = 0, is_walked = false"


class Migration(migrations.Migration):

    dependencies = [("tickets", "0018_words_that_rise")]

    operations = [migrations.RunSQL(WALK_ANEW, migrations.RunSQL.noop)]
