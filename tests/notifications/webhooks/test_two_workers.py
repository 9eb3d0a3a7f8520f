"""Two workers at once send each message once, and none overtakes another about the same order."""

from uuid import UUID

import pytest

from customerbackend.ids import new_id
from notifications.addressing import address_messages
from notifications.models import Delivery
from notifications.worker import Worker
from tests.notifications.conftest import make_endpoint
from tests.notifications.receiver import Receiver
from tests.notifications.telling import tell
from tests.threads import run_together

ORDERS, MESSAGES_EACH = 12, 6


@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_the_order_and_send_nothing_twice(kitchen: Receiver) -> None:
    make_endpoint(kitchen)
    orders = [new_id() for _ in range(ORDERS)]
    told: dict[UUID, list[str]] = {order: [] for order in orders}
    for _ in range(MESSAGES_EACH):
        for order in orders:
            told[order].append(tell(subject_id=order))
    while address_messages():
        pass
    assert run_together(Worker().run_once, Worker().run_once) == [None, None]
    came = kitchen.ids
    assert len(came) == len(set(came)) == ORDERS * MESSAGES_EACH
    for ids in told.values():
        assert [message_id for message_id in came if message_id in ids] == ids
    assert set(Delivery.objects.values_list("state", "attempts")) == {("delivered", 1)}
