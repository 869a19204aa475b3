from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_squashed_0005_people_by_name'),
        ('tickets', '0020_queues_of_one_status'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='dailyfigure',
            name='daily_figure_once',
        ),
        migrations.AddConstraint(
            model_name='dailyfigure',
            constraint=models.UniqueConstraint(fields=('tenant', 'cut', 'measure', 'day', 'bin', 'team', 'category', 'tier', 'language'), include=('n',), name='daily_figure_once'),
        ),
    ]
