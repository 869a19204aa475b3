from django.db import migrations, models

IN_QUEUE = models.Q(("is_spam", False), ("status__in", ("new", "open", "pending", "on_hold")))
NARROWED_BY = ("awaits_answer", "team", "assignee", "status", "urgency", "tier", "locale", "category")
WALKS = {
    "ticket_queue": ("attention_at",),
    "ticket_queue_of_team": ("team", "attention_at"),
    "ticket_queue_of_assignee": ("assignee", "attention_at"),
    "ticket_queue_newest": (),
    "ticket_queue_updated": ("updated_at",),
    "ticket_queue_priority": ("urgency", "attention_at"),
    "ticket_queue_status": ("status", "attention_at"),
}


def walk(name):
    """The index of that name with all that a list may be narrowed by in it."""
    fields = WALKS[name]
    carried = tuple(field for field in NARROWED_BY if field not in fields)
    return models.Index(name=name, fields=["tenant", *fields, "id"], include=carried, condition=IN_QUEUE)


class Migration(migrations.Migration):

    dependencies = [("tickets", "0026_usual_solving")]

    operations = [
        step
        for name in WALKS
        for step in (migrations.RemoveIndex("ticket", name), migrations.AddIndex("ticket", walk(name)))
    ] + [migrations.RemoveIndex("ticket", "ticket_queue_team_status")]
