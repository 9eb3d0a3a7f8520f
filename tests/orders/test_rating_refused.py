"""What cannot be rated, by whom, and how not."""

from uuid import uuid4

import pytest

from orders.models import Order
from tests.orders.opinions import eaten, rate
from tests.orders.steps import PICKUP, WAYS, advance, nothing_written, place
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db

BEFORE = [status for status in WAYS if status != "delivered"]


@pytest.mark.parametrize("status", BEFORE)
def test_only_what_was_delivered_is_rated(alice, soup, status):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS[status])

    with nothing_written():
        document = assert_problem(rate(alice, order), 409, "order_not_ratable")

    shown = "processing" if status in ("accepted", "restocking", "picking") else status
    assert (document["order_status"], document["reason"]) == (shown, "not_delivered")


def test_an_order_that_waits_for_payment_is_not_rated(alice, soup):
    order = place(alice, soup, total=1200, payment_method="card")

    document = assert_problem(rate(alice, order), 409, "order_not_ratable")
    assert document["order_status"] == "waiting_for_payment"


@pytest.mark.parametrize("is_over", [True, False])
def test_there_is_no_delivery_to_rate_where_the_order_was_fetched(alice, soup, is_over):
    make = eaten if is_over else place
    order = make(alice, soup, total=1000, delivery=PICKUP)

    with nothing_written():
        document = assert_problem(rate(alice, order, delivery=5), 422, "no_delivery_to_rate")

    [error] = document["errors"]
    assert (error["pointer"], error["code"]) == ("/delivery", "no_delivery_to_rate")


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (None, [("/food", "required")]),
        ({}, [("/food", "required")]),
        ({"food": 0}, [("/food", "min_value")]),
        ({"food": 6}, [("/food", "max_value")]),
        ({"food": None}, [("/food", "null")]),
        ({"food": 4.5}, [("/food", "invalid")]),
        ({"food": "four"}, [("/food", "invalid")]),
        ({"food": 4, "delivery": 0}, [("/delivery", "min_value")]),
        ({"food": 4, "delivery": 6}, [("/delivery", "max_value")]),
        ({"food": 4, "tags": ["tasty", "green"]}, [("/tags/1", "invalid_choice")]),
        ({"food": 4, "tags": "tasty"}, [("/tags", "not_a_list")]),
        ({"food": 4, "tags": None}, [("/tags", "null")]),
        ({"food": 4, "tags": ["tasty"] * 13}, [("/tags", "max_length")]),
        ({"food": 4, "comment": "x" * 1001}, [("/comment", "max_length")]),
        ({"food": 4, "stars": 5}, [("/stars", "unknown_field")]),
    ],
)
def test_a_body_that_is_not_right_is_explained(alice, soup, body, errors):
    order = eaten(alice, soup, total=1200)

    with nothing_written():
        assert_invalid(alice.call("PUT", f"orders/{order['id']}/rating", body), *errors)


def test_it_takes_no_query(alice, soup):
    order = eaten(alice, soup, total=1200)

    answer = alice.call("PUT", f"orders/{order['id']}/rating?food=5", {"food": 5})
    assert_invalid(answer, ("?food", "unknown_parameter"))


@pytest.mark.parametrize("body", [{"food": 5}, {"food": 9}, {}, {"food": 5, "delivery": 5}])
def test_bob_is_told_what_he_is_told_of_what_never_was(alice, bob, soup, body):
    order = eaten(alice, soup, total=1200)

    with nothing_written():
        for order_id in (order["id"], str(uuid4())):
            assert_problem(bob.call("PUT", f"orders/{order_id}/rating", body), 404, "not_found")


def test_who_is_not_signed_in_is_told_so_first(anybody, alice, soup):
    order = eaten(alice, soup, total=1200)

    assert_problem(rate(anybody, order, 9), 401, "token_missing")
    alice.post("auth/sign-out")
    assert_problem(rate(alice, order), 401, "token_invalid")
    assert not Order.objects.filter(rating__isnull=False).exists()
