"""Which part of the history is asked for: its bounds, its filters, its pages, and what is none of these."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from customerbackend.ids import new_id
from orders.models import Order
from tests.orders.steps import NOON, advance, at, place


def copies(order, moments):
    """As many more orders like this one as there are moments of placing."""
    original = Order.objects.get(id=order["id"])
    made = []
    for count, moment in enumerate(moments):
        original.pk, original.number, original.placed_at = new_id(), f"copy-{count}", moment
        made.append(Order(**{field.attname: getattr(original, field.attname) for field in Order._meta.fields}))
    Order.objects.bulk_create(made)
    return made


def walk(api, query=""):
    """Every order of the history, and how many were on each page."""
    found, sizes, cursor = [], [], None
    while True:
        page = api.get("orders?" + query + (f"&cursor={cursor}" if cursor else "")).json
        assert page.keys() == {"data", "next_cursor"}
        found += page["data"]
        sizes.append(len(page["data"]))
        cursor = page["next_cursor"]
        if cursor is None:
            return found, sizes


def test_twenty_are_a_page_unless_said_otherwise(alice, soup):
    copies(place(alice, soup, total=1200), [NOON] * 20)

    assert walk(alice)[1] == [20, 1]
    assert walk(alice, "limit=21")[1] == [21]
    assert walk(alice, "limit=1")[1] == [1] * 21


def test_no_orders_are_an_empty_page(alice):
    answer = alice.get("orders")

    assert (answer.status, answer.json) == (200, {"data": [], "next_cursor": None})


def test_an_order_looks_the_same_in_the_list_as_alone(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "picking", "cooking")

    assert alice.get("orders").json["data"] == [alice.get(f"orders/{order['id']}").json]


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("limit=0", "limit", "min_value"),
        ("limit=101", "limit", "max_value"),
        ("limit=-1", "limit", "min_value"),
        ("limit=ten", "limit", "invalid"),
        ("limit=", "limit", "invalid"),
        ("limit=99999999999999999999", "limit", "max_value"),
        ("status=lost", "status", "invalid_choice"),
        ("placed_from=yesterday", "placed_from", "invalid"),
        ("placed_from=2026-03-02T11:00:00", "placed_from", "naive"),
        ("placed_to=2026-03-02", "placed_to", "naive"),
        ("cursor=", "cursor", "blank"),
        ("cursor=rubbish", "cursor", "invalid"),
        ("cursor=%00", "cursor", "null_characters_not_allowed"),
        ("cursor=" + "A" * 501, "cursor", "max_length"),
        ("page=2", "page", "unknown_parameter"),
        ("limit=5&limit=6", "limit", "repeated"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(alice, query, parameter, code):
    answer = alice.get(f"orders?{query}")

    assert (answer.status, answer.code) == (400, "invalid_request")
    assert [(error["parameter"], error["code"]) for error in answer.json["errors"]] == [(parameter, code)]


def cursor(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


SOME_ID = "01a20567-ba0e-70d5-bcba-a03bdce5a848"


@pytest.mark.parametrize(
    "wrong",
    [
        cursor(),
        cursor(SOME_ID),
        cursor("2026-03-02T11:00:00+00:00", "5"),
        cursor("2026-03-02T11:00:00", SOME_ID),
        cursor("2026-03-02T11:00:00+00:00", SOME_ID, SOME_ID),
        cursor(5, SOME_ID),
        cursor("2026-03-02T11:00:00+00:00", None),
        cursor("2026-03-02T11:00:00+00:00", "' OR true --"),
        base64.urlsafe_b64encode(b"{}").decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b"[" * 300).decode()[:500],
        "ü",
    ],
)
def test_a_cursor_that_is_none_is_refused(alice, soup, wrong):
    place(alice, soup, total=1200)

    answer = alice.get(f"orders?cursor={wrong}")

    assert (answer.status, answer.code) == (400, "invalid_request")
    assert [(error["parameter"], error["code"]) for error in answer.json["errors"]] == [("cursor", "invalid")]


def test_a_cursor_of_another_time_is_taken_as_it_is(alice, soup):
    place(alice, soup, total=1200)

    far = [cursor(moment, SOME_ID) for moment in ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00")]

    assert [len(alice.get(f"orders?cursor={each}").json["data"]) for each in far] == [0, 1]


def test_status_filters_by_what_the_customer_sees(alice, soup):
    orders = {status: place(alice, soup, total=1200)["id"] for status in (
        "waiting_for_payment", "scheduled", "accepted", "restocking", "picking", "cooking", "ready", "in_delivery",
        "delivered", "undelivered", "cancelled",
    )}  # fmt: skip
    for status, order_id in orders.items():
        Order.objects.filter(id=order_id).update(status=status, release_at=NOON, payment_due_at=NOON)

    def found(status):
        return {order["id"] for order in alice.get(f"orders?status={status}").json["data"]}

    assert found("processing") == {orders["accepted"], orders["restocking"], orders["picking"]}
    for status in orders.keys() - {"accepted", "restocking", "picking"}:
        assert found(status) == {orders[status]}


def test_placed_from_is_included_and_placed_to_is_not(alice, soup):
    copies(place(alice, soup, total=1200), [NOON + timedelta(seconds=count) for count in range(4)])

    def found(query):
        return sorted(order["times"]["placed_at"] for order in alice.get(f"orders?{query}").json["data"])

    end = "placed_to=2026-03-02T11:00:10Z"
    assert found(f"placed_from={at(seconds=2)}&{end}") == [at(seconds=2), at(seconds=3)]
    assert found(f"placed_to={at(seconds=2)}") == [at(), at(seconds=1)]
    assert found(f"placed_from={at(seconds=1)}&placed_to={at(seconds=2)}") == [at(seconds=1)]
    assert found(f"placed_from={at(seconds=2)}&placed_to={at(seconds=2)}") == []
    assert found(f"placed_from={at(seconds=2)}&placed_to={at(seconds=1)}") == []
    # The same moments, said in another time zone.
    assert found("placed_from=2026-03-02T12:00:01%2B01:00&placed_to=2026-03-02T12:00:02%2B01:00") == [at(seconds=1)]


def test_filters_hold_on_every_page(alice, soup):
    order = place(alice, soup, total=1200)
    made = copies(order, [NOON + timedelta(seconds=count) for count in range(30)])
    Order.objects.filter(id__in=[each.id for each in made[::2]]).update(status="delivered")

    found, sizes = walk(alice, f"status=delivered&placed_from={at(seconds=4)}&limit=5")

    assert [order["id"] for order in found] == [str(each.id) for each in reversed(made[4::2])]
    assert sizes == [5, 5, 3]


def test_an_order_of_long_ago_is_found(alice, soup):
    copies(place(alice, soup, total=1200), [datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)])

    assert walk(alice, "limit=1")[0][-1]["times"]["placed_at"] == "1999-12-31T23:59:59.999999Z"
