"""Names for people of the fields that the admin shows; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_service_keys'),
    ]

    operations = [
        migrations.AlterField(
            model_name='servicekey',
            name='name',
            field=models.CharField(help_text='Stands in the log of what it did: “kitchen Mitte”, say.', max_length=100, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='servicekey',
            name='revoked_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='revoked'),
        ),
    ]
