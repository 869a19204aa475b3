import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations, models

import helpdesk.tenancy


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_whole_names'),
        ("tickets", "0005_words_that_lead_to_a_category"),
    ]

    operations = [
        BtreeGinExtension(),
        migrations.CreateModel(
            name='TicketWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public', django.contrib.postgres.search.SearchVectorField(default='')),
                ('internal', django.contrib.postgres.search.SearchVectorField(default='')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('ticket', helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
            ],
            options={
                'verbose_name_plural': 'ticket words',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'ticket'), name='words_once_a_ticket')],
                'indexes': [
                    django.contrib.postgres.indexes.GinIndex(fields=['tenant', 'public'], gin_pending_list_limit=512, name='ticket_words_public'),
                    django.contrib.postgres.indexes.GinIndex(fields=['tenant', 'internal'], gin_pending_list_limit=512, name='ticket_words_internal'),
                ],
            },
        ),
    ]
