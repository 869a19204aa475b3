from django.db import migrations, models

LABEL = "the team needs a second step to sign in"
HELP = "Agents, team leads and admins who have none set it up when they next open the desk."


class Migration(migrations.Migration):
    """Tenants that stand already go on as they were; their admins switch it on. New ones begin with it."""

    dependencies = [("accounts", "0004_setup_tells_when_it_changed")]

    operations = [
        migrations.AddField(
            model_name="tenantsettings",
            name="second_factor_required",
            field=models.BooleanField(default=False, help_text=HELP, verbose_name=LABEL),
        ),
        migrations.AlterField(
            model_name="tenantsettings",
            name="second_factor_required",
            field=models.BooleanField(default=True, help_text=HELP, verbose_name=LABEL),
        ),
    ]
