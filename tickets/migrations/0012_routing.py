import django.db.models.deletion
import helpdesk.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_who_gets_tickets"),
        ("tickets", "0011_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Misroute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RoutingLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locale', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('audience', models.CharField(blank=True, max_length=60, verbose_name='audience')),
            ],
            options={
                'verbose_name': 'routing line',
                'verbose_name_plural': 'routing lines',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='ticket',
            name='wants_agent',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='category',
            field=helpdesk.tenancy.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='tickets.category', verbose_name='category'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('assignee__isnull', True), ('is_spam', False), ('status__in', ('new', 'open', 'pending', 'on_hold')), ('wants_agent', True)), fields=['tenant', 'team', 'tier', 'locale', 'attention_at', 'id'], name='ticket_wants_agent'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['tenant', 'category', 'created_at'], name='ticket_of_category'),
        ),
        migrations.AddField(
            model_name='misroute',
            name='category',
            field=helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category'),
        ),
        migrations.AddField(
            model_name='misroute',
            name='team',
            field=helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team'),
        ),
        migrations.AddField(
            model_name='misroute',
            name='tenant',
            field=models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant'),
        ),
        migrations.AddField(
            model_name='misroute',
            name='ticket',
            field=helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='misroutes', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='misroute',
            name='to_category',
            field=helpdesk.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category'),
        ),
        migrations.AddField(
            model_name='misroute',
            name='to_team',
            field=helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team'),
        ),
        migrations.AddField(
            model_name='routingline',
            name='category',
            field=helpdesk.tenancy.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category', verbose_name='category'),
        ),
        migrations.AddField(
            model_name='routingline',
            name='team',
            field=helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='routingline',
            name='tenant',
            field=models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant'),
        ),
        migrations.AddIndex(
            model_name='misroute',
            index=models.Index(fields=['tenant', 'sent_at'], name='misroute_by_time'),
        ),
        migrations.AddConstraint(
            model_name='misroute',
            constraint=models.UniqueConstraint(fields=('tenant', 'ticket'), name='misroute_once'),
        ),
        migrations.AddConstraint(
            model_name='routingline',
            constraint=models.CheckConstraint(condition=models.Q(('category__isnull', False), models.Q(('locale', ''), _negated=True), models.Q(('audience', ''), _negated=True), _connector='OR'), name='routing_line_names_something', violation_error_message='Choose a category, a language or an audience.'),
        ),
        migrations.AddConstraint(
            model_name='routingline',
            constraint=models.UniqueConstraint(fields=('tenant', 'category', 'locale', 'audience'), name='routing_line_once', nulls_distinct=False, violation_error_message='There is already a line for the same.'),
        ),
    ]
