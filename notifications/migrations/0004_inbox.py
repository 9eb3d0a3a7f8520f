"""The inbox is read by the moment at which a message was due."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_webhooks'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='message',
            name='message_by_recipient',
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('recipient_id'), models.OrderBy(django.db.models.functions.comparison.Coalesce('due_at', 'created_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('recipient_kind', 'customer')), name='message_inbox'),
        ),
    ]
