"""Orders for later: taken into a slot, released when it is time, and never lost."""

from io import StringIO

import pytest
from django.core.management import call_command

from catalog.models import Reservation, StopListEntry
from catalog.stock import find_contradictions
from notifications.models import Message
from orders.models import Estimate, Order
from orders.scheduling import release_due_orders, release_order
from tests.clients import Api, signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.steps import NOON, PICKUP, at, courier, place, row

# 600 s cooking, 300 s for a courier to come, 600 s on the way.
LEAD = 1500


@pytest.fixture
def kim(db, time_machine) -> Api:
    """A customer at NOON, where the clock stands still."""
    time_machine.move_to(NOON, tick=False)
    return signed_in(make_customer("kim"))


def place_for_later(api, soup, hours=3, **changes):
    return place(api, soup, total=1200, delivery=courier(requested_at=at(hours=hours)), **changes)


def test_it_is_scheduled_and_sets_nothing_aside(kim, soup):
    order = place_for_later(kim, soup)

    assert (order["status"], order["can_cancel"]) == ("scheduled", True)
    assert order["delivery"]["requested_at"] == at(hours=3)
    assert order["times"]["accepted_at"] is None
    assert order["estimates"]["delivered_at"] == at(hours=3)
    assert order["estimates"]["delivered_from"] == at(hours=3, minutes=-5)
    assert order["estimates"]["delivered_to"] == at(hours=3, minutes=10)
    assert row(order).release_at.timestamp() == NOON.timestamp() + 3 * 3600 - LEAD
    assert Reservation.objects.count() == 0
    assert [message.recipient_kind for message in Message.objects.all()] == ["customer"]


def test_it_is_released_when_it_is_time_and_once(kim, soup, time_machine):
    kim.call("PATCH", "account", {"allergens": ["nuts"]})
    order = place_for_later(kim, soup)
    later = place_for_later(kim, soup, hours=4)
    time_machine.move_to(NOON.timestamp() + 3 * 3600 - LEAD - 1, tick=False)
    assert list(release_due_orders()) == []

    time_machine.move_to(NOON.timestamp() + 3 * 3600 - LEAD, tick=False)
    out = StringIO()
    call_command("release_orders", stdout=out)

    assert out.getvalue() == f"Order {order['number']} is released.\n"
    assert list(release_due_orders()) == []
    assert (row(order).status, row(later).status) == ("accepted", "scheduled")
    assert Reservation.objects.get().reserved == 1000
    assert Message.objects.get(kind="order_accepted").data["allergies"] == ["nuts"]
    kinds = Message.objects.filter(subject_id=order["id"]).values_list("kind", flat=True)
    assert sorted(kinds) == ["order_accepted", "order_status", "order_status", "warehouse_to_kitchen"]
    estimates = Estimate.objects.filter(order_id=order["id"]).values_list("why", flat=True)
    assert list(estimates) == ["placed", "released"]
    assert row(order).first_delivered_to.timestamp() == NOON.timestamp() + 3 * 3600 + 600
    assert find_contradictions() == []


def test_what_is_lacking_at_its_time_is_a_backorder_and_staff_are_told(kim, soup, branch, time_machine):
    order = place_for_later(kim, soup)
    put_in_stock(branch, soup=0)
    time_machine.move_to(NOON.timestamp() + 3 * 3600, tick=False)

    assert [released.number for released in release_due_orders()] == [order["number"]]

    assert row(order).status == "accepted"
    reservation = Reservation.objects.get()
    assert (reservation.wanted, reservation.reserved) == (1000, 0)
    [short] = Message.objects.filter(kind="stock_short", recipient_kind="staff")
    assert [goods["thousandths"] for goods in short.data["ingredients"]] == [1000]


def test_lack_of_today_and_stops_of_today_do_not_refuse_it(kim, soup, branch):
    put_in_stock(branch, soup=0)
    StopListEntry.objects.create(branch=branch, product=soup)

    assert place_for_later(kim, soup)["status"] == "scheduled"


def test_cancelled_before_its_time_it_is_never_released(kim, soup, time_machine):
    order = place_for_later(kim, soup)
    assert kim.cancel(order["id"]).status == 200

    assert release_order(order_id=row(order).id) is None
    assert row(order).status == "cancelled"


def test_so_early_that_there_is_no_time_to_wait_it_goes_to_the_kitchen_at_once(kim, soup):
    order = place(kim, soup, total=1200, delivery=courier(requested_at=at(seconds=LEAD)))

    assert order["status"] == "processing"
    assert order["estimates"]["delivered_at"] == at(seconds=LEAD)


def test_pickup_needs_no_travel(kim, soup):
    order = place(kim, soup, total=1000, delivery={**PICKUP, "requested_at": at(hours=2)})

    assert order["status"] == "scheduled"
    assert order["estimates"]["travel_seconds"] is None
    assert row(order).release_at.timestamp() == NOON.timestamp() + 2 * 3600 - 600


def test_a_full_slot_is_refused_with_the_next_one(kim, time_machine):
    make_branch(slot_capacity=1)
    soup = make_product("tomato-soup")
    place_for_later(kim, soup)
    body = {
        "items": [{"product_id": str(soup.id), "quantity": 1}],
        "delivery": courier(requested_at=at(hours=3, minutes=14)),
        "payment_method": "cash",
        "expected_total": {"amount": 1200, "currency": "EUR"},
    }

    refused = kim.place(body)

    assert (refused.status, refused.code) == (409, "slot_full")
    assert refused.json["next_slot_at"] == at(hours=3, minutes=15)
    body["delivery"] = courier(requested_at=at(hours=3, minutes=15))
    assert kim.place(body).status == 201
    assert Order.objects.count() == 2
