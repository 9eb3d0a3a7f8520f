"""A receiver that hangs keeps nobody else waiting."""

import pytest

from notifications.models import Attempt, Delivery
from tests.notifications.conftest import make_endpoint
from tests.notifications.receiver import receiving
from tests.notifications.telling import tell_of_many
from tests.notifications.workers import workers
from tests.servers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_others_are_told_meanwhile(kitchen, endpoint):
    with receiving() as warehouse:
        make_endpoint(warehouse, name="hanging")
        warehouse.hangs.set()
        with workers():
            tell_of_many(messages=300, orders=300)
            wait_until(lambda: len(kitchen.ids) == 300)
            wait_until(lambda: Attempt.objects.count() == 300)
            # Nobody has answered there yet, and each of the outlet's threads waits for one.
            assert {*Attempt.objects.values_list("status_code", flat=True)} == {204}
            assert Delivery.objects.filter(state="pending").count() == 300
            assert len(warehouse.ids) == 8
            warehouse.hangs.clear()
            warehouse.may_go_on.set()
            wait_until(lambda: not Delivery.objects.filter(state="pending").exists())
