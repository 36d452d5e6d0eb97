import datetime
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import integrations.models.attempts
import integrations.models.connections
import portal.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('portal', '0001_initial'),
        ('portal', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Discussion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chat_id', models.CharField(max_length=120)),
                ('chat_name', models.CharField(max_length=200, verbose_name='chat')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.customer')),
                ('estimate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.estimate')),
                ('invoice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.invoice')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-begun_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('customer__isnull', True), ('estimate__isnull', False), ('invoice__isnull', True)), models.Q(('customer__isnull', True), ('estimate__isnull', True), ('invoice__isnull', False)), models.Q(('customer__isnull', False), ('estimate__isnull', True), ('invoice__isnull', True)), _connector='OR'), name='discussion_is_about_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='HiddenBar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'organisation'), name='hidden_bar_once_per_user_and_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data_centre', models.CharField(max_length=10, verbose_name='data centre')),
                ('zuid', models.CharField(max_length=40, verbose_name='Zoho id')),
                ('due_at', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), verbose_name='waits until')),
                ('locked_until', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), verbose_name='locked by Cliq until')),
                ('leased_until', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('lease_owner', models.CharField(blank=True, max_length=32)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('data_centre', 'zuid'), name='account_once_per_data_centre')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='Zoho account')),
                ('name', models.CharField(blank=True, max_length=160, verbose_name='name')),
                ('cliq_organisation_id', models.CharField(blank=True, max_length=40)),
                ('scopes', models.TextField()),
                ('refresh_token', portal.models.fields.EncryptedTextField()),
                ('access_token', portal.models.fields.EncryptedTextField()),
                ('access_expires_at', models.DateTimeField()),
                ('token_version', models.PositiveIntegerField(default=1)),
                ('refresh_leased_until', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('status', models.CharField(choices=[('active', 'Active'), ('dead', 'Ended at Zoho'), ('scope_missing', 'Permission missing')], default='active', max_length=14)),
                ('granted_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='integrations.account')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cliq_grants', to='portal.organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cliq_grants', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'user'), name='grant_once_per_user_and_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chat_bar_enabled', models.BooleanField(default=False, verbose_name='Enable the Zoho Cliq chat bar in Books')),
                ('notifications_enabled', models.BooleanField(default=False, verbose_name='Enable Books notifications in Zoho Cliq')),
                ('channel_id', models.CharField(blank=True, max_length=80)),
                ('chat_id', models.CharField(blank=True, max_length=120)),
                ('channel', models.CharField(blank=True, max_length=120, verbose_name='channel')),
                ('channel_name', models.CharField(blank=True, max_length=120)),
                ('cliq_organisation_id', models.CharField(blank=True, max_length=40)),
                ('channel_members', models.PositiveIntegerField(blank=True, null=True)),
                ('muted_kinds', models.JSONField(blank=True, default=integrations.models.connections.no_kinds, verbose_name='kinds not posted')),
                ('views', models.CharField(choices=[('first', 'First view only'), ('every', 'Every visit')], default='first', max_length=6, verbose_name='views')),
                ('view_hours', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(720)], verbose_name='hours between views')),
                ('health', models.CharField(choices=[('ok', 'Working'), ('needs_reconnect', 'Needs to be connected again'), ('needs_account', 'Needs a new account'), ('channel_unavailable', 'Channel unavailable')], default='ok', max_length=20)),
                ('health_detail', models.CharField(blank=True, max_length=300)),
                ('broken_at', models.DateTimeField(blank=True, null=True)),
                ('told_health', models.CharField(choices=[('ok', 'Working'), ('needs_reconnect', 'Needs to be connected again'), ('needs_account', 'Needs a new account'), ('channel_unavailable', 'Channel unavailable')], default='ok', max_length=20)),
                ('connected_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='cliq_connection', to='portal.organisation')),
                ('grant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='connections', to='integrations.grant')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('notifications_enabled', False), models.Q(('channel', ''), _negated=True), _connector='OR'), name='connection_notifies_some_channel', violation_error_message='Choose the channel to notify.')],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chat_id', models.CharField(blank=True, max_length=120)),
                ('before', models.CharField(blank=True, max_length=120)),
                ('content', portal.models.fields.EncryptedTextField(blank=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('fetched_at', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('leased_until', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('lease_owner', models.CharField(blank=True, max_length=32)),
                ('error', models.CharField(blank=True, max_length=40)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('read_until', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='integrations.grant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('grant', 'chat_id', 'before'), name='snapshot_once_per_grant_and_page')],
            },
        ),
        migrations.CreateModel(
            name='Allowance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('call', models.CharField(max_length=20)),
                ('taken', models.JSONField(default=list)),
                ('locked_until', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='allowances', to='integrations.account')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'call'), name='allowance_once_per_account_and_call')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('delivery', 'Notification'), ('digest', 'Digest'), ('test', 'Test message'), ('chat', 'Chat bar'), ('read', 'Reading back')], max_length=10)),
                ('marker', models.CharField(default=integrations.models.attempts.new_marker, max_length=8)),
                ('is_text_only', models.BooleanField(default=False)),
                ('chat_id', models.CharField(blank=True, max_length=120)),
                ('channel', models.CharField(blank=True, max_length=120)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('duration_ms', models.PositiveIntegerField(blank=True, null=True)),
                ('outcome', models.CharField(choices=[('started', 'No answer yet'), ('sent', 'Sent'), ('found', 'Found in the channel'), ('not_found', 'Not in the channel'), ('throttled', 'Throttled by Cliq'), ('unavailable', 'Cliq not reachable'), ('timeout', 'No answer from Cliq'), ('refused', 'Refused by Cliq'), ('unauthorized', 'No permission'), ('channel', 'Channel unavailable'), ('internal', 'Error of our own')], default='started', max_length=12)),
                ('http_status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('code', models.CharField(blank=True, max_length=80)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('message_id', models.CharField(blank=True, max_length=120)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='integrations.account')),
                ('connection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='integrations.connection')),
            ],
            options={
                'indexes': [models.Index(fields=['account', '-started_at'], name='attempt_newest_of_account'), models.Index(fields=['started_at'], name='attempt_by_time')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('pending', 'Waiting'), ('sent', 'Sent'), ('uncertain', 'Perhaps sent'), ('failed', 'Failed'), ('skipped', 'Not sent')], default='pending', max_length=10)),
                ('reason', models.CharField(blank=True, choices=[('notifications_off', 'Notifications were off'), ('kind_off', 'This kind was off'), ('repeated_view', 'Not the first view'), ('not_connected', 'Cliq was not connected')], max_length=20)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('is_text_only', models.BooleanField(default=False)),
                ('queued_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('channel', models.CharField(blank=True, max_length=120)),
                ('message_id', models.CharField(blank=True, max_length=120)),
                ('attempt', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='carried', to='integrations.attempt')),
                ('attempts', models.ManyToManyField(related_name='deliveries', to='integrations.attempt')),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='integrations.connection')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='portal.event')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'pending')), fields=['connection', 'event'], name='delivery_pending'), models.Index(condition=models.Q(('status__in', ['uncertain', 'failed'])), fields=['connection', 'event'], name='delivery_in_trouble'), models.Index(fields=['connection', '-event'], name='delivery_newest'), models.Index(condition=models.Q(('status', 'pending'), _negated=True), fields=['queued_at'], name='delivery_over')],
                'constraints': [models.UniqueConstraint(fields=('event', 'connection'), name='delivery_once_per_connection'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'skipped'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='delivery_skipped_says_why')],
            },
        ),
        migrations.CreateModel(
            name='ChatPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chat_id', models.CharField(max_length=120)),
                ('client_id', models.UUIDField()),
                ('payload', portal.models.fields.EncryptedTextField()),
                ('status', models.CharField(choices=[('waiting', 'Sending'), ('called', 'No answer yet'), ('sent', 'Sent'), ('failed', 'Not sent')], default='waiting', max_length=8)),
                ('message_id', models.CharField(blank=True, max_length=120)),
                ('error', models.CharField(blank=True, max_length=40)),
                ('retry_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('leased_until', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('attempt', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='chat_posts', to='integrations.attempt')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chat_posts', to='integrations.grant')),
            ],
            options={
                'indexes': [models.Index(fields=['grant', 'chat_id', 'status'], name='chat_post_of_chat')],
                'constraints': [models.UniqueConstraint(fields=('grant', 'client_id'), name='chat_post_once_per_grant_and_client_id')],
            },
        ),
    ]
