"""Two workers at once: each message is sent by one of them, and none overtakes another about the same order."""

import pytest

from notifications.models import Attempt, Delivery
from tests.notifications.telling import tell_of_many
from tests.notifications.workers import is_all_told, workers
from tests.servers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_message_overtakes_another_and_none_comes_twice(kitchen, endpoint):
    with workers(2):
        told = tell_of_many(messages=200, orders=8)
        wait_until(is_all_told)
    place = {message: number for number, message in enumerate(kitchen.ids)}
    assert len(kitchen.ids) == len(place) == 200
    for messages in told.values():
        assert sorted(messages, key=place.__getitem__) == messages
    assert Attempt.objects.count() == 200
    assert set(Delivery.objects.values_list("state", "attempts", "leased_until")) == {("delivered", 1, None)}
