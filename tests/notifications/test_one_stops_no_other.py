"""A message that this release cannot make sense of stops neither the worker nor what is for others."""

from datetime import time

import pytest
from django.utils import timezone

from accounts.models import Customer
from notifications.addressing import address_messages
from notifications.channels.push.content import compose_push
from notifications.claiming import claim_deliveries
from notifications.models import Delivery, Message, Preferences
from notifications.wording import word_message
from tests.notifications.telling import tell

pytestmark = pytest.mark.django_db


def tell_alice(alice, kind):
    return tell(kind=kind, recipient_kind="customer", recipient_id=alice.customer.id)


def test_a_kind_of_a_later_release_is_pushed_as_news(pushed):
    later = tell_alice(pushed, "order_status")
    Message.objects.update(kind="order_teleported")
    other = tell_alice(pushed, "order_late")
    assert address_messages() == 2
    parcels = {str(parcel.message_id): parcel for _channel, parcel in claim_deliveries({"fcm": 9}).parcels}
    assert parcels.keys() == {later, other}
    assert compose_push(parcels[later], timezone.now()).title == "News for you"


def test_of_a_time_zone_that_there_is_no_more_the_clock_is_that_of_utc(pushed):
    Customer.objects.update(time_zone="Europe/Atlantis")
    Preferences.objects.create(recipient_id=pushed.customer.id, quiet_from=time(0), quiet_to=time(23, 59, 59))
    tell_alice(pushed, "rate_order")
    assert address_messages() == 1
    assert f"{Delivery.objects.get().due_at:%H:%M:%S}" == "23:59:59"
    data = {"delivered_to": "2026-03-02T17:40:00.000000Z", "time_zone": "Europe/Atlantis"}
    assert word_message("order_late", data, "en").text == "It should be with you by 17:40. Sorry for the wait."
