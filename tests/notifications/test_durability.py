"""What the worker writes may be lost with the machine, as it is written again; what others write must not be."""

import pytest
from django.db import connection

from notifications.worker import Worker

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("is_its_own", "kept"),
    [
        (True, "off"),
        # PgBouncer hands a connection with all its settings on to the next transaction, which may place an order.
        (False, "on"),
    ],
)
def test_it_waits_for_no_disk_on_a_connection_of_its_own(settings, is_its_own, kept):
    settings.DATABASE_PREPARE = is_its_own
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")
        worker = Worker()
        worker.stop()
        worker.run()
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == (kept,)
