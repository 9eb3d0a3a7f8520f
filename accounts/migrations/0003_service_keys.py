import django.contrib.postgres.fields
from django.db import migrations, models

import customerbackend.ids


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_addresses_and_erasure'),
    ]

    operations = [
        migrations.CreateModel(
            name='ServiceKey',
            fields=[
                ('id', models.UUIDField(default=customerbackend.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='Stands in the log of what it did: “kitchen Mitte”, say.', max_length=100)),
                ('key_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('status', 'report statuses'), ('delay', 'report delays'), ('stock', 'report stock counts')], max_length=16), size=None)),
                ('branch_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, editable=False, help_text='To the minute.', null=True)),
                ('revoked_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'service key',
                'verbose_name_plural': 'service keys',
                'constraints': [models.UniqueConstraint(models.F('name'), condition=models.Q(('revoked_at__isnull', True)), name='service_key_name_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='service_key_named'), models.CheckConstraint(condition=models.Q(('key_hash__regex', '^[0-9a-f]{64}$')), name='service_key_hashed'), models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['status', 'delay', 'stock']), ('scopes__len__gt', 0)), name='service_key_scopes_known'), models.CheckConstraint(condition=models.Q(('expires_at__isnull', True), ('expires_at__gt', models.F('created_at')), _connector='OR'), name='service_key_expires_later')],
            },
        ),
    ]
