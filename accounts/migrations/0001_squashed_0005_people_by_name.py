import accounts.models.tenant
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import helpdesk.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('accounts', '0001_initial'), ('accounts', '0002_ratings'), ('accounts', '0003_audiences'), ('accounts', '0004_who_gets_tickets'), ('accounts', '0005_people_by_name')]

    initial = True

    dependencies = [
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGinExtension(
        ),
        django.contrib.postgres.operations.TrigramExtension(
        ),
        migrations.CreateModel(
            name='Tenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(help_text='The first part of its address.', max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\Z', 'Use a–z, 0–9 and dashes.')], verbose_name='short name')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('state', models.CharField(choices=[('active', 'Active'), ('suspended', 'Suspended')], default='active', max_length=12, verbose_name='state')),
                ('locale', models.CharField(default='en', max_length=12, verbose_name='language')),
                ('timezone', models.CharField(default='UTC', max_length=64, validators=[accounts.models.tenant.check_timezone], verbose_name='time zone')),
                ('prefix', models.CharField(max_length=10, validators=[django.core.validators.RegexValidator('^[A-Z][A-Z0-9]*\\Z', 'Use capital letters A–Z and digits, a letter first.')], verbose_name='prefix of ticket numbers')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
            ],
            options={
                'verbose_name': 'tenant',
                'verbose_name_plural': 'tenants',
            },
        ),
        migrations.CreateModel(
            name='TenantHost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hosts', to='accounts.tenant')),
                ('host', models.CharField(max_length=253, unique=True, verbose_name='host')),
            ],
            options={
                'verbose_name': 'own domain',
                'verbose_name_plural': 'own domains',
                'constraints': [models.CheckConstraint(condition=models.Q(('host', django.db.models.functions.text.Lower('host'))), name='tenant_host_lower')],
            },
        ),
        migrations.CreateModel(
            name='TenantSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('signup_open', models.BooleanField(default=True, verbose_name='people may sign up')),
                ('second_factor_required', models.BooleanField(default=True, help_text='Agents, team leads and admins who have none set it up when they next open the desk.', verbose_name='the team needs a second step to sign in')),
                ('pending_reminder_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='remind the customer after days')),
                ('pending_solved_days', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='solve without an answer after days')),
                ('solved_closed_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='close solved tickets after days')),
                ('asks_for_ratings', models.BooleanField(db_default=True, default=True, help_text='An hour after a ticket was solved, once. On its page they can say it in any case.', verbose_name='ask customers by mail what they thought of the help')),
            ],
            options={
                'verbose_name': 'settings',
                'verbose_name_plural': 'settings',
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='one_settings_row_a_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Sender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('audience', models.CharField(help_text='For example: Europe, or Partners.', max_length=60, verbose_name='audience')),
                ('from_name', models.CharField(max_length=80, verbose_name='name')),
                ('from_address', models.EmailField(max_length=254, verbose_name='address')),
                ('is_default', models.BooleanField(default=False, verbose_name='used when nothing else fits')),
            ],
            options={
                'verbose_name': 'sender',
                'verbose_name_plural': 'senders',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'audience'), name='sender_audience_once', violation_error_message='There is already a sender for this audience.'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('tenant',), name='one_default_sender', violation_error_message='Another sender is the default already.')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, verbose_name='email address')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('role', models.CharField(choices=[('customer', 'Customer'), ('agent', 'Agent'), ('lead', 'Team lead'), ('admin', 'Admin'), ('operator', 'Operator')], default='customer', max_length=10, verbose_name='role')),
                ('locale', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('timezone', models.CharField(blank=True, max_length=64, validators=[accounts.models.tenant.check_timezone], verbose_name='time zone')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('email_proven_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='address proven')),
                ('desk_keys', models.JSONField(blank=True, default=dict, editable=False)),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='joined')),
                ('audience', helpdesk.tenancy.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.sender', verbose_name='audience')),
                ('back_on', models.DateField(blank=True, null=True, verbose_name='on leave, back on')),
                ('languages', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, verbose_name='reads and writes')),
                ('most_tickets', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='open tickets at most')),
                ('takes_tickets', models.BooleanField(db_default=True, default=True, verbose_name='takes new tickets')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'email'), name='member_email_once', violation_error_message='Somebody with this email address is here already.'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='member_email_lower')],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['tenant', 'name'], name='member_named', opclasses=['int8_ops', 'gin_trgm_ops'])],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(max_length=60, verbose_name='short name')),
                ('assigning', models.CharField(choices=[('by_hand', 'By hand: people take them from the queue'), ('in_turn', 'In turn, to whoever got none for the longest time'), ('least_busy', 'To whoever has the fewest open tickets')], db_default='by_hand', default='by_hand', help_text='A rule gives tickets to those who take new ones, are not on leave, read the language where anybody there does, and have fewer than they take. What nobody is free for waits in the queue.', max_length=10, verbose_name='who gets a new ticket')),
            ],
            options={
                'verbose_name': 'team',
                'verbose_name_plural': 'teams',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'slug'), name='team_slug_once', violation_error_message='There is already a team with this short name.')],
            },
        ),
        migrations.CreateModel(
            name='TeamMembership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('team', helpdesk.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.team', verbose_name='team')),
                ('member', helpdesk.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('tier', models.PositiveSmallIntegerField(choices=[(1, 'L1'), (2, 'L2'), (3, 'L3')], default=1, verbose_name='tier')),
                ('turn', models.PositiveBigIntegerField(db_default=0, default=0, editable=False)),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'team', 'member'), name='membership_once', violation_error_message='This person is in the team already.')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('act', models.CharField(choices=[('added', 'Added'), ('changed', 'Changed'), ('deleted', 'Deleted')], max_length=8, verbose_name='what happened')),
                ('kind', models.CharField(max_length=80, verbose_name='kind of setting')),
                ('object_id', models.CharField(blank=True, max_length=40)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('changes', models.JSONField(default=list, verbose_name='changes')),
                ('team', helpdesk.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team', verbose_name='team')),
                ('actor', helpdesk.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
            ],
            options={
                'verbose_name': 'change of the setup',
                'verbose_name_plural': 'audit log',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['tenant', '-id'], name='audit_log'), models.Index(fields=['tenant', 'kind', 'object_id', '-id'], name='audit_of_thing')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('member', helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                ('token_hash', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'token_hash'), name='invitation_token_once'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True), ('used_at__isnull', True)), fields=('tenant', 'member'), name='one_open_invitation')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('member_id', models.BigIntegerField(db_index=True, null=True)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
            },
        ),
        migrations.CreateModel(
            name='SetupStamp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('stamp', models.UUIDField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='one_setup_stamp_a_tenant')],
            },
        ),
        migrations.AddField(
            model_name='team',
            name='members',
            field=models.ManyToManyField(related_name='teams', through='accounts.TeamMembership', to=settings.AUTH_USER_MODEL, verbose_name='members'),
        ),
    ]
