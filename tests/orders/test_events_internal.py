"""Events tell nothing of the internal statuses: not by a name, a moment, or how many there are."""

from datetime import timedelta

import pytest

from tests.clients import signed_in
from tests.factories import make_branch, make_product
from tests.orders.following import ask, follow, told
from tests.orders.steps import NOON, advance, place
from tests.orders.test_internal_statuses import assert_silent

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(alice_at):
    alice = alice_at(NOON)
    make_branch(restock_minutes=20)
    return alice, place(alice, make_product("soup"), total=1200)


def test_a_passage_through_one_is_no_event_and_changes_no_answer(order, time_machine):
    alice, placed = order
    before = ask(alice)
    for minute, status in enumerate(("restocking", "picking"), 1):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        advance(placed, status)

        assert ask(alice).text == before.text
        assert ask(alice).headers["ETag"] == before.headers["ETag"]
        assert ask(alice, if_none_match=before.headers["ETag"]).status == 304
    assert_silent([before.text])


def test_the_new_promise_is_told_with_the_next_event(order, time_machine):
    alice, placed = order
    time_machine.move_to(NOON + timedelta(minutes=12), tick=False)
    advance(placed, "restocking", "picking")
    advance(placed, "cooking")

    first, second = follow(alice)[0]

    shown = alice.get(f"orders/{placed['id']}").json["estimates"]
    assert (second["status"], second["delivered_to"]) == ("cooking", shown["delivered_to"])
    assert first["delivered_to"] != second["delivered_to"]
    assert_silent([ask(alice).text])


def test_an_order_that_lacked_something_has_as_many_events_as_one_that_did_not(order):
    alice, lacking = order
    other = place(alice, make_product("bread"), total=1200)
    advance(lacking, "restocking", "picking", "cooking", "ready", "in_delivery", "delivered")
    advance(other, "cooking", "ready", "in_delivery", "delivered")

    events, _cursor = follow(alice)

    by_order = [[event["status"] for event in events if event["order_id"] == one["id"]] for one in (lacking, other)]
    assert by_order[0] == by_order[1] == ["processing", "cooking", "ready", "in_delivery", "delivered"]


def test_cancelled_from_there_only_the_end_is_told(order):
    alice, placed = order
    advance(placed, "restocking", "picking")
    advance(placed, "cancelled", reason="sold out in the store")

    assert told(alice) == [("placed", "processing"), ("status_changed", "cancelled")]
    assert_silent([ask(signed_in(alice.customer)).text])
