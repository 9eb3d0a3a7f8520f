"""What happened before events were kept is told from the status log."""

from importlib import import_module

import pytest
from django.db import connection

from orders.models import OrderEvent
from tests.orders.following import follow
from tests.orders.steps import advance, place

pytestmark = pytest.mark.django_db

MIGRATION = import_module("orders.migrations.0007_events_and_ratings")


def test_the_passages_that_each_customer_saw_in_the_order_in_which_they_were_recorded(alice, bob, soup):
    first, second = place(alice, soup, total=1200), place(alice, soup, total=1200)
    his = place(bob, soup, total=1200)
    advance(second, "restocking", "picking")
    advance(first, "cooking", "ready")
    advance(second, "cancelled", reason="sold out")
    advance(his, "cooking")
    known = ("type", "order_id", "at", "status")
    before = [[[event[name] for name in known] for event in follow(api)[0]] for api in (alice, bob)]
    assert [len(events) for events in before] == [5, 2]
    OrderEvent.objects.all().delete()

    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.EARLIER_EVENTS)

    assert [[[event[name] for name in known] for event in follow(api)[0]] for api in (alice, bob)] == before
    assert {event["owed"] for event in follow(alice)[0]} == {None}
    advance(first, "in_delivery")
    assert [event["status"] for event in follow(alice)[0]][-1] == "in_delivery"
