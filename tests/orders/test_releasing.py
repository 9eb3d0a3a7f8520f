"""Orders for later are released when it is time, to a kitchen that is as it is then."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from catalog.models import BranchState, Reservation
from catalog.stock import find_contradictions
from notifications.models import Message
from orders.models import Estimate, Order
from tests.clients import signed_in
from tests.factories import make_branch, make_ingredient, make_product, put_in_stock
from tests.orders.steps import NOON, PICKUP, advance, at, courier, euro, item, place, row

ASKED = {"hours": 3}
RELEASE = timedelta(hours=3) - timedelta(seconds=600 + 300 + 600)


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


@pytest.fixture
def release(time_machine):
    """Runs the command so much after NOON; what it says, line by line."""

    def release_at(after=RELEASE):
        time_machine.move_to(NOON + after, tick=False)
        out = StringIO()
        call_command("release_orders", stdout=out)
        return out.getvalue().splitlines()

    return release_at


def for_later(api, *items, total=1200, **changes):
    return place(api, *items, total=total, delivery=courier(requested_at=at(**ASKED)), **changes)


def test_what_was_asked_for_is_promised_and_kept(alice, soup, release):
    order = for_later(alice, soup)
    assert release(RELEASE - timedelta(seconds=1)) == []
    assert release() == [f"Order {order['number']} is released."]
    assert release() == []

    seen = signed_in(alice.customer).get(f"orders/{order['id']}").json
    assert (seen["status"], seen["version"]) == ("processing", 2)
    assert seen["times"]["placed_at"] == at()
    assert seen["times"]["accepted_at"] == seen["status_changed_at"] == at(seconds=RELEASE.total_seconds())
    assert seen["estimates"]["delivered_at"] == at(**ASKED)
    assert seen["estimates"]["cooked_at"] == at(hours=2, minutes=45)
    assert [entry["status"] for entry in seen["status_log"]] == ["scheduled", "processing"]
    entry = row(order).log.last()
    assert (entry.actor_kind, entry.actor, entry.reason) == ("system", "", "")


def test_the_kitchen_hears_of_it_only_then_and_of_all(alice, soup, branch, release):
    order = for_later(alice, item(soup, 2, note="hot"), total=2200, comment="Ring twice")
    assert Message.objects.exclude(recipient_kind="customer").count() == 0
    release(RELEASE + timedelta(seconds=30))

    bring = Message.objects.get(kind="warehouse_to_kitchen")
    assert bring.data["ingredients"] == [
        {
            "ingredient_id": str(make_ingredient("soup").id),
            "name": "Soup",
            "unit": "piece",
            "thousandths": 2000,
        }
    ]
    cook = Message.objects.get(kind="order_accepted")
    assert (cook.recipient_kind, cook.recipient_id) == ("kitchen", branch.id)
    assert cook.data["lines"] == [
        {
            "name": "Soup",
            "quantity": 2,
            "options": [],
            "note": "hot",
            "allergens": {"contains": [], "may_contain": []},
        }
    ]
    assert (cook.data["comment"], cook.data["delivery_method"]) == ("Ring twice", "courier")
    told = Message.objects.filter(recipient_kind="customer").order_by("created_at")
    assert [message.data["status"] for message in told] == ["scheduled", "processing"]
    assert told[1].data == {
        "order_id": order["id"], "number": order["number"], "status": "processing", "delivery_method": "courier",
    }  # fmt: skip


def test_the_estimate_is_made_anew_and_the_first_promise_stays(alice, soup, branch, release):
    order = for_later(alice, soup)
    BranchState.objects.update(busy_minutes=30)
    release()

    first, second = Estimate.objects.order_by("made_at")
    assert (first.why, second.why) == ("placed", "released")
    assert (second.busy_seconds, second.made_at) == (1800, NOON + RELEASE)
    estimates = signed_in(alice.customer).get(f"orders/{order['id']}").json["estimates"]
    assert estimates["delivered_at"] == at(hours=3, minutes=30)
    assert estimates["wait_seconds"] == 1800
    assert estimates["first_delivered_to"] == at(hours=3, minutes=10)
    assert estimates["first_cooked_at"] == at(hours=2, minutes=45)


def test_prices_are_those_of_placing(alice, soup, release):
    order = for_later(alice, soup)
    type(soup).objects.update(price=5000, is_active=False)

    release()

    assert signed_in(alice.customer).get(f"orders/{order['id']}").json["totals"]["total"] == euro(1200)


def test_the_stock_of_then_is_set_aside(alice, soup, release):
    order = for_later(alice, item(soup, 4), total=4200)
    assert Reservation.objects.count() == 0

    release()

    reservation = Reservation.objects.get()
    assert (str(reservation.holder_id), reservation.wanted, reservation.reserved) == (order["id"], 4000, 4000)
    advance(order, "cooking")
    assert find_contradictions() == []


def test_where_it_is_not_restocked_what_lacks_is_a_backorder_and_staff_are_told(alice, branch, release):
    stew = make_product("stew", recipe={"beans": 2, "salt": 1})
    put_in_stock(branch, beans=3, salt=5)
    order = for_later(alice, item(stew, 2), total=2200)

    release()

    held = {part.stock.ingredient.key: (part.wanted, part.reserved) for part in Reservation.objects.all()}
    assert held == {"beans": (4000, 3000), "salt": (2000, 2000)}
    short = Message.objects.get(kind="stock_short")
    assert (short.recipient_kind, short.recipient_id, str(short.subject_id)) == ("staff", branch.id, order["id"])
    assert short.data == {
        "order_id": order["id"],
        "number": order["number"],
        "ingredients": [
            {"ingredient_id": str(make_ingredient("beans").id), "name": "Beans", "unit": "piece", "thousandths": 1000}
        ],
    }
    assert row(order).status == "accepted"


def test_where_it_is_restocked_staff_need_not_be_told(alice, release):
    make_branch(restock_minutes=20)
    order = for_later(alice, make_product("stew"))

    release()

    assert Message.objects.filter(kind="stock_short").count() == 0
    assert Message.objects.filter(kind="store_to_warehouse").count() == 1
    # 20 minutes to fetch it come on top of cooking and bringing it.
    assert row(order).estimated_delivered_at == NOON + timedelta(hours=3, minutes=20)


def test_what_is_fetched_is_released_later(alice, soup, release):
    order = place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(**ASKED)})

    assert release(timedelta(hours=2, minutes=49, seconds=59)) == []
    assert release(timedelta(hours=2, minutes=50)) == [f"Order {order['number']} is released."]
    assert row(order).estimated_cooked_at == row(order).estimated_delivered_at == NOON + timedelta(hours=3)


def test_those_that_are_due_go_in_the_order_of_their_time(alice, soup, release):
    orders = [
        place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(hours=hours)}) for hours in (4, 2, 3, 9)
    ]

    assert release(timedelta(hours=5)) == [f"Order {orders[n]['number']} is released." for n in (1, 2, 0)]
    assert row(orders[3]).status == "scheduled"


@pytest.mark.parametrize("status", ["cancelled", "accepted", "waiting_for_payment"])
def test_what_is_no_longer_scheduled_is_passed_over(alice, soup, release, status):
    order = for_later(alice, soup)
    Order.objects.update(status=status, payment_due_at=NOON)

    assert release() == []
    assert (row(order).status, row(order).version) == (status, 1)
    assert Reservation.objects.count() == 0


def test_a_branch_that_was_closed_down_still_hands_it_out(alice, soup, branch, release):
    order = for_later(alice, soup)
    type(branch).objects.update(is_active=False)

    assert release() == [f"Order {order['number']} is released."]
    assert Reservation.objects.get().reserved == 1000


def test_it_takes_a_place_in_its_slot_and_nothing_else(alice, soup, branch):
    order = place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(hours=3, minutes=14, seconds=59)})
    soon = place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(minutes=5)})

    assert row(order).slot_at == NOON + timedelta(hours=3)
    assert (row(soon).slot_at, row(soon).release_at, soon["status"]) == (None, None, "processing")
    assert soon["delivery"]["requested_at"] == at(minutes=5)
