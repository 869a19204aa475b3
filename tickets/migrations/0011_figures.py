import django.db.models.deletion
import django.utils.timezone
import helpdesk.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_audiences"),
        ("tickets", "0010_mentions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("measure", models.PositiveSmallIntegerField(choices=[(1, "Created"), (2, "Answered"), (3, "Resolved"), (4, "Solved"), (5, "Reopened"), (6, "Rated"), (7, "Kept Answer"), (8, "Kept Goal"), (9, "One Touch"), (10, "Open"), (11, "Sent On")])),
                ("bin", models.PositiveSmallIntegerField()),
                ("team", models.BigIntegerField(default=0)),
                ("category", models.BigIntegerField(default=0)),
                ("tier", models.PositiveSmallIntegerField(default=0)),
                ("language", models.CharField(blank=True, max_length=12)),
                ("cut", models.PositiveSmallIntegerField()),
                ("n", models.IntegerField()),
                ("tenant", models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "cut", "measure", "day", "bin", "team", "category", "tier", "language"), name="daily_figure_once")],
            },
        ),
        migrations.CreateModel(
            name="FiguresDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("tenant", models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant")),
                ("ticket", helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket")),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "id"], name="figures_due_in_order")],
            },
        ),
        migrations.CreateModel(
            name="FiguresMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rhythm", models.CharField(choices=[("daily", "Every day"), ("weekly", "Every Monday")], max_length=6, verbose_name="how often")),
                ("sent_on", models.DateField(null=True)),
                ("member", helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("tenant", models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant")),
            ],
            options={
                "verbose_name": "figures by mail",
                "verbose_name_plural": "figures by mail",
                "constraints": [models.UniqueConstraint(fields=("tenant", "member"), name="figures_mail_once")],
            },
        ),
        migrations.CreateModel(
            name="FiguresState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=64)),
                ("walked_to", models.BigIntegerField(default=0)),
                ("is_walked", models.BooleanField(default=False)),
                ("usual_on", models.DateField(null=True)),
                ("tenant", models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant",), name="one_figures_state_a_tenant")],
            },
        ),
        migrations.CreateModel(
            name="Measured",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("measure", models.PositiveSmallIntegerField(choices=[(1, "Created"), (2, "Answered"), (3, "Resolved"), (4, "Solved"), (5, "Reopened"), (6, "Rated"), (7, "Kept Answer"), (8, "Kept Goal"), (9, "One Touch"), (10, "Open"), (11, "Sent On")])),
                ("bin", models.PositiveSmallIntegerField()),
                ("team", models.BigIntegerField(default=0)),
                ("category", models.BigIntegerField(default=0)),
                ("tier", models.PositiveSmallIntegerField(default=0)),
                ("language", models.CharField(blank=True, max_length=12)),
                ("seconds", models.PositiveIntegerField(null=True)),
                ("tenant", models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant")),
                ("ticket", helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket")),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "ticket"], name="measured_of_ticket"), models.Index(fields=["tenant", "day", "measure"], name="measured_on_day")],
            },
        ),
        migrations.CreateModel(
            name="UsualAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seconds", models.PositiveIntegerField()),
                ("category", helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.category")),
                ("tenant", models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "category"), name="usual_answer_once")],
            },
        ),
    ]
