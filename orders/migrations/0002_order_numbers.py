"""The sequence that order numbers are made from."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE orders_number", "DROP SEQUENCE orders_number")]
