from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customerbackend', '0002_throttle'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='idempotentanswer',
            name='idempotency_key_once',
        ),
        migrations.RenameField(
            model_name='idempotentanswer',
            old_name='customer_id',
            new_name='caller_id',
        ),
        migrations.AlterField(
            model_name='idempotentanswer',
            name='caller_id',
            field=models.UUIDField(help_text='Whose key it is: the id of a customer or of a service key.'),
        ),
        migrations.AddConstraint(
            model_name='idempotentanswer',
            constraint=models.UniqueConstraint(models.F('caller_id'), models.F('key'), name='idempotency_key_once'),
        ),
    ]
