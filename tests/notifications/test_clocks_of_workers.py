"""The clocks of two workers differ by a little, and messages keep their order all the same."""

from datetime import UTC, datetime, timedelta

import pytest

from customerbackend.ids import new_id
from notifications.addressing import address_messages
from notifications.claiming import claim_deliveries
from tests.notifications.telling import tell

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SLOW = NOON - timedelta(seconds=1)


def test_a_worker_whose_clock_is_slow_overtakes_nobody(endpoint, time_machine):
    order, outlets = new_id(), {str(endpoint.id): 9}
    time_machine.move_to(NOON, tick=False)
    first = tell(subject_id=order)
    address_messages()
    time_machine.move_to(SLOW, tick=False)
    tell(subject_id=order)
    address_messages()
    assert claim_deliveries(outlets).parcels == []
    time_machine.move_to(NOON, tick=False)
    assert [str(parcel.message_id) for _channel, parcel in claim_deliveries(outlets).parcels] == [first]
    time_machine.move_to(SLOW, tick=False)
    assert claim_deliveries(outlets).parcels == []
