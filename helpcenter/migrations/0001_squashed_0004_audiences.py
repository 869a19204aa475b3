import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
import helpdesk.files
import helpdesk.tenancy
from django.conf import settings
from django.db import migrations, models

from helpdesk.create_together import CreateTogether


class Migration(migrations.Migration):

    replaces = [('helpcenter', '0001_initial'), ('helpcenter', '0002_pictures'), ('helpcenter', '0003_incidents'), ('helpcenter', '0004_audiences')]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0005_people_by_name'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGinExtension(
        ),
        django.contrib.postgres.operations.CreateExtension(
            name='fuzzystrmatch',
        ),
        CreateTogether([
            migrations.CreateModel(
                name='Section',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('parent', helpdesk.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='helpcenter.section', verbose_name='part of')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                    ('contact_path', models.CharField(blank=True, help_text='Where “Contact us about this” leads from the articles of this section.', max_length=190, verbose_name='topic of requests')),
                    ('source_key', models.CharField(blank=True, editable=False, max_length=190)),
                ],
                options={
                    'verbose_name': 'section',
                    'verbose_name_plural': 'sections',
                    'ordering': ['position', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('source_key', ''), _negated=True), fields=('tenant', 'source_key'), name='section_source_once')],
                },
            ),
            migrations.CreateModel(
                name='SectionTranslation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('section', helpdesk.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='translations', to='helpcenter.section')),
                    ('locale', models.CharField(choices=[('en', 'English'), ('ar', 'العربية'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español'), ('pt', 'Português'), ('pt-BR', 'Português (Brasil)'), ('it', 'Italiano'), ('nl', 'Nederlands'), ('ru', 'Русский'), ('uk', 'Українська'), ('pl', 'Polski'), ('cs', 'Čeština'), ('sk', 'Slovenčina'), ('hu', 'Magyar'), ('ro', 'Română'), ('bg', 'Български'), ('el', 'Ελληνικά'), ('tr', 'Türkçe'), ('sv', 'Svenska'), ('da', 'Dansk'), ('nb', 'Norsk bokmål'), ('fi', 'Suomi'), ('et', 'Eesti'), ('lv', 'Latviešu'), ('lt', 'Lietuvių'), ('sl', 'Slovenščina'), ('hr', 'Hrvatski'), ('sr', 'Српски'), ('ca', 'Català'), ('he', 'עברית'), ('fa', 'فارسی'), ('ur', 'اردو'), ('hi', 'हिन्दी'), ('bn', 'বাংলা'), ('ta', 'தமிழ்'), ('id', 'Bahasa Indonesia'), ('ms', 'Bahasa Melayu'), ('vi', 'Tiếng Việt'), ('th', 'ไทย'), ('ja', '日本語'), ('ko', '한국어'), ('zh-Hans', '简体中文'), ('zh-Hant', '繁體中文')], max_length=12, verbose_name='language')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('summary', models.CharField(blank=True, max_length=240, verbose_name='summary')),
                ],
                options={
                    'verbose_name': 'name of a section',
                    'verbose_name_plural': 'names of sections',
                    'ordering': ['id'],
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'section', 'locale'), name='section_translation_once', violation_error_message='This section has a name in this language already.')],
                },
            ),
            migrations.CreateModel(
                name='Article',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('section', helpdesk.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='helpcenter.section', verbose_name='section')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                    ('visibility', models.PositiveSmallIntegerField(choices=[(0, 'Everybody'), (1, 'People who are signed in'), (2, 'The team only')], default=0, verbose_name='who may read it')),
                    ('source_locale', models.CharField(choices=[('en', 'English'), ('ar', 'العربية'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español'), ('pt', 'Português'), ('pt-BR', 'Português (Brasil)'), ('it', 'Italiano'), ('nl', 'Nederlands'), ('ru', 'Русский'), ('uk', 'Українська'), ('pl', 'Polski'), ('cs', 'Čeština'), ('sk', 'Slovenčina'), ('hu', 'Magyar'), ('ro', 'Română'), ('bg', 'Български'), ('el', 'Ελληνικά'), ('tr', 'Türkçe'), ('sv', 'Svenska'), ('da', 'Dansk'), ('nb', 'Norsk bokmål'), ('fi', 'Suomi'), ('et', 'Eesti'), ('lv', 'Latviešu'), ('lt', 'Lietuvių'), ('sl', 'Slovenščina'), ('hr', 'Hrvatski'), ('sr', 'Српски'), ('ca', 'Català'), ('he', 'עברית'), ('fa', 'فارسی'), ('ur', 'اردو'), ('hi', 'हिन्दी'), ('bn', 'বাংলা'), ('ta', 'தமிழ்'), ('id', 'Bahasa Indonesia'), ('ms', 'Bahasa Melayu'), ('vi', 'Tiếng Việt'), ('th', 'ไทย'), ('ja', '日本語'), ('ko', '한국어'), ('zh-Hans', '简体中文'), ('zh-Hant', '繁體中文')], max_length=12, verbose_name='written first in')),
                    ('is_featured', models.BooleanField(default=False, help_text='Shown on the first page of the help center.', verbose_name='among the popular ones')),
                    ('contact_path', models.CharField(blank=True, help_text="Where “Contact us about this” leads; empty: where the section's articles lead.", max_length=190, verbose_name='topic of requests')),
                    ('source_id', models.CharField(blank=True, editable=False, max_length=190)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('audience', helpdesk.tenancy.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.sender', verbose_name='audience')),
                ],
                options={
                    'verbose_name': 'article',
                    'verbose_name_plural': 'articles',
                    'ordering': ['section', 'position', 'id'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('source_id', ''), _negated=True), fields=('tenant', 'source_id'), name='article_source_once'), models.CheckConstraint(condition=models.Q(('audience__isnull', True), ('visibility', 1), _connector='OR'), name='audience_is_signed_in')],
                },
            ),
            migrations.CreateModel(
                name='Translation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('article', helpdesk.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='translations', to='helpcenter.article')),
                    ('locale', models.CharField(choices=[('en', 'English'), ('ar', 'العربية'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español'), ('pt', 'Português'), ('pt-BR', 'Português (Brasil)'), ('it', 'Italiano'), ('nl', 'Nederlands'), ('ru', 'Русский'), ('uk', 'Українська'), ('pl', 'Polski'), ('cs', 'Čeština'), ('sk', 'Slovenčina'), ('hu', 'Magyar'), ('ro', 'Română'), ('bg', 'Български'), ('el', 'Ελληνικά'), ('tr', 'Türkçe'), ('sv', 'Svenska'), ('da', 'Dansk'), ('nb', 'Norsk bokmål'), ('fi', 'Suomi'), ('et', 'Eesti'), ('lv', 'Latviešu'), ('lt', 'Lietuvių'), ('sl', 'Slovenščina'), ('hr', 'Hrvatski'), ('sr', 'Српски'), ('ca', 'Català'), ('he', 'עברית'), ('fa', 'فارسی'), ('ur', 'اردو'), ('hi', 'हिन्दी'), ('bn', 'বাংলা'), ('ta', 'தமிழ்'), ('id', 'Bahasa Indonesia'), ('ms', 'Bahasa Melayu'), ('vi', 'Tiếng Việt'), ('th', 'ไทย'), ('ja', '日本語'), ('ko', '한국어'), ('zh-Hans', '简体中文'), ('zh-Hant', '繁體中文')], max_length=12, verbose_name='language')),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('summary', models.CharField(blank=True, max_length=400, verbose_name='summary')),
                    ('keywords', models.CharField(blank=True, help_text='Not shown. People who search for these find the article.', max_length=1000, verbose_name='other words for it')),
                    ('body', models.TextField(max_length=100000, verbose_name='text')),
                    ('html', models.TextField(default='', editable=False)),
                    ('headings', models.JSONField(default=list, editable=False)),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('archived', 'Archived')], default='draft', max_length=10, verbose_name='state')),
                    ('published', models.PositiveIntegerField(editable=False, null=True)),
                    ('latest', models.PositiveIntegerField(default=0, editable=False)),
                    ('source_number', models.PositiveIntegerField(editable=False, null=True)),
                    ('lag', models.PositiveSmallIntegerField(choices=[(0, 'Up to date'), (1, 'The source was changed since'), (2, 'The source was changed a lot since')], default=0, editable=False, verbose_name='source')),
                    ('published_at', models.DateTimeField(editable=False, null=True)),
                    ('publish_at', models.DateTimeField(editable=False, null=True)),
                    ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='updated')),
                ],
                options={
                    'verbose_name': 'article',
                    'verbose_name_plural': 'articles',
                    'ordering': ['id'],
                    'indexes': [models.Index(condition=models.Q(('state', 'published')), fields=['tenant', 'locale', 'article'], name='published_in_language'), models.Index(condition=models.Q(('publish_at__isnull', False)), fields=['publish_at'], name='texts_to_publish')],
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'article', 'locale'), name='article_translation_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('published__isnull', False), ('published_at__isnull', False)), _connector='OR'), name='published_says_what')],
                },
            ),
            migrations.CreateModel(
                name='Revision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('translation', helpdesk.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='helpcenter.translation')),
                    ('number', models.PositiveIntegerField()),
                    ('title', models.CharField(max_length=200)),
                    ('summary', models.CharField(blank=True, max_length=400)),
                    ('keywords', models.CharField(blank=True, max_length=1000)),
                    ('body', models.TextField(max_length=100000)),
                    ('significance', models.PositiveSmallIntegerField(choices=[(0, 'A correction: translations stay right'), (1, 'A change: translations should follow'), (2, 'A big change: translations are wrong until they follow')], default=1)),
                    ('comment', models.CharField(blank=True, max_length=240)),
                    ('source_number', models.PositiveIntegerField(null=True)),
                    ('author', helpdesk.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'verbose_name': 'revision',
                    'verbose_name_plural': 'revisions',
                    'ordering': ['-number'],
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'translation', 'number'), name='revision_once')],
                },
            ),
            migrations.CreateModel(
                name='Deflection',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('article', helpdesk.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deflections', to='helpcenter.article')),
                    ('locale', models.CharField(max_length=12)),
                    ('visitor', models.CharField(max_length=64)),
                    ('member', helpdesk.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('day', models.DateField()),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('came_back_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['tenant', 'created_at'], name='deflections_in_time')],
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'visitor', 'article', 'day'), name='deflected_once_a_day')],
                },
            ),
            migrations.CreateModel(
                name='HelpSettings',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('languages', models.JSONField(default=list, help_text='The languages that articles are written in, the first ones first.', verbose_name='languages')),
                    ('default_locale', models.CharField(choices=[('en', 'English'), ('ar', 'العربية'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español'), ('pt', 'Português'), ('pt-BR', 'Português (Brasil)'), ('it', 'Italiano'), ('nl', 'Nederlands'), ('ru', 'Русский'), ('uk', 'Українська'), ('pl', 'Polski'), ('cs', 'Čeština'), ('sk', 'Slovenčina'), ('hu', 'Magyar'), ('ro', 'Română'), ('bg', 'Български'), ('el', 'Ελληνικά'), ('tr', 'Türkçe'), ('sv', 'Svenska'), ('da', 'Dansk'), ('nb', 'Norsk bokmål'), ('fi', 'Suomi'), ('et', 'Eesti'), ('lv', 'Latviešu'), ('lt', 'Lietuvių'), ('sl', 'Slovenščina'), ('hr', 'Hrvatski'), ('sr', 'Српски'), ('ca', 'Català'), ('he', 'עברית'), ('fa', 'فارسی'), ('ur', 'اردو'), ('hi', 'हिन्दी'), ('bn', 'বাংলা'), ('ta', 'தமிழ்'), ('id', 'Bahasa Indonesia'), ('ms', 'Bahasa Melayu'), ('vi', 'Tiếng Việt'), ('th', 'ไทย'), ('ja', '日本語'), ('ko', '한국어'), ('zh-Hans', '简体中文'), ('zh-Hant', '繁體中文')], default='en', max_length=12, verbose_name='shown where a text is missing')),
                    ('needs_second_person', models.BooleanField(default=False, help_text='Nobody publishes a text that they wrote themselves: somebody else has to look at it first.', verbose_name='another person publishes')),
                    ('version', models.PositiveBigIntegerField(default=1, editable=False)),
                ],
                options={
                    'verbose_name': 'help center',
                    'verbose_name_plural': 'help center',
                    'constraints': [models.UniqueConstraint(fields=('tenant',), name='one_help_center_a_tenant')],
                },
            ),
            migrations.CreateModel(
                name='SearchMiss',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('locale', models.CharField(max_length=12)),
                    ('asked', models.CharField(max_length=100)),
                    ('times', models.PositiveIntegerField(default=1)),
                    ('last_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'locale', 'asked'), name='missed_once')],
                },
            ),
            migrations.CreateModel(
                name='SearchDocument',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('translation', helpdesk.tenancy.TenantOneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='search_document', to='helpcenter.translation')),
                    ('article_id', models.BigIntegerField()),
                    ('scope', models.CharField(max_length=40)),
                    ('visibility', models.PositiveSmallIntegerField(choices=[(0, 'Everybody'), (1, 'People who are signed in'), (2, 'The team only')])),
                    ('title', models.CharField(max_length=400)),
                    ('words', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                    ('length', models.PositiveIntegerField()),
                    ('text', models.TextField()),
                    ('vector', django.contrib.postgres.search.SearchVectorField()),
                    ('analysis', models.PositiveSmallIntegerField()),
                    ('audience_id', models.BigIntegerField(null=True)),
                ],
                options={
                    'verbose_name_plural': 'search documents',
                    'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['scope', 'vector'], name='articles_by_words')],
                },
            ),
            migrations.CreateModel(
                name='SearchWord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('scope', models.CharField(max_length=40)),
                    ('word', models.CharField(max_length=60)),
                    ('first', models.CharField(max_length=1)),
                    ('length', models.PositiveSmallIntegerField()),
                    ('stems', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                    ('documents', models.PositiveIntegerField()),
                ],
                options={
                    'indexes': [models.Index(fields=['scope', 'first', 'length'], name='search_words_alike')],
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'scope', 'word'), name='search_word_once')],
                },
            ),
            migrations.CreateModel(
                name='SearchStem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('scope', models.CharField(max_length=40)),
                    ('stem', models.CharField(max_length=60)),
                    ('documents', models.PositiveIntegerField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'scope', 'stem'), name='search_stem_once')],
                },
            ),
            migrations.CreateModel(
                name='Synonyms',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('locale', models.CharField(choices=[('en', 'English'), ('ar', 'العربية'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español'), ('pt', 'Português'), ('pt-BR', 'Português (Brasil)'), ('it', 'Italiano'), ('nl', 'Nederlands'), ('ru', 'Русский'), ('uk', 'Українська'), ('pl', 'Polski'), ('cs', 'Čeština'), ('sk', 'Slovenčina'), ('hu', 'Magyar'), ('ro', 'Română'), ('bg', 'Български'), ('el', 'Ελληνικά'), ('tr', 'Türkçe'), ('sv', 'Svenska'), ('da', 'Dansk'), ('nb', 'Norsk bokmål'), ('fi', 'Suomi'), ('et', 'Eesti'), ('lv', 'Latviešu'), ('lt', 'Lietuvių'), ('sl', 'Slovenščina'), ('hr', 'Hrvatski'), ('sr', 'Српски'), ('ca', 'Català'), ('he', 'עברית'), ('fa', 'فارسی'), ('ur', 'اردو'), ('hi', 'हिन्दी'), ('bn', 'বাংলা'), ('ta', 'தமிழ்'), ('id', 'Bahasa Indonesia'), ('ms', 'Bahasa Melayu'), ('vi', 'Tiếng Việt'), ('th', 'ไทย'), ('ja', '日本語'), ('ko', '한국어'), ('zh-Hans', '简体中文'), ('zh-Hant', '繁體中文')], max_length=12, verbose_name='language')),
                    ('words', models.TextField(help_text='One a line. Whoever searches for one of them also finds the others.', max_length=2000, verbose_name='words')),
                ],
                options={
                    'verbose_name': 'words that mean the same',
                    'verbose_name_plural': 'words that mean the same',
                    'ordering': ['locale', 'id'],
                    'indexes': [models.Index(fields=['tenant', 'locale'], name='synonyms_of_language')],
                },
            ),
            migrations.CreateModel(
                name='UnsavedText',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('author', helpdesk.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('article', helpdesk.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpcenter.article')),
                    ('locale', models.CharField(choices=[('en', 'English'), ('ar', 'العربية'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español'), ('pt', 'Português'), ('pt-BR', 'Português (Brasil)'), ('it', 'Italiano'), ('nl', 'Nederlands'), ('ru', 'Русский'), ('uk', 'Українська'), ('pl', 'Polski'), ('cs', 'Čeština'), ('sk', 'Slovenčina'), ('hu', 'Magyar'), ('ro', 'Română'), ('bg', 'Български'), ('el', 'Ελληνικά'), ('tr', 'Türkçe'), ('sv', 'Svenska'), ('da', 'Dansk'), ('nb', 'Norsk bokmål'), ('fi', 'Suomi'), ('et', 'Eesti'), ('lv', 'Latviešu'), ('lt', 'Lietuvių'), ('sl', 'Slovenščina'), ('hr', 'Hrvatski'), ('sr', 'Српски'), ('ca', 'Català'), ('he', 'עברית'), ('fa', 'فارسی'), ('ur', 'اردو'), ('hi', 'हिन्दी'), ('bn', 'বাংলা'), ('ta', 'தமிழ்'), ('id', 'Bahasa Indonesia'), ('ms', 'Bahasa Melayu'), ('vi', 'Tiếng Việt'), ('th', 'ไทย'), ('ja', '日本語'), ('ko', '한국어'), ('zh-Hans', '简体中文'), ('zh-Hant', '繁體中文')], max_length=12)),
                    ('based_on', models.PositiveIntegerField(default=0)),
                    ('boxes', models.JSONField(default=dict)),
                    ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'author', 'article', 'locale'), name='unsaved_once', nulls_distinct=False)],
                },
            ),
            migrations.CreateModel(
                name='ArticleVote',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('article', helpdesk.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='helpcenter.article')),
                    ('locale', models.CharField(max_length=12)),
                    ('is_helpful', models.BooleanField()),
                    ('reason', models.TextField(blank=True, max_length=1000)),
                    ('voter', models.CharField(max_length=64)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'article', 'locale', 'voter'), name='vote_once')],
                },
            ),
            migrations.CreateModel(
                name='Picture',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('content', models.FileField(max_length=120, upload_to=helpdesk.files.random_key)),
                    ('name', models.CharField(max_length=200)),
                    ('size', models.PositiveBigIntegerField()),
                    ('media_type', models.CharField(max_length=100)),
                    ('sha256', models.CharField(max_length=64)),
                    ('state', models.CharField(choices=[('checking', 'Checking'), ('ready', 'Ready'), ('quarantined', 'Held back')], default='ready', max_length=12)),
                    ('verdict', models.CharField(blank=True, max_length=100)),
                    ('thumbnail', models.CharField(blank=True, max_length=120)),
                    ('treat_after', models.DateTimeField(blank=True, null=True)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                    ('uploaded_by', helpdesk.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'picture',
                    'verbose_name_plural': 'pictures',
                    'ordering': ['id'],
                },
            ),
            migrations.CreateModel(
                name='Incident',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('titles', models.JSONField(default=dict, verbose_name='what happens')),
                    ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                    ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='over since')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ],
                options={
                    'verbose_name': 'incident',
                    'verbose_name_plural': 'incidents',
                    'ordering': ['-started_at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='IncidentNews',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.JSONField(default=dict)),
                    ('is_end', models.BooleanField(default=False)),
                    ('told_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('author', helpdesk.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('incident', helpdesk.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='news', to='helpcenter.incident')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ],
                options={
                    'ordering': ['-told_at', '-id'],
                },
            ),
            migrations.CreateModel(
                name='IncidentFollower',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('email', models.EmailField(max_length=254)),
                    ('locale', models.CharField(choices=[('en', 'English'), ('ar', 'العربية'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español'), ('pt', 'Português'), ('pt-BR', 'Português (Brasil)'), ('it', 'Italiano'), ('nl', 'Nederlands'), ('ru', 'Русский'), ('uk', 'Українська'), ('pl', 'Polski'), ('cs', 'Čeština'), ('sk', 'Slovenčina'), ('hu', 'Magyar'), ('ro', 'Română'), ('bg', 'Български'), ('el', 'Ελληνικά'), ('tr', 'Türkçe'), ('sv', 'Svenska'), ('da', 'Dansk'), ('nb', 'Norsk bokmål'), ('fi', 'Suomi'), ('et', 'Eesti'), ('lv', 'Latviešu'), ('lt', 'Lietuvių'), ('sl', 'Slovenščina'), ('hr', 'Hrvatski'), ('sr', 'Српски'), ('ca', 'Català'), ('he', 'עברית'), ('fa', 'فارسی'), ('ur', 'اردو'), ('hi', 'हिन्दी'), ('bn', 'বাংলা'), ('ta', 'தமிழ்'), ('id', 'Bahasa Indonesia'), ('ms', 'Bahasa Melayu'), ('vi', 'Tiếng Việt'), ('th', 'ไทย'), ('ja', '日本語'), ('ko', '한국어'), ('zh-Hans', '简体中文'), ('zh-Hant', '繁體中文')], max_length=12)),
                    ('confirmed_at', models.DateTimeField(null=True)),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('incident', helpdesk.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='helpcenter.incident')),
                    ('tenant', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_tenant_id_or_none, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('tenant', 'incident', 'email'), name='incident_followed_once')],
                },
            ),
        ]),
        migrations.AddField(
            model_name='article',
            name='related',
            field=models.ManyToManyField(blank=True, to='helpcenter.article', verbose_name='see also'),
        ),
        migrations.AddField(
            model_name='translation',
            name='pictures',
            field=models.ManyToManyField(editable=False, related_name='texts', to='helpcenter.picture'),
        ),
    ]
