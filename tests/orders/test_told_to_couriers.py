"""What couriers are told: what to bring where, once it is cooking; that it can be fetched; that it need not be."""

import pytest

from accounts.erasure import erase_customer
from notifications.models import Message
from tests.orders.adjustments import goodwill
from tests.orders.steps import NOON, PICKUP, WAYS, advance, at, courier, euro, place

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def told():
    return list(Message.objects.filter(recipient_kind="courier").order_by("position").values_list("kind", flat=True))


def test_what_is_cooking_is_announced_with_all_that_bringing_it_takes(alice, soup, branch):
    to = courier(contact={"name": "Uncle", "phone": "+493023125013"})
    to["place"] = {**to["place"], "door_code": "77#", "comment": "The dog is kind"}
    order = place(alice, soup, total=1200, delivery=to, change_from=euro(2000))
    assert told() == []
    advance(order, "picking")
    assert told() == []
    advance(order, "cooking")

    message = Message.objects.get(recipient_kind="courier")
    assert (message.recipient_id, str(message.subject_id)) == (branch.id, order["id"])
    assert message.kind == "delivery_requested"
    assert message.data == {
        "order_id": order["id"], "number": order["number"],
        "ready_at": at(minutes=10), "promised_until": at(minutes=35), "requested_at": None,
        "place": order["delivery"]["place"], "contact": {"name": "Uncle", "phone": "+493023125013"},
        "payment_method": "cash", "to_collect": euro(1200), "change_from": euro(2000),
    }  # fmt: skip
    assert message.data["place"]["comment"] == "The dog is kind"


def test_the_money_at_the_door_is_what_is_owed_then(alice, soup):
    order = place(alice, soup, total=1200, payment_method="terminal")
    goodwill(order, 200)
    advance(order, "cooking")
    data = Message.objects.get(kind="delivery_requested").data
    assert (data["to_collect"], data["change_from"], data["payment_method"]) == (euro(1000), None, "terminal")


def test_of_what_was_let_off_in_whole_nothing_is_collected(alice, soup):
    order = place(alice, soup, total=1200)
    goodwill(order, 1200)
    advance(order, "cooking")
    assert Message.objects.get(kind="delivery_requested").data["to_collect"] is None


def test_what_is_ready_can_be_fetched(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking", "ready")
    message = Message.objects.filter(recipient_kind="courier").latest("position")
    assert (message.kind, message.data) == ("order_ready", {"order_id": order["id"], "number": order["number"]})
    advance(order, "in_delivery", "delivered")
    assert told() == ["delivery_requested", "order_ready"]


def test_a_correction_is_not_told_but_what_follows_is(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking", "ready")
    advance(order, "cooking", reason="wrong tap")
    assert told() == ["delivery_requested", "order_ready"]
    advance(order, "ready")
    assert told() == ["delivery_requested", "order_ready", "order_ready"]


@pytest.mark.parametrize("status", ["cooking", "ready"])
def test_what_they_know_of_and_is_cancelled_is_told(alice, soup, status):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS[status])
    advance(order, "cancelled", reason="spilt")
    message = Message.objects.filter(recipient_kind="courier").latest("position")
    assert message.kind == "order_cancelled"
    assert message.data == {"order_id": order["id"], "number": order["number"], "reason": "spilt"}
    recipients = Message.objects.filter(kind="order_cancelled").values_list("recipient_kind", flat=True)
    assert sorted(recipients) == ["courier", "kitchen", "staff", "warehouse"]


@pytest.mark.parametrize("status", ["accepted", "picking"])
def test_what_they_do_not_know_of_is_not_told_when_it_is_cancelled(alice, soup, status):
    advance(place(alice, soup, total=1200), *WAYS[status], "cancelled", reason="no gas")
    assert told() == []


def test_what_is_fetched_at_the_counter_is_none_of_their_business(alice, soup):
    advance(place(alice, soup, total=1000, delivery=PICKUP), "cooking", "ready", "delivered")
    advance(place(alice, soup, total=1000, delivery=PICKUP), "cooking", "cancelled", reason="spilt")
    assert told() == []


def test_once_the_customer_is_erased_they_are_told_nothing_of_them(alice, soup):
    advance(place(alice, soup, total=1200), *WAYS["delivered"])
    erase_customer(customer_id=alice.customer.id)
    assert [message.data for message in Message.objects.filter(recipient_kind="courier")] == [{}, {}]
