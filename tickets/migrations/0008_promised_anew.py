from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0007_ratings"),
    ]

    operations = [
        migrations.AlterField(
            model_name='bulkrun',
            name='act',
            field=models.CharField(choices=[('assign', 'Assign'), ('status', 'Change the status'), ('priority', 'Change the priority'), ('route', 'Move to another category'), ('tag', 'Change the tags'), ('macro', 'Use a macro'), ('merge', 'Merge'), ('spam', 'Mark as spam'), ('repromise', 'Promise anew'), ('undo', 'Undo')], max_length=10),
        ),
        migrations.AlterField(
            model_name='ticketevent',
            name='verb',
            field=models.CharField(choices=[('submitted', 'Request received'), ('replied', 'Reply sent'), ('noted', 'Internal note added'), ('status_changed', 'Status changed'), ('priority_changed', 'Priority changed'), ('assigned', 'Assigned'), ('routed', 'Moved to another category, team or tier'), ('reopened', 'Reopened'), ('followed_up', 'Follow-up started'), ('promise_breached', 'Promise missed'), ('link_opened', 'Private link opened'), ('edited', 'Message edited'), ('participant_added', 'Participant added'), ('participant_removed', 'Participant removed'), ('said_late', 'Customer says that it is late'), ('reminded', 'Customer reminded'), ('tagged', 'Tag added'), ('untagged', 'Tag removed'), ('answer_changed', 'Answer changed'), ('marked_spam', 'Marked as spam'), ('unmarked_spam', 'No spam after all'), ('merged', 'Joined with another ticket'), ('unmerged', 'Taken apart again'), ('split', 'Split into two tickets'), ('asked_expert', 'Expert asked'), ('macro_used', 'Macro used'), ('linked', 'Linked with another ticket'), ('unlinked', 'Link to another ticket removed'), ('time_spent', 'Time spent'), ('rated', 'Rated by the customer'), ('repromised', 'Promised anew')], max_length=24),
        ),
    ]
