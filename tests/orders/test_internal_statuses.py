"""Two statuses are internal: nothing that reaches a customer tells of them."""

import json

import pytest

from notifications.models import Message
from tests.orders.steps import CHEF, advance, place

WORDS = ("restocking", "picking", "store_to_warehouse", "restock")


def everything(api, order) -> dict[str, str]:
    """Every answer of the API about an order, by path."""
    paths = ("orders", "orders/current", "orders?status=processing", f"orders/{order['id']}")
    paths += (f"orders/{order['id']}/status", f"orders/{order['id']}/cancellation")
    answers = {path: api.get(path).text for path in paths}
    return {**answers, "cancelling": api.cancel(order["id"]).text}


def messages_to_customers() -> str:
    return json.dumps(list(Message.objects.filter(recipient_kind="customer").values_list("kind", "data")), default=str)


@pytest.mark.parametrize("internal", ["restocking", "picking"])
def test_no_answer_names_an_internal_status(alice, soup, internal):
    order = place(alice, soup, total=1200)
    advance(order, internal)

    for path, text in everything(alice, order).items():
        assert not [word for word in WORDS if word in text], path
    assert not [word for word in WORDS if word in messages_to_customers()]
    assert alice.get(f"orders/{order['id']}/status").json["status"] == "processing"


def test_what_is_not_seen_changes_neither_log_nor_moment_and_tells_nobody(alice, soup):
    order = place(alice, soup, total=1200)
    told = Message.objects.filter(recipient_kind="customer").count()

    advance(order, "restocking", "picking")

    seen = alice.get(f"orders/{order['id']}").json
    changed = {key for key in order if seen[key] != order[key]}
    assert changed == {"version", "can_cancel", "cancel_refusal"}
    assert (seen["can_cancel"], seen["cancel_refusal"]) == (False, "in_preparation")
    assert Message.objects.filter(recipient_kind="customer").count() == told


def test_the_refusal_to_cancel_names_the_visible_status(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "picking")

    refused = alice.cancel(order["id"])

    assert (refused.status, refused.code) == (409, "order_not_cancellable")
    assert (refused.json["order_status"], refused.json["reason"]) == ("processing", "in_preparation")


def test_the_visible_log_of_a_whole_life(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "restocking", "picking", "cooking", "ready", "in_delivery", "delivered", actor=CHEF)

    seen = alice.get(f"orders/{order['id']}").json
    assert [entry["status"] for entry in seen["status_log"]] == [
        "processing", "cooking", "ready", "in_delivery", "delivered",
    ]  # fmt: skip
    assert seen["times"].keys() == {
        "placed_at", "paid_at", "accepted_at", "cooking_started_at", "cooked_at", "delivery_started_at",
        "delivered_at", "closed_at", "cancelled_at",
    }  # fmt: skip
    told = Message.objects.filter(recipient_kind="customer").order_by("created_at", "id")
    assert [message.data["status"] for message in told] == [
        "processing", "cooking", "ready", "in_delivery", "delivered",
    ]  # fmt: skip


@pytest.mark.parametrize("internal", ["restocking", "picking"])
def test_processing_covers_all_three_in_the_history(alice, soup, internal):
    order = place(alice, soup, total=1200)
    advance(order, internal)

    assert [found["id"] for found in alice.get("orders?status=processing").json["data"]] == [order["id"]]
    assert alice.get(f"orders?status={internal}").status == 400
