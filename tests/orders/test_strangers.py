"""Somebody else's order is not there: on every path, with every method, in the same words as one that is none."""

from uuid import uuid4

import pytest
from django.urls import get_resolver

from customerbackend.ids import new_id
from tests.factories import order_body
from tests.orders.steps import place


def order_paths() -> list[str]:
    """Every path of the API that names an order."""
    return [
        f"/{resolver.pattern}{pattern.pattern}"
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", [])
        if "<uuid:order_id>" in str(pattern.pattern)
    ]


def test_there_are_such_paths():
    assert len(order_paths()) >= 3


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", order_paths())
@pytest.mark.parametrize("body", [{}, {"reason": "nonsense"}, "{broken"])
def test_bob_is_told_of_alices_order_what_he_is_told_of_none(alice, bob, soup, method, path, body):
    order = place(alice, soup, total=1200)
    headers = {"idempotency_key": str(uuid4())}

    hers = bob.call(method, path.replace("<uuid:order_id>", order["id"]), body, **headers)
    nobodys = bob.call(method, path.replace("<uuid:order_id>", str(new_id())), body, **headers)

    assert (hers.status, hers.code) == (404, "not_found")
    assert {**hers.json, "request_id": None} == {**nobodys.json, "request_id": None}
    assert alice.get(f"orders/{order['id']}").json == order


def test_bob_does_not_find_alices_orders_in_his_lists(alice, bob, soup):
    order = place(alice, soup, total=1200)

    assert bob.get("orders").json == {"data": [], "next_cursor": None}
    assert bob.get("orders/current").json == {"data": []}
    assert [found["id"] for found in alice.get("orders").json["data"]] == [order["id"]]


def test_bobs_key_does_not_replay_alices_answer(alice, bob, soup):
    body = order_body(soup, total=1200)
    hers, his = alice.place(body, key="the same"), bob.place(body, key="the same")

    assert his.status == 201
    assert "Idempotent-Replayed" not in his.headers
    assert his.json["id"] != hers.json["id"]


def test_a_tag_of_alices_order_tells_bob_nothing(alice, bob, soup):
    order = place(alice, soup, total=1200)
    tag = alice.get(f"orders/{order['id']}").headers["ETag"]

    assert bob.get(f"orders/{order['id']}", if_none_match=tag).code == "not_found"


def test_a_key_that_was_used_for_something_else_does_not_hide_that_it_is_not_bobs(alice, bob, soup):
    order = place(alice, soup, total=1200)
    assert bob.place(order_body(soup, total=1200), key="used").status == 201

    assert bob.cancel(order["id"], key="used").code == "not_found"
