"""Of a promise that has moved, which one the customer was told of last."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0008_order_zone_key'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='told_delivered_to',
            field=models.DateTimeField(blank=True, help_text='The later promise that the customer was told of last; empty: the first.', null=True),
        ),
    ]
