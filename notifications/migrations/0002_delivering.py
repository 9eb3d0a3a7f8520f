"""Messages are delivered: to devices, endpoints and mailboxes; a worker is woken when one is written."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import customerbackend.ids

# A worker that listens wakes when the transaction commits; of several rows in one transaction it hears once.
ANNOUNCE = """
CREATE FUNCTION notifications_announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('notifications_message', '');
    RETURN NULL;
END $$;
CREATE TRIGGER notifications_announce AFTER INSERT ON notifications_message
FOR EACH STATEMENT EXECUTE FUNCTION notifications_announce();
"""
ANNOUNCE_NOTHING = """
DROP TRIGGER notifications_announce ON notifications_message;
DROP FUNCTION notifications_announce();
"""
# Written before anything was delivered: nobody waits for these any more.
PAST = "UPDATE notifications_message SET addressed_at = created_at, address = '', read_at = created_at;"


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE notifications_message_position", "DROP SEQUENCE notifications_message_position"
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('took_ms', models.PositiveIntegerField(help_text='Milliseconds until the target had answered.')),
                ('status_code', models.PositiveSmallIntegerField(help_text="The answer's, where it came over HTTP.", null=True)),
                ('error', models.CharField(blank=True, help_text='Empty: it was delivered.', max_length=300)),
            ],
            options={
                'verbose_name': 'try',
                'verbose_name_plural': 'tries',
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=customerbackend.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.BigIntegerField(help_text='That of the message.')),
                ('channel', models.CharField(choices=[('push', 'Push'), ('email', 'Email'), ('webhook', 'Webhook')], max_length=16)),
                ('outlet', models.CharField(max_length=40)),
                ('target_id', models.UUIDField(help_text='The device, the endpoint, the mailbox, or the recipient.')),
                ('lane', models.UUIDField(help_text='What the message is about, or the message where that is nothing.')),
                ('address', models.CharField(blank=True, help_text='Of mail; gone when it has been sent.', max_length=254)),
                ('state', models.CharField(choices=[('pending', 'waiting'), ('delivered', 'delivered'), ('dropped', 'no longer needed'), ('dead', 'given up')], default='pending', max_length=16)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('wanted_at', models.DateTimeField(help_text='When it was to leave first.')),
                ('due_at', models.DateTimeField(help_text='When it is to leave next.')),
                ('leased_until', models.DateTimeField(null=True)),
                ('claim_id', models.UUIDField(null=True)),
                ('note', models.CharField(blank=True, help_text='Why it is not delivered.', max_length=300)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
            },
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.UUIDField(default=customerbackend.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('fcm', 'FCM'), ('apns', 'APNs'), ('webpush', 'Web Push')], max_length=16)),
                ('token', models.CharField(help_text='What the provider knows it by; of Web Push its address.', max_length=1500)),
                ('p256dh', models.CharField(blank=True, help_text="Web Push: the browser's public key.", max_length=100)),
                ('auth', models.CharField(blank=True, help_text='Web Push: the secret shared with the browser.', max_length=50)),
                ('name', models.CharField(blank=True, max_length=100)),
                ('recipient_id', models.UUIDField()),
                ('session_id', models.UUIDField()),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'device',
                'verbose_name_plural': 'devices',
            },
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('branch_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, help_text='None: all of them.', size=None, verbose_name='branches')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), blank=True, default=list, help_text='None: all that there are.', size=None, verbose_name='kinds of messages')),
                ('is_on', models.BooleanField(default=True, help_text='Off: what happens meanwhile is not told.', verbose_name='on')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('id', models.UUIDField(default=customerbackend.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('recipient_kind', models.CharField(choices=[('kitchen', 'Kitchen'), ('warehouse', 'Warehouse'), ('courier', 'Courier'), ('staff', 'Staff')], max_length=16, verbose_name='told as')),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('secret', models.CharField(max_length=100, verbose_name='secret')),
                ('previous_secret', models.CharField(blank=True, default='', max_length=100)),
                ('previous_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'endpoint',
                'verbose_name_plural': 'endpoints',
            },
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('branch_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, help_text='None: all of them.', size=None, verbose_name='branches')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), blank=True, default=list, help_text='None: all that there are.', size=None, verbose_name='kinds of messages')),
                ('is_on', models.BooleanField(default=True, help_text='Off: what happens meanwhile is not told.', verbose_name='on')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('id', models.UUIDField(default=customerbackend.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('address', models.EmailField(max_length=254, unique=True, verbose_name='address')),
                ('language', models.CharField(choices=[('en', 'English'), ('ru', 'Русский')], default='en', max_length=8, verbose_name='language')),
            ],
            options={
                'verbose_name': 'mailbox of staff',
                'verbose_name_plural': 'mailboxes of staff',
            },
        ),
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('recipient_id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('channels', models.JSONField(default=dict, help_text='What differs from the defaults, as {preference: {channel: true or false}}.')),
                ('quiet_from', models.TimeField(help_text="By the recipient's own clock; they may go past midnight.", null=True)),
                ('quiet_to', models.TimeField(null=True)),
            ],
            options={
                'verbose_name': 'preferences',
                'verbose_name_plural': 'preferences',
            },
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_by_recipient',
        ),
        migrations.AddField(
            model_name='message',
            name='addressed_at',
            field=models.DateTimeField(help_text='When it was found out where to send it.', null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='due_at',
            field=models.DateTimeField(help_text='Not to be told before.', null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='is_once',
            field=models.BooleanField(default=False, help_text='Written again about the same thing, it is not told.'),
        ),
        migrations.AddField(
            model_name='message',
            name='position',
            field=models.BigIntegerField(db_default=models.Func(models.Value('notifications_message_position'), function='nextval'), editable=False),
        ),
        migrations.AddField(
            model_name='message',
            name='read_at',
            field=models.DateTimeField(help_text='When the customer read it.', null=True),
        ),
        migrations.AlterField(
            model_name='message',
            name='address',
            field=models.CharField(blank=True, help_text="Where it is mailed to, if not to the recipient's own address.", max_length=254),
        ),
        migrations.AlterField(
            model_name='message',
            name='expires_at',
            field=models.DateTimeField(help_text='Not to be told after.', null=True),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('recipient_kind'), models.F('recipient_id'), models.F('created_at'), models.F('id'), name='message_by_recipient'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('position'), condition=models.Q(('addressed_at', None)), name='message_not_addressed'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('recipient_id'), condition=models.Q(('read_at', None), ('recipient_kind', 'customer')), name='message_unread'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=django.contrib.postgres.indexes.BrinIndex(models.F('created_at'), name='message_by_age'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(models.F('kind'), models.F('recipient_id'), models.F('subject_id'), condition=models.Q(('is_once', True)), name='message_told_once'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='message',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.message'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='delivery',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='notifications.delivery'),
        ),
        migrations.AddIndex(
            model_name='device',
            index=models.Index(models.F('recipient_id'), models.F('created_at'), models.F('id'), name='devices_of_recipient'),
        ),
        migrations.AddIndex(
            model_name='device',
            index=models.Index(models.F('session_id'), name='devices_of_session'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(models.F('kind'), models.F('token'), name='device_token_once'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['fcm', 'apns', 'webpush'])), name='device_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'webpush'), models.Q(('p256dh', ''), _negated=True), models.Q(('auth', ''), _negated=True)), models.Q(models.Q(('kind', 'webpush'), _negated=True), ('auth', ''), ('p256dh', '')), _connector='OR'), name='device_keys_of_webpush'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(('recipient_kind__in', ['kitchen', 'warehouse', 'courier', 'staff'])), name='endpoint_of_a_service'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(('secret', ''), _negated=True), name='endpoint_has_a_secret'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('previous_secret', ''), ('previous_until__isnull', True)), models.Q(models.Q(('previous_secret', ''), _negated=True), ('previous_until__isnull', False)), _connector='OR'), name='endpoint_previous_secret_ends'),
        ),
        migrations.AddConstraint(
            model_name='preferences',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_to__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_to__isnull', False), models.Q(('quiet_from', models.F('quiet_to')), _negated=True)), _connector='OR'), name='quiet_hours_begin_and_end'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('outlet'), models.F('due_at'), models.F('position'), condition=models.Q(('state', 'pending')), name='delivery_waiting'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('target_id'), models.F('lane'), models.F('position'), condition=models.Q(('state', 'pending')), name='delivery_lane'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(models.F('message'), models.F('target_id'), name='delivery_once_a_target'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['push', 'email', 'webhook'])), name='delivery_channel_known'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state', 'pending')), models.Q(('address', ''), ('finished_at__isnull', False), ('state__in', ['delivered', 'dropped', 'dead'])), _connector='OR'), name='delivery_finished_or_waiting'),
        ),
        migrations.RunSQL(PAST, migrations.RunSQL.noop),
        migrations.RunSQL(ANNOUNCE, ANNOUNCE_NOTHING),
    ]
