from django.db import migrations

import orders.models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0004_online_payments'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderline',
            name='demand',
            field=orders.models.JsonTextField(help_text='Thousandths by ingredient that one of it takes; none for lines of before it was kept.', null=True),
        ),
    ]
