"""What placing answers, and that it is there afterwards exactly so."""

from uuid import UUID, uuid4

import pytest

from orders.models import Order
from tests.factories import order_body
from tests.orders.steps import NOON, at, nothing_written, place


def test_the_answer_is_the_order_as_it_can_be_read_later(alice, soup):
    answer = alice.place(order_body(soup, total=1200))

    assert answer.status == 201
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Location"] == f"/api/v1/orders/{answer.json['id']}"
    read = alice.get(answer.headers["Location"])
    assert (read.status, read.text) == (200, answer.text)
    assert "Idempotent-Replayed" not in answer.headers


@pytest.mark.time_machine(NOON, tick=False)
def test_a_new_order_is_processing_and_can_be_cancelled(alice, soup):
    order = place(alice, soup, total=1200)

    assert UUID(order["id"]).version == 7
    assert order["version"] == 1
    assert (order["status"], order["status_changed_at"]) == ("processing", at())
    assert (order["can_cancel"], order["cancel_refusal"]) == (True, None)
    assert order["status_log"] == [{"status": "processing", "at": at()}]
    assert order["times"] == {
        "placed_at": at(),
        "paid_at": None,
        "accepted_at": at(),
        "cooking_started_at": None,
        "cooked_at": None,
        "delivery_started_at": None,
        "delivered_at": None,
        "closed_at": None,
        "cancelled_at": None,
    }
    assert (order["adjustments"], order["comment"], order["rating"]) == ([], None, None)
    stored = Order.objects.get()
    assert (stored.status, stored.customer_id) == ("accepted", alice.customer.id)
    assert (stored.cooking_seconds, stored.work_seconds) == (600, 600)


def test_the_same_key_replays_the_same_bytes(alice, soup):
    body, key = order_body(soup, total=1200), str(uuid4())
    first = alice.place(body, key)

    with nothing_written():
        again = alice.place(body, key)

    assert (again.status, again.text) == (201, first.text)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Order.objects.count() == 1


def test_a_replay_is_what_was_answered_then_not_what_is_so_now(alice, soup):
    body, key = order_body(soup, total=1200), str(uuid4())
    first = alice.place(body, key)
    alice.cancel(first.json["id"])

    assert alice.place(body, key).text == first.text


def test_a_key_is_not_taken_for_another_order(alice, soup):
    key = str(uuid4())
    place_ = alice.place(order_body(soup, total=1200), key)

    with nothing_written():
        answer = alice.place(order_body(soup, total=1200, comment="Hello"), key)

    assert (place_.status, answer.status, answer.code) == (201, 422, "idempotency_key_reused")


def test_keys_of_two_customers_have_nothing_to_do_with_each_other(alice, bob, soup):
    body, key = order_body(soup, total=1200), "same"

    first, second = alice.place(body, key), bob.place(body, key)

    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] != second.json["id"]
    assert Order.objects.count() == 2


def test_what_was_refused_may_be_sent_again_under_the_same_key(alice, soup):
    key = str(uuid4())
    assert alice.place(order_body(soup, total=1), key).code == "total_changed"

    assert alice.place(order_body(soup, total=1200), key).status == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ключ"])
def test_a_key_is_required(alice, soup, key):
    with nothing_written():
        answer = alice.post("orders", order_body(soup, total=1200), **({"idempotency_key": key} if key else {}))

    assert (answer.status, answer.code) == (400, "idempotency_key_required")


def test_only_who_is_signed_in_can_place(anybody, soup):
    with nothing_written():
        answer = anybody.place(order_body(soup, total=1200))

    assert (answer.status, answer.code) == (401, "token_missing")


def test_numbers_are_nine_digits_and_do_not_count_up(alice, soup):
    numbers = [place(alice, soup, total=1200)["number"] for _ in range(5)]

    assert all(len(number) == 9 and number.isdigit() for number in numbers)
    assert len(set(numbers)) == 5
    assert all(abs(int(a) - int(b)) > 1000 for a in numbers for b in numbers if a is not b)


def test_the_answer_does_not_depend_on_the_language_that_is_asked_for(alice, soup):
    order = alice.place(order_body(soup, total=1200), accept_language="ru").json

    assert order["totals"]["charges"][0]["name"] == "Delivery"
