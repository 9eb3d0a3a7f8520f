"""The customer cancels: foreseen by the preview, refused in time, and done with everything that follows."""

import pytest

from catalog.models import Reservation, Stock
from catalog.stock import find_contradictions
from notifications.models import Message
from orders.models import Order
from orders.serializers import CancellationSerializer
from tests.orders.steps import WAYS, advance, euro, nothing_written, place, row
from tests.shapes import assert_shape

REFUSALS = {
    "accepted": None,
    "restocking": "in_preparation",
    "picking": "in_preparation",
    "cooking": "in_preparation",
    "ready": "in_preparation",
    "in_delivery": "in_delivery",
    "delivered": "already_closed",
    "undelivered": "already_closed",
    "cancelled": "already_closed",
}
VISIBLE = {"accepted": "processing", "restocking": "processing", "picking": "processing"}


def come_into(order, status: str) -> None:
    advance(order, *WAYS[status], reason="refused" if status == "undelivered" else "")


@pytest.mark.parametrize("status", REFUSALS)
def test_the_order_and_the_preview_say_beforehand_what_trying_would(alice, soup, status):
    order = place(alice, soup, total=1200)
    come_into(order, status)
    refusal = REFUSALS[status]

    preview = alice.get(f"orders/{order['id']}/cancellation").json
    seen = alice.get(f"orders/{order['id']}").json
    assert_shape(CancellationSerializer, preview)
    assert preview == {
        "can_cancel": refusal is None,
        "cancel_refusal": refusal,
        "until_status": "cooking" if refusal is None else None,
        "refund": None,
    }
    assert (seen["can_cancel"], seen["cancel_refusal"]) == (refusal is None, refusal)
    if refusal is None:
        assert alice.cancel(order["id"]).status == 200
        return
    with nothing_written():
        answer = alice.cancel(order["id"])
    assert (answer.status, answer.code) == (409, "order_not_cancellable")
    assert (answer.json["order_status"], answer.json["reason"]) == (VISIBLE.get(status, status), refusal)


def test_it_gives_the_stock_back_owes_nothing_and_leaves_the_current_orders(alice, soup):
    order = place(alice, soup, total=1200)
    assert Stock.objects.get().reserved == 1000

    cancelled = alice.cancel(order["id"], reason="too_slow", comment="an hour!").json

    assert cancelled["status"] == "cancelled"
    assert cancelled["totals"]["total"] == euro(1200)
    assert cancelled["totals"]["owed"] == euro(0)
    assert [(a["kind"], a["amount"], a["reason"]) for a in cancelled["adjustments"]] == [
        ("cancelled", euro(-1200), "too_slow: an hour!")
    ]
    assert cancelled["payment"]["state"] == "cancelled"
    assert cancelled["times"]["cancelled_at"] == cancelled["status_changed_at"]
    assert cancelled == alice.get(f"orders/{order['id']}").json
    assert alice.get("orders/current").json == {"data": []}
    stock, reservation = Stock.objects.get(), Reservation.objects.get()
    assert (stock.on_hand, stock.reserved) == (100_000, 0)
    assert (reservation.released, reservation.consumed) == (1000, 0)
    assert find_contradictions() == []


def test_those_who_work_on_it_their_supervisor_and_the_customer_are_told(alice, soup):
    order = place(alice, soup, total=1200)
    Message.objects.all().delete()

    alice.cancel(order["id"], reason="by_mistake")

    told = Message.objects.order_by("recipient_kind").values_list("recipient_kind", "kind")
    assert list(told) == [
        ("customer", "order_status"),
        ("kitchen", "order_cancelled"),
        ("staff", "order_cancelled"),
        ("warehouse", "order_cancelled"),
    ]


@pytest.mark.parametrize("body", [{"reason": "boredom"}, {"why": "x"}, {"comment": "x" * 201}, {"reason": 5}])
def test_another_reason_is_refused(alice, soup, body):
    order = place(alice, soup, total=1200)
    with nothing_written():
        answer = alice.cancel(order["id"], **body)
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_the_same_key_replays_the_answer_and_cancels_nothing_again(alice, soup):
    order = place(alice, soup, total=1200)
    first = alice.cancel(order["id"], key="k", reason="other")

    with nothing_written():
        again = alice.cancel(order["id"], key="k", reason="other")

    assert (again.status, again.text) == (first.status, first.text)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert row(order).version == 2


def test_staff_may_cancel_what_is_cooking_and_what_was_used_stays_used(alice, soup):
    order = place(alice, soup, total=1200)

    advance(order, "cooking", "cancelled", reason="oven broke")

    assert Order.objects.get().owed == 0
    stock, reservation = Stock.objects.get(), Reservation.objects.get()
    assert (stock.on_hand, stock.reserved) == (99_000, 0)
    assert (reservation.consumed, reservation.released) == (1000, 0)
    assert find_contradictions() == []
