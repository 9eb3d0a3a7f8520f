"""A push that waits for its next try keeps the one that takes its place waiting no longer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customerbackend.ids import new_id
from notifications.addressing import address_messages
from notifications.claiming import claim_deliveries, record_outcomes
from notifications.models import Delivery
from tests.notifications.telling import tell

pytestmark = pytest.mark.django_db


def tell_alice(alice, subject_id, kind="order_status"):
    return tell(kind=kind, recipient_kind="customer", recipient_id=alice.customer.id, subject_id=subject_id)


def fail_for_half_an_hour():
    """As if what waits had been tried four times."""
    Delivery.objects.update(attempts=4, due_at=timezone.now() + timedelta(minutes=30))


def claim():
    found = claim_deliveries({"fcm": 9})
    record_outcomes(found.dropped)
    return [str(parcel.message_id) for _channel, parcel in found.parcels]


def test_the_newest_status_leaves_at_once(pushed):
    order = new_id()
    tell_alice(pushed, order)
    address_messages()
    fail_for_half_an_hour()
    newest = tell_alice(pushed, order)
    address_messages()
    assert claim() == []
    assert claim() == [newest]
    assert list(Delivery.objects.order_by("position").values_list("state", "note")) == [
        ("dropped", "superseded"), ("pending", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["order_late", "order_adjusted"])
def test_what_it_does_not_take_the_place_of_keeps_its_order(pushed, kind):
    order = new_id()
    tell_alice(pushed, order, kind)
    tell_alice(pushed, new_id())
    address_messages()
    fail_for_half_an_hour()
    tell_alice(pushed, order)
    address_messages()
    assert claim() == []
