"""What is Alice's stays out of Bob's lists, and out of the answers that are kept for his keys."""

from tests.factories import order_body
from tests.orders.steps import place


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
