import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import helpdesk.tenancy


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0006_words_to_find_tickets_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='told_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='ticket',
            name='reminded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='ticketevent',
            name='verb',
            field=models.CharField(choices=[('submitted', 'Request received'), ('replied', 'Reply sent'), ('noted', 'Internal note added'), ('status_changed', 'Status changed'), ('priority_changed', 'Priority changed'), ('assigned', 'Assigned'), ('routed', 'Moved to another category, team or tier'), ('reopened', 'Reopened'), ('followed_up', 'Follow-up started'), ('promise_breached', 'Promise missed'), ('link_opened', 'Private link opened'), ('edited', 'Message edited'), ('participant_added', 'Participant added'), ('participant_removed', 'Participant removed'), ('said_late', 'Customer says that it is late'), ('reminded', 'Customer reminded')], max_length=24),
        ),
        migrations.AddIndex(
            model_name='participant',
            index=models.Index(fields=['tenant', 'member', '-ticket'], name='participations'),
        ),
        migrations.AlterField(
            model_name='participant',
            name='member',
            field=helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='participations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='ReplyDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField(blank=True)),
                ('key', models.UUIDField(default=uuid.uuid4)),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('participant', helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.participant')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
            ],
            options={
                'verbose_name': 'draft of a reply',
                'verbose_name_plural': 'drafts of replies',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'participant'), name='reply_draft_once')],
            },
        ),
    ]
