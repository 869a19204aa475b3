import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_audiences"),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='back_on',
            field=models.DateField(blank=True, null=True, verbose_name='on leave, back on'),
        ),
        migrations.AddField(
            model_name='member',
            name='languages',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, verbose_name='reads and writes'),
        ),
        migrations.AddField(
            model_name='member',
            name='most_tickets',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='open tickets at most'),
        ),
        migrations.AddField(
            model_name='member',
            name='takes_tickets',
            field=models.BooleanField(db_default=True, default=True, verbose_name='takes new tickets'),
        ),
        migrations.AddField(
            model_name='team',
            name='assigning',
            field=models.CharField(choices=[('by_hand', 'By hand: people take them from the queue'), ('in_turn', 'In turn, to whoever got none for the longest time'), ('least_busy', 'To whoever has the fewest open tickets')], db_default='by_hand', default='by_hand', help_text='A rule gives tickets to those who take new ones, are not on leave, read the language where anybody there does, and have fewer than they take. What nobody is free for waits in the queue.', max_length=10, verbose_name='who gets a new ticket'),
        ),
        migrations.AddField(
            model_name='teammembership',
            name='turn',
            field=models.PositiveBigIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
