import django.db.models.deletion
import django.db.models.functions.datetime
import helpdesk.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('topic', models.CharField(max_length=60, verbose_name='about')),
                ('to_address', models.EmailField(max_length=254, verbose_name='to')),
                ('mailbox', models.EmailField(default='', editable=False, max_length=254)),
                ('to_name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('locale', models.CharField(max_length=12, verbose_name='language')),
                ('timezone', models.CharField(max_length=64, verbose_name='time zone')),
                ('context', models.JSONField(default=dict)),
                ('secrets', models.JSONField(default=dict)),
                ('sender_name', models.CharField(max_length=80)),
                ('sender_address', models.EmailField(max_length=254, verbose_name='from')),
                ('reply_to', models.EmailField(blank=True, max_length=254)),
                ('message_id', models.CharField(max_length=200)),
                ('in_reply_to', models.CharField(blank=True, max_length=200)),
                ('references', models.JSONField(default=list)),
                ('files', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ('about', models.CharField(blank=True, max_length=64)),
                ('is_automatic', models.BooleanField(default=True)),
                ('is_proven', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Refused'), ('held', 'Held back')], default='waiting', max_length=8, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('faults', models.PositiveSmallIntegerField(default=0)),
                ('not_before', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='next try')),
                ('leased_until', models.DateTimeField(null=True)),
                ('allowed_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent')),
            ],
            options={
                'verbose_name': 'outgoing email',
                'verbose_name_plural': 'outgoing emails',
                'indexes': [models.Index(condition=models.Q(('attempts', 0), ('state', 'waiting')), fields=['tenant', 'not_before', 'id'], name='outbox_new'), models.Index(condition=models.Q(('attempts__gt', 0), ('state', 'waiting')), fields=['tenant', 'not_before', 'id'], name='outbox_again'), models.Index(condition=models.Q(('state', 'sent')), fields=['tenant', 'sent_at'], name='outbox_sent'), models.Index(condition=models.Q(('about', ''), _negated=True), fields=['tenant', 'about', 'to_address', 'id'], name='outbox_about'), models.Index(condition=models.Q(('allowed_at__isnull', False)), fields=['mailbox', 'allowed_at'], name='outbox_recipient'), models.Index(condition=models.Q(('state__in', ['failed', 'held'])), fields=['tenant', '-id'], name='outbox_parked')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'message_id'), name='outbox_message_id_once')],
            },
        ),
    ]
