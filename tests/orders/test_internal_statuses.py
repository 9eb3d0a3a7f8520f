"""Two statuses are internal: no answer, no error and no message lets a customer tell that an order is in one."""

from datetime import timedelta

import pytest

from notifications.models import Message
from tests.clients import signed_in
from tests.factories import make_branch, make_product
from tests.orders.steps import NOON, advance, place

WORDS = ("restocking", "picking", "store_to_warehouse", 'accepted"', "restock", "store")
WAY = [
    ("restocking", "processing"),
    ("picking", "processing"),
    ("cooking", "cooking"),
    ("ready", "ready"),
    ("in_delivery", "in_delivery"),
    ("delivered", "delivered"),
]


@pytest.fixture
def order(alice_at):
    """An order for which goods have to be fetched from the store; its customer, signed in anew for every step."""
    alice = alice_at(NOON)
    make_branch(restock_minutes=20)
    return alice, place(alice, make_product("soup"), total=1200)


def everything(api, order):
    """Every answer of the API that is about the order, refusals included; by what was called."""
    one = f"orders/{order['id']}"
    reads = ["orders", "orders/current", "orders?status=processing", one, f"{one}/status", f"{one}/cancellation"]
    return {path: api.get(path) for path in reads}


def texts_to(customer):
    return [str(message.data) + message.kind for message in Message.objects.filter(recipient_id=customer.id)]


def assert_silent(texts):
    for text in texts:
        assert not [word for word in WORDS if word in text.lower()], text


def test_no_answer_names_them_on_the_whole_way(order, time_machine):
    alice, placed = order
    assert_silent(answer.text for answer in everything(alice, placed).values())
    for minute, (status, seen) in enumerate(WAY, 1):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        advance(placed, status)

        answers = everything(alice, placed)
        assert_silent(answer.text for answer in answers.values())
        assert_silent(str(dict(answer.headers)) for answer in answers.values())
        assert answers[f"orders/{placed['id']}"].json["status"] == seen
        assert answers[f"orders/{placed['id']}/status"].json["status"] == seen
        assert [found["status"] for found in answers["orders"].json["data"]] == [seen]
        assert [found["status"] for found in answers["orders/current"].json["data"]] == [seen] * (seen != "delivered")
        assert len(answers["orders?status=processing"].json["data"]) == (seen == "processing")
    assert_silent(texts_to(alice.customer))


@pytest.mark.parametrize("status", [status for status, _ in WAY])
def test_the_refusal_to_cancel_does_not_name_them(order, status):
    alice, placed = order
    for step, _ in WAY[: [step for step, _ in WAY].index(status) + 1]:
        advance(placed, step)

    for language in ("en", "ru"):
        answer = alice.post(f"orders/{placed['id']}/cancellation", {}, idempotency_key="one", accept_language=language)
        assert (answer.status, answer.code) == (409, "order_not_cancellable")
        assert answer.json["order_status"] == dict(WAY)[status]
        assert_silent([answer.text])


def test_going_there_is_no_visible_change(order, time_machine):
    alice, placed = order
    told = len(texts_to(alice.customer))
    for minute, status in enumerate(("restocking", "picking"), 1):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        advance(placed, status)

        seen = alice.get(f"orders/{placed['id']}").json
        # What changes is that it can no longer be cancelled, and the version with it; and the estimate, as it may at
        # any time, once goods have come.
        assert seen == placed | {
            "version": 1 + minute,
            "can_cancel": False,
            "cancel_refusal": "in_preparation",
            "estimates": placed["estimates"] if status == "restocking" else seen["estimates"],
        }
    assert len(texts_to(alice.customer)) == told


def test_both_look_alike(order):
    alice, placed = order
    one = f"orders/{placed['id']}"
    advance(placed, "restocking")
    first = alice.get(one).json, alice.get(f"{one}/status").json, alice.get(f"{one}/cancellation").json
    advance(placed, "picking")
    second = alice.get(one).json, alice.get(f"{one}/status").json, alice.get(f"{one}/cancellation").json

    assert first[0] | {"version": 3, "estimates": second[0]["estimates"]} == second[0]
    assert first[1] | {"estimates": second[1]["estimates"]} == second[1]
    assert first[2] == second[2]


def test_they_cannot_be_asked_for_in_the_history(alice):
    for status in ("restocking", "picking", "accepted"):
        answer = alice.get(f"orders?status={status}")
        assert (answer.status, answer.code) == (400, "invalid_request")
        assert [(error["parameter"], error["code"]) for error in answer.json["errors"]] == [
            ("status", "invalid_choice")
        ]


def test_cancelled_from_there_it_shows_only_the_end(order, time_machine):
    alice, placed = order
    advance(placed, "restocking", "picking")
    time_machine.move_to(NOON + timedelta(minutes=30), tick=False)
    advance(placed, "cancelled", reason="sold out")

    answers = everything(signed_in(alice.customer), placed)
    assert_silent(answer.text for answer in answers.values())
    seen = answers[f"orders/{placed['id']}"].json
    assert [entry["status"] for entry in seen["status_log"]] == ["processing", "cancelled"]
    assert seen["times"]["accepted_at"] == placed["times"]["placed_at"]
    assert_silent(texts_to(alice.customer))


def test_an_order_for_later_shows_nothing_either(alice_at, time_machine):
    alice = alice_at(NOON)
    make_branch(restock_minutes=20)
    body = {"delivery": {"method": "pickup", "requested_at": "2026-03-02T18:00:00Z"}}
    placed = place(alice, make_product("soup"), total=1000, **body)
    advance(placed, "accepted", "restocking", "picking")

    answers = everything(alice, placed)
    assert_silent(answer.text for answer in answers.values())
    assert [entry["status"] for entry in answers[f"orders/{placed['id']}"].json["status_log"]] == [
        "scheduled",
        "processing",
    ]
