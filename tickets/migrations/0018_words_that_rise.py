import django.contrib.postgres.fields
import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_people_by_name'),
        ('tickets', '0017_figures_by_measure'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('team', models.BigIntegerField(default=0)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('word', models.CharField(blank=True, max_length=60)),
                ('n', models.IntegerField()),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'team', 'day', 'language', 'word'), include=('n',), name='daily_word_once')],
            },
        ),
        migrations.CreateModel(
            name='MeasuredWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('team', models.BigIntegerField(default=0)),
                ('category', models.BigIntegerField(default=0)),
                ('tier', models.PositiveSmallIntegerField(default=0)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('ticket', helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'day', 'category', 'tier'], name='measured_words_by_day')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'ticket'), name='measured_words_once')],
            },
        ),
        migrations.CreateModel(
            name='WordForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(blank=True, max_length=12)),
                ('word', models.CharField(max_length=60)),
                ('form', models.CharField(max_length=120)),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'language', 'word'), name='word_form_once')],
            },
        ),
    ]
