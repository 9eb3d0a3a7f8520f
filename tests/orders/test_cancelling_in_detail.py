"""Cancelling by the customer: what is said, kept, told and replayed, in each state that the order can be in."""

from datetime import timedelta
from uuid import uuid4

import pytest

from catalog.models import Reservation, StockMovement
from notifications.models import Message
from orders.models import Order, OrderAdjustment
from orders.statuses import CancellationReason
from tests.orders.steps import NOON, PICKUP, advance, at, euro, nothing_written, place, row


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


def place_for_later(api, soup):
    return place(api, soup, total=1000, delivery={**PICKUP, "requested_at": at(hours=5)})


@pytest.mark.parametrize("reason", CancellationReason.values)
def test_the_reason_is_kept_where_staff_look(alice, soup, branch, reason):
    order = place(alice, soup, total=1200)

    assert alice.cancel(order["id"], reason=reason).status == 200

    entry = row(order).log.last()
    assert (entry.status, entry.reason, entry.is_visible) == ("cancelled", reason, True)
    assert (entry.actor_kind, entry.actor) == ("customer", str(alice.customer.id))
    assert OrderAdjustment.objects.get().reason == reason
    message = Message.objects.get(kind="order_cancelled", recipient_kind="staff")
    assert message.recipient_id == branch.id
    assert message.data == {"order_id": order["id"], "number": order["number"], "reason": reason}


@pytest.mark.parametrize("body", [{}, {"reason": None}, {"comment": None}, {"comment": ""}])
def test_no_reason_need_be_given(alice, soup, body):
    order = place(alice, soup, total=1200)

    answer = alice.post(f"orders/{order['id']}/cancellation", body, idempotency_key="one")

    assert answer.status == 200
    assert answer.json["adjustments"] == [{"kind": "cancelled", "amount": euro(-1200), "reason": "", "at": at()}]


def test_the_longest_comment_fits(alice, soup):
    order = place(alice, soup, total=1200)

    answer = alice.cancel(order["id"], reason="changed_mind", comment="ж" * 200)

    assert answer.json["adjustments"][0]["reason"] == "changed_mind: " + "ж" * 200


def test_the_answer_is_the_order_afterwards(alice, soup, time_machine):
    order = place(alice, soup, total=1200)
    time_machine.move_to(NOON + timedelta(minutes=2), tick=False)

    answer = alice.cancel(order["id"])

    assert "Location" not in answer.headers
    assert answer.text == alice.get(f"orders/{order['id']}").text
    assert (answer.json["version"], answer.json["status"]) == (2, "cancelled")
    assert answer.json["status_log"] == [
        {"status": "processing", "at": at()},
        {"status": "cancelled", "at": at(minutes=2)},
    ]
    assert (answer.json["can_cancel"], answer.json["cancel_refusal"]) == (False, "already_closed")


def test_an_order_for_later_is_cancelled_before_anybody_works_on_it(alice, soup, branch):
    order = place_for_later(alice, soup)
    preview = alice.get(f"orders/{order['id']}/cancellation").json
    assert preview == {"can_cancel": True, "cancel_refusal": None, "until_status": "cooking", "refund": None}
    Message.objects.all().delete()

    assert alice.cancel(order["id"]).json["status"] == "cancelled"

    assert sorted(Message.objects.values_list("recipient_kind", "kind")) == [
        ("customer", "order_status"),
        ("staff", "order_cancelled"),
    ]
    assert Reservation.objects.count() == 0
    assert StockMovement.objects.filter(kind="release").count() == 0


def test_a_cancelled_order_for_later_frees_its_slot(alice, soup, branch):
    type(branch).objects.update(slot_capacity=1)
    order = place_for_later(alice, soup)
    alice.cancel(order["id"])

    assert place_for_later(alice, soup)["status"] == "scheduled"


def test_an_order_that_waits_for_payment_can_be_cancelled(alice, soup):
    order = place(alice, soup, total=1200, payment_method="card")
    Message.objects.all().delete()

    answer = alice.cancel(order["id"])

    assert (answer.status, answer.json["payment"]["state"]) == (200, "cancelled")
    assert sorted(Message.objects.values_list("recipient_kind", flat=True)) == ["customer", "staff"]
    assert Reservation.objects.get().released == 1000


@pytest.mark.parametrize("method", ["qr", "card"])
def test_what_was_paid_in_the_app_cannot_be_cancelled(alice, soup, method):
    order = place(alice, soup, total=1200)
    Order.objects.update(payment_method=method, payment_state="paid", amount_paid=1200)

    preview = alice.get(f"orders/{order['id']}/cancellation").json
    assert preview == {"can_cancel": False, "cancel_refusal": "paid_online", "until_status": None, "refund": None}
    with nothing_written():
        answer = alice.cancel(order["id"])
    assert (answer.status, answer.code) == (409, "order_not_cancellable")
    assert (answer.json["order_status"], answer.json["reason"]) == ("processing", "paid_online")


def test_what_is_held_of_the_money_is_said_beforehand(alice, soup):
    order = place(alice, soup, total=1200)
    Order.objects.update(payment_state="paid", amount_paid=1200, amount_refunded=300)

    assert alice.get(f"orders/{order['id']}/cancellation").json["refund"] == euro(900)
    # It is still held: that the order is cancelled does not make it cancelled money.
    assert alice.cancel(order["id"]).json["payment"]["state"] == "paid"


def test_the_refusal_says_that_the_status_has_changed_and_to_what(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking")

    answer = alice.post(f"orders/{order['id']}/cancellation", {}, idempotency_key="one", accept_language="en")

    assert answer.json["detail"] == "The order cannot be cancelled because its status has changed."
    assert (answer.json["order_status"], answer.json["reason"]) == ("cooking", "in_preparation")


def test_a_refusal_is_not_kept_under_the_key(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking", "ready")
    key = str(uuid4())
    assert alice.cancel(order["id"], key).json["order_status"] == "ready"

    advance(order, "in_delivery")

    assert alice.cancel(order["id"], key).json["order_status"] == "in_delivery"


def test_a_key_is_required_and_not_taken_for_another_order(alice, soup):
    order, other = place(alice, soup, total=1200), place(alice, soup, total=1200)
    assert alice.post(f"orders/{order['id']}/cancellation", {}).code == "idempotency_key_required"
    assert alice.cancel(order["id"], "one").status == 200

    with nothing_written():
        answer = alice.cancel(other["id"], "one")

    assert (answer.status, answer.code) == (422, "idempotency_key_reused")


def test_cancelling_again_is_refused(alice, soup):
    order = place(alice, soup, total=1200)
    alice.cancel(order["id"])

    with nothing_written():
        answer = alice.cancel(order["id"])

    assert (answer.code, answer.json["reason"]) == ("order_not_cancellable", "already_closed")


def test_an_order_that_is_not_there_is_not_found(alice):
    assert alice.cancel(str(uuid4())).code == "not_found"
    assert alice.get(f"orders/{uuid4()}/cancellation").code == "not_found"


def test_looking_whether_it_can_be_cancelled_writes_nothing(alice, soup):
    order = place(alice, soup, total=1200)

    with nothing_written():
        alice.get(f"orders/{order['id']}/cancellation")
