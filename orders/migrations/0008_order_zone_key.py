from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_events_and_ratings")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="zone_key",
            field=models.CharField(
                blank=True, help_text="Which zone of the branch it was promised for.", max_length=64, null=True
            ),
        ),
    ]
