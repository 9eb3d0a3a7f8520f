"""Names for people of the fields that the admin shows; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_inbox'),
    ]

    operations = [
        migrations.AlterField(
            model_name='delivery',
            name='channel',
            field=models.CharField(choices=[('push', 'Push'), ('email', 'Email'), ('webhook', 'Webhook')], max_length=16, verbose_name='by'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('pending', 'waiting'), ('delivered', 'delivered'), ('dropped', 'no longer needed'), ('dead', 'given up')], default='pending', max_length=16, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='target_id',
            field=models.UUIDField(help_text='The device, the endpoint, the mailbox, or the recipient.', verbose_name='id of the target'),
        ),
        migrations.AlterField(
            model_name='device',
            name='kind',
            field=models.CharField(choices=[('fcm', 'FCM'), ('apns', 'APNs'), ('webpush', 'Web Push')], max_length=16, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='device',
            name='recipient_id',
            field=models.UUIDField(verbose_name='id of the customer'),
        ),
        migrations.AlterField(
            model_name='device',
            name='session_id',
            field=models.UUIDField(verbose_name='id of the session'),
        ),
        migrations.AlterField(
            model_name='message',
            name='address',
            field=models.CharField(blank=True, help_text="Where it is mailed to, if not to the recipient's own address.", max_length=254, verbose_name='address'),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(max_length=64, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='message',
            name='language',
            field=models.CharField(blank=True, max_length=8, verbose_name='language'),
        ),
        migrations.AlterField(
            model_name='message',
            name='recipient_id',
            field=models.UUIDField(verbose_name='id of the recipient'),
        ),
        migrations.AlterField(
            model_name='message',
            name='recipient_kind',
            field=models.CharField(choices=[('customer', 'Customer'), ('kitchen', 'Kitchen'), ('warehouse', 'Warehouse'), ('courier', 'Courier'), ('staff', 'Staff')], max_length=16, verbose_name='to'),
        ),
        migrations.AlterField(
            model_name='message',
            name='subject_id',
            field=models.UUIDField(help_text='What it is about: messages about one thing keep their order.', null=True, verbose_name='about'),
        ),
    ]
