"""What is not known is refused, and pointed at: a typo must not pass silently."""

import pytest

from orders.models import Order
from tests.factories import order_body
from tests.problems import assert_invalid

pytestmark = pytest.mark.django_db


def test_unknown_fields_are_pointed_at_beside_what_else_is_wrong(anybody):
    answer = anybody.post("auth/sign-in", {"login": "alice", "pasword": "x", "a/b": 1, "c~d": 2, "": 3})
    assert_invalid(
        answer,
        ("/password", "required"),
        ("/pasword", "unknown_field"),
        ("/a~1b", "unknown_field"),
        ("/c~0d", "unknown_field"),
        ("", "unknown_field"),
    )


def test_pointers_lead_into_nested_bodies(alice, soup):
    body = order_body(
        {"product_id": str(soup.id), "quantity": 1},
        {"product_id": "soup", "quantity": 0, "colour": "red"},
        {"product_id": str(soup.id), "quantity": 1, "option_ids": [str(soup.id), "x"]},
        total=1200,
    )
    body["delivery"]["place"]["floors"] = "3"
    body["delivery"]["place"]["latitude"] = "north"
    body["expected_total"] = {"amount": 12.5, "currency": "EUR"}

    assert_invalid(
        alice.place(body),
        ("/items/1/product_id", "invalid"),
        ("/items/1/quantity", "min_value"),
        ("/items/1/colour", "unknown_field"),
        ("/items/2/option_ids/1", "invalid"),
        ("/delivery/place/floors", "unknown_field"),
        ("/delivery/place/latitude", "invalid"),
        ("/expected_total", "invalid"),
    )
    assert not Order.objects.exists()


def test_a_field_that_is_not_for_clients_to_write_is_unknown(alice, soup):
    answer = alice.place({**order_body(soup, total=1200), "number": "1", "status": "delivered", "id": str(soup.id)})
    assert_invalid(answer, ("/number", "unknown_field"), ("/status", "unknown_field"), ("/id", "unknown_field"))
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("limt=5", [("?limt", "unknown_parameter")]),
        ("limit=5&limit=6", [("?limit", "repeated")]),
        ("x=1&x=2", [("?x", "unknown_parameter")]),
        ("a/b=1&c~d=1", [("?a/b", "unknown_parameter"), ("?c~d", "unknown_parameter")]),
        ("limit=0", [("?limit", "min_value")]),
        ("limit=101", [("?limit", "max_value")]),
        ("limit=" + "9" * 30, [("?limit", "max_value")]),
        ("limit=" + "9" * 5000, [("?limit", "max_string_length")]),
        ("limit=", [("?limit", "invalid")]),
        ("limit=ten&page=2", [("?limit", "invalid"), ("?page", "unknown_parameter")]),
        ("cursor=%00", [("?cursor", "null_characters_not_allowed")]),
        ("cursor=" + "x" * 501, [("?cursor", "max_length")]),
        ("%ff=1", [("?\ufffd", "unknown_parameter")]),
    ],
)
def test_parameters_are_named(alice, query, errors):
    assert_invalid(alice.get(f"orders?{query}"), *errors)


@pytest.mark.parametrize("path", ["account", "orders/current", "branches", "categories"])
def test_calls_without_parameters_take_none(alice, path):
    assert alice.get(path).status == 200
    assert_invalid(alice.get(f"{path}?page=2"), ("?page", "unknown_parameter"))
    assert_invalid(alice.get(f"{path}?page"), ("?page", "unknown_parameter"))


@pytest.mark.parametrize("path", ["auth/sign-up", "auth/sign-in", "auth/refresh", "auth/sign-out", "orders"])
def test_calls_with_a_body_take_no_parameters(alice, path):
    answer = alice.post(f"{path}?limit=1", {}, idempotency_key="k")
    assert_invalid(answer, ("?limit", "unknown_parameter"))
    assert alice.get("account").status == 200


def test_a_call_that_takes_no_fields_refuses_any(alice):
    assert_invalid(alice.post("auth/sign-out", {"everywhere": True}), ("/everywhere", "unknown_field"))
    assert alice.get("account").status == 200
