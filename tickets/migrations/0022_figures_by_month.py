from django.db import migrations

COLUMNS = "tenant_id, cut, measure, day, bin, team, category, tier, language, n"
# The two cuts that are new, from what was measured; then every cut by month, from its days.
FILL_DAYS = f"""
    INSERT INTO tickets_dailyfigure ({COLUMNS})
    SELECT tenant_id, 7, measure, day, bin, team, category, tier, language, count(*) FROM tickets_measured
    GROUP BY tenant_id, measure, day, bin, team, category, tier, language
    UNION ALL
    SELECT tenant_id, 6, measure, day, bin, 0, 0, tier, language, count(*) FROM tickets_measured
    GROUP BY tenant_id, measure, day, bin, tier, language
"""
FILL_MONTHS = f"""
    INSERT INTO tickets_dailyfigure ({COLUMNS})
    SELECT tenant_id, cut + 16, measure, date_trunc('month', day)::date, bin, team, category, tier, language, sum(n)
    FROM tickets_dailyfigure WHERE cut < 16
    GROUP BY tenant_id, cut, measure, date_trunc('month', day), bin, team, category, tier, language
"""
EMPTY = "DELETE FROM tickets_dailyfigure WHERE cut >= 6"


class Migration(migrations.Migration):

    dependencies = [("tickets", "0021_figures_from_the_index_alone")]

    operations = [
        migrations.RunSQL(FILL_DAYS, EMPTY),
        migrations.RunSQL(FILL_MONTHS, migrations.RunSQL.noop),
    ]
