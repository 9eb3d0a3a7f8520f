"""Bodies that are not of the promised form: 400, pointing at every fault. Nothing is written."""

import copy
from typing import Any

import pytest

from tests.factories import order_body
from tests.orders.steps import PICKUP, courier, item, nothing_written

MISSING = object()
BIG = 10**40


def changed(body: Any, path: str, value: Any) -> Any:
    """The body with one value set, or left out, at a JSON pointer."""
    body = copy.deepcopy(body)
    *parents, last = [int(part) if part.isdigit() else part for part in path.strip("/").split("/")]
    inner = body
    for part in parents:
        inner = inner[part]
    if value is MISSING:
        del inner[last]
    else:
        inner[last] = value
    return body


@pytest.fixture
def body(soup):
    body = order_body(item(soup), total=1200)
    body["delivery"] = courier(contact={"name": "Carla", "phone": "+493023125007"})
    return body


def refused(api, body) -> dict[str, str]:
    """Codes by pointer."""
    with nothing_written():
        answer = api.place(body)
    assert (answer.status, answer.code) == (400, "invalid_request"), answer.text
    assert all(error.keys() == {"pointer", "code", "detail"} and error["detail"] for error in answer.json["errors"])
    return {error["pointer"]: error["code"] for error in answer.json["errors"]}


FAULTS = [
    ("/items", MISSING, "required"),
    ("/items", [], "empty"),
    ("/items", None, "null"),
    ("/items", {}, "not_a_list"),
    ("/items/0", "soup", "invalid"),
    ("/items/0/product_id", MISSING, "required"),
    ("/items/0/product_id", "soup", "invalid"),
    ("/items/0/quantity", MISSING, "required"),
    ("/items/0/quantity", 0, "min_value"),
    ("/items/0/quantity", -1, "min_value"),
    ("/items/0/quantity", 100, "max_value"),
    ("/items/0/quantity", BIG, "max_value"),
    ("/items/0/quantity", True, "invalid"),
    ("/items/0/quantity", "1.5", "invalid"),
    ("/items/0/quantity", 1.5, "invalid"),
    ("/items/0/quantity", None, "null"),
    ("/items/0/quantity", [], "invalid"),
    ("/items/0/option_ids", "cheese", "not_a_list"),
    ("/items/0/option_ids", ["01a20567-ba0e-70d5-bcba-a03bdce5a848"] * 51, "max_length"),
    ("/items/0/note", "x" * 201, "max_length"),
    ("/items/0/note", False, "invalid"),
    ("/items/0/note", {}, "invalid"),
    ("/items/0/note", "\x00", "invalid"),
    ("/items/0/note", "\ud800", "invalid"),
    ("/comment", "x" * 501, "max_length"),
    ("/delivery", MISSING, "required"),
    ("/delivery", None, "null"),
    ("/delivery", "courier", "invalid"),
    ("/delivery/method", MISSING, "required"),
    ("/delivery/method", "drone", "invalid_choice"),
    ("/delivery/branch_id", "mitte", "invalid"),
    ("/delivery/place", MISSING, "required"),
    ("/delivery/place", None, "required"),
    ("/delivery/place/city", MISSING, "required"),
    ("/delivery/place/city", "", "blank"),
    ("/delivery/place/line", MISSING, "required"),
    ("/delivery/place/line", "x" * 201, "max_length"),
    ("/delivery/place/latitude", 90.1, "max_value"),
    ("/delivery/place/latitude", "nan", "invalid"),
    ("/delivery/place/longitude", -180.1, "min_value"),
    ("/delivery/place/leave_at_door", "perhaps", "invalid"),
    ("/delivery/contact/name", MISSING, "required"),
    ("/delivery/contact/phone", "12", "invalid"),
    ("/delivery/requested_at", "2026-03-02T18:00:00", "naive"),
    ("/delivery/requested_at", "2026-03-02", "naive"),
    ("/delivery/requested_at", "tonight", "invalid"),
    ("/delivery/requested_at", "9999-12-31T23:59:59-12:00", "overflow"),
    ("/delivery/requested_at", "0001-01-01T00:00:00+12:00", "overflow"),
    ("/delivery/requested_at", 1772445600, "invalid"),
    ("/payment_method", MISSING, "required"),
    ("/payment_method", "cheque", "invalid_choice"),
    ("/payment_method", ["cash"], "invalid_choice"),
    ("/expected_total", MISSING, "required"),
    ("/expected_total", None, "required"),
    ("/expected_total", 1200, "invalid"),
    ("/expected_total", {"amount": 1200}, "invalid"),
    ("/expected_total", {"amount": "1200", "currency": "EUR"}, "invalid"),
    ("/expected_total", {"amount": 1200.0, "currency": "EUR"}, "invalid"),
    ("/expected_total", {"amount": True, "currency": "EUR"}, "invalid"),
    ("/expected_total", {"amount": 1200, "currency": "USD"}, "currency"),
    ("/expected_total", {"amount": 1200, "currency": "eur"}, "currency"),
    ("/expected_total", {"amount": -1, "currency": "EUR"}, "range"),
    ("/expected_total", {"amount": BIG, "currency": "EUR"}, "range"),
    ("/expected_total", {"amount": 1200, "currency": "EUR", "tax": 5}, "invalid"),
    ("/change_from", {"amount": -5000, "currency": "EUR"}, "range"),
    ("/change_from", {"amount": 5000, "currency": "RUB"}, "currency"),
    ("/price", 1, "unknown_field"),
    ("/status", "delivered", "unknown_field"),
    ("/items/0/price", {"amount": 1, "currency": "EUR"}, "unknown_field"),
    ("/items/0/unit_price", 1, "unknown_field"),
    ("/delivery/fee", 0, "unknown_field"),
    ("/delivery/place/zip", "10115", "unknown_field"),
    ("/delivery/contact/email", "carla@example.com", "unknown_field"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "code"), FAULTS)
