"""An order for later that is paid in the app: it keeps its place in its slot while it waits, and then waits for its
time.
"""

import pytest

from catalog.models import Reservation
from notifications.models import Message
from orders.models import Estimate
from orders.scheduling import release_due_orders
from payments.closing import expire_unpaid_orders
from payments.models import Payment
from tests.clients import signed_in
from tests.factories import make_branch, make_product, order_body
from tests.orders.steps import NOON, PICKUP, at, courier, place, row
from tests.payments.shop import Shop
from tests.problems import assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

ASKED = {"hours": 3}
# 600 s cooking, 300 s for a courier to come, 600 s on the way.
RELEASE = NOON.timestamp() + 3 * 3600 - 1500


@pytest.fixture
def later(shop):
    return shop.order(delivery=courier(requested_at=at(**ASKED)))


def wait_until(time_machine, shop, moment):
    time_machine.move_to(moment, tick=False)
    shop.alice = signed_in(shop.alice.customer)


def told_to_staff():
    return [message.kind for message in Message.objects.exclude(recipient_kind="customer").order_by("id")]


def test_it_waits_for_its_payment_first(shop, later):
    assert (later["status"], later["payment"]["due_at"]) == ("waiting_for_payment", at(minutes=15))
    assert later["delivery"]["requested_at"] == later["estimates"]["delivered_at"] == at(**ASKED)
    assert not Reservation.objects.exists()
    assert told_to_staff() == []


def test_paid_it_waits_for_its_time_in_the_slot_that_it_had(shop, later, time_machine):
    before = row(later)
    time_machine.move_to(NOON.timestamp() + 300, tick=False)
    shop.pay(later)

    shown, after = shop.look(later), row(later)
    assert (shown["status"], shown["payment"]["state"]) == ("scheduled", "paid")
    assert [entry["status"] for entry in shown["status_log"]] == ["waiting_for_payment", "scheduled"]
    assert (shown["times"]["placed_at"], shown["times"]["paid_at"]) == (at(), at(minutes=5))
    assert (shown["status_changed_at"], shown["times"]["accepted_at"]) == (at(minutes=5), None)
    assert (after.slot_at, after.release_at) == (before.slot_at, before.release_at)
    assert (after.first_delivered_to, after.first_cooked_at) == (before.first_delivered_to, before.first_cooked_at)
    assert list(Estimate.objects.values_list("why", flat=True)) == ["placed"]
    assert not Reservation.objects.exists()
    assert told_to_staff() == []


def test_then_it_is_released_like_any_other(shop, later, time_machine):
    shop.pay(later)
    wait_until(time_machine, shop, RELEASE - 1)
    assert list(release_due_orders()) == []
    wait_until(time_machine, shop, RELEASE)
    assert [order.id for order in release_due_orders()] == [row(later).id]

    shown = shop.look(later)
    assert (shown["status"], shown["estimates"]["delivered_at"]) == ("processing", at(**ASKED))
    assert shown["times"]["placed_at"] == at()
    assert Reservation.objects.values_list("wanted", "reserved").get() == (1000, 1000)
    assert told_to_staff() == ["warehouse_to_kitchen", "order_accepted"]
    assert list(Estimate.objects.order_by("made_at").values_list("why", flat=True)) == ["placed", "released"]


def test_unpaid_it_is_not_released_however_late_it_is(shop, later, time_machine):
    wait_until(time_machine, shop, RELEASE + 60)
    assert list(release_due_orders()) == []
    assert row(later).status == "waiting_for_payment"


def test_paid_after_its_time_to_be_released_it_is_released_with_the_next_turn(shop, settings, time_machine):
    settings.PAYMENT_SECONDS = 3 * 3600
    later = shop.order(delivery=courier(requested_at=at(hours=2)))
    wait_until(time_machine, shop, NOON.timestamp() + 2 * 3600)
    shop.pay(later)
    assert row(later).status == "scheduled"
    assert len(list(release_due_orders())) == 1
    assert shop.look(later)["status"] == "processing"


@pytest.fixture
def narrow(stripe, alice):
    """A branch that takes one order for each quarter of an hour."""
    make_branch(slot_capacity=1)
    return Shop(stripe, alice, make_product("soup"))


def for_the_slot(narrow, method="card", minutes=0):
    delivery = {**PICKUP, "requested_at": at(hours=3, minutes=minutes)}
    return order_body(narrow.soup, total=1000, payment_method=method, delivery=delivery)


def test_while_it_waits_its_place_in_the_slot_is_taken(narrow, bob):
    assert narrow.alice.place(for_the_slot(narrow)).json["status"] == "waiting_for_payment"

    answer = bob.place(for_the_slot(narrow, "cash", minutes=14))

    assert assert_problem(answer, 409, "slot_full")["next_slot_at"] == at(hours=3, minutes=15)
    assert bob.place(for_the_slot(narrow, "cash", minutes=15)).status == 201


def test_cancelled_it_frees_its_place(narrow, bob):
    order = narrow.alice.place(for_the_slot(narrow)).json
    assert narrow.alice.cancel(order["id"]).status == 200
    assert bob.place(for_the_slot(narrow, "cash")).status == 201


def test_not_paid_in_time_it_frees_its_place(narrow, bob, time_machine):
    order = narrow.alice.place(for_the_slot(narrow)).json
    narrow.start(order)
    time_machine.move_to(NOON.timestamp() + 15 * 60, tick=False)
    assert [expired.id for expired in expire_unpaid_orders()] == [row(order).id]
    assert Payment.objects.get().state == "cancelled"
    assert signed_in(bob.customer).place(for_the_slot(narrow, "cash")).status == 201


def test_paid_it_keeps_its_place(narrow, bob):
    order = narrow.alice.place(for_the_slot(narrow)).json
    assert narrow.pay(order).state == "succeeded"
    assert_problem(bob.place(for_the_slot(narrow, "card")), 409, "slot_full")


def test_what_costs_nothing_waits_for_its_time_alone(alice, branch):
    water = make_product("water", price=0)
    order = place(alice, water, total=0, payment_method="card", delivery={**PICKUP, "requested_at": at(**ASKED)})
    assert (order["status"], order["payment"]["state"], order["payment"]["due_at"]) == ("scheduled", "paid", None)
