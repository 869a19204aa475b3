from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0012_routing"),
    ]

    operations = [
        migrations.AddField(
            model_name="category",
            name="kind",
            field=models.CharField(
                choices=[("help", "A problem or a question"), ("feedback", "Feedback or a suggestion")],
                default="help",
                help_text="Feedback is promised only what a line of the promise says for this category; without one people are told that you read it, and may not reply.",
                max_length=10,
                verbose_name="what people send here",
            ),
        ),
        migrations.AddField(
            model_name="categorytranslation",
            name="first_answer",
            field=models.TextField(
                blank=True,
                help_text="Sent with the confirmation and shown on the ticket, marked as automatic, with up to three articles that fit: what helps most people, and what to add. It is no reply, and the time to reply goes on. Empty: nothing.",
                max_length=1500,
                verbose_name="answered at once",
            ),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="verb",
            field=models.CharField(
                choices=[
                    ("submitted", "Request received"),
                    ("replied", "Reply sent"),
                    ("noted", "Internal note added"),
                    ("status_changed", "Status changed"),
                    ("priority_changed", "Priority changed"),
                    ("assigned", "Assigned"),
                    ("routed", "Moved to another category, team or tier"),
                    ("reopened", "Reopened"),
                    ("followed_up", "Follow-up started"),
                    ("promise_breached", "Promise missed"),
                    ("link_opened", "Private link opened"),
                    ("edited", "Message edited"),
                    ("participant_added", "Participant added"),
                    ("participant_removed", "Participant removed"),
                    ("said_late", "Customer says that it is late"),
                    ("reminded", "Customer reminded"),
                    ("tagged", "Tag added"),
                    ("untagged", "Tag removed"),
                    ("answer_changed", "Answer changed"),
                    ("marked_spam", "Marked as spam"),
                    ("unmarked_spam", "No spam after all"),
                    ("merged", "Joined with another ticket"),
                    ("unmerged", "Taken apart again"),
                    ("split", "Split into two tickets"),
                    ("asked_expert", "Expert asked"),
                    ("macro_used", "Macro used"),
                    ("linked", "Linked with another ticket"),
                    ("unlinked", "Link to another ticket removed"),
                    ("time_spent", "Time spent"),
                    ("rated", "Rated by the customer"),
                    ("repromised", "Promised anew"),
                    ("handed_over", "Handed over to the next tier"),
                    ("handed_back", "Handed back to the tier before"),
                    ("escalated", "Escalated"),
                    ("answered_at_once", "Automatic first answer"),
                ],
                max_length=24,
            ),
        ),
    ]