def test_a_fault_is_pointed_at(alice, body, path, value, code):
    assert refused(alice, changed(body, path, value)) == {path: code}


def test_an_option_is_pointed_at_by_its_position(alice, body):
    known = "01a20567-ba0e-70d5-bcba-a03bdce5a848"

    assert refused(alice, changed(body, "/items/0/option_ids", [known, "cheese"])) == {
        "/items/0/option_ids/1": "invalid"
    }


def test_fifty_lines_are_the_most(alice, body, soup):
    assert refused(alice, changed(body, "/items", [item(soup)] * 51)) == {"/items": "max_length"}


def test_every_fault_is_named_at_once(alice, body):
    body["items"] += [{"product_id": "x", "quantity": 0, "colour": "red"}]
    body |= {"payment_method": "shells", "tip": 5}
    del body["delivery"]["place"]["line"]

    assert refused(alice, body) == {
        "/items/1/product_id": "invalid",
        "/items/1/quantity": "min_value",
        "/items/1/colour": "unknown_field",
        "/delivery/place/line": "required",
        "/payment_method": "invalid_choice",
        "/tip": "unknown_field",
    }


def test_pickup_takes_no_place(alice, body):
    assert refused(alice, changed(body, "/delivery", {**courier(), **PICKUP})) == {"/delivery/place": "not_for_pickup"}


def test_only_cash_is_changed(alice, body):
    body |= {"payment_method": "terminal", "change_from": {"amount": 5000, "currency": "EUR"}}

    assert refused(alice, body) == {"/change_from": "not_cash"}


@pytest.mark.parametrize("body", [[], '"order"', 5, "null", True])
def test_the_body_is_an_object(alice, soup, body):
    with nothing_written():
        answer = alice.post("orders", body, idempotency_key="one")

    assert (answer.status, answer.code) == (400, "invalid_request")


@pytest.mark.parametrize(
    "text", ["{", "", "nope", '{"items": NaN}', '{"items": ' + "[" * 100_000, '{"a": 1' + "0" * 5000 + "}"]
)
def test_what_is_not_json_is_said_to_be_so(alice, soup, text):
    with nothing_written():
        answer = alice.post("orders", text, idempotency_key="one")

    assert (answer.status, answer.code) in {(400, "invalid_json"), (400, "invalid_request")}


def test_another_media_type_is_not_taken(alice, soup):
    with nothing_written():
        answer = alice.post(
            "orders", "items=1", idempotency_key="one", content_type="application/x-www-form-urlencoded"
        )

    assert (answer.status, answer.code) == (415, "unsupported_media_type")


def test_a_query_parameter_is_unknown(alice, body):
    with nothing_written():
        answer = alice.post("orders?dry_run=true", body, idempotency_key="one")

    assert answer.status == 400
    assert [(error["parameter"], error["code"]) for error in answer.json["errors"]] == [
        ("dry_run", "unknown_parameter")
    ]


def test_what_may_be_null_may_be_null(alice, body):
    body |= {"comment": None, "change_from": None}
    body["items"][0]["note"] = None
    body["delivery"] |= {"contact": None, "branch_id": None, "requested_at": None}
    body["delivery"]["place"] |= dict.fromkeys(
        ["apartment", "entrance", "floor", "door_code", "comment", "latitude", "longitude"]
    )

    answer = alice.place(body)

    assert answer.status == 201, answer.text
