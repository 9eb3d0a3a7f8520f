"""PUT /orders/{id}/rating: after delivery, one rating an order, which can be changed for seven days."""

from datetime import timedelta

import pytest

from orders.models import Order, Rating
from orders.serializers import OrderSerializer, RatingSerializer
from tests.clients import signed_in
from tests.orders.following import told
from tests.orders.opinions import eaten, rate, rating_of
from tests.orders.steps import NOON, PICKUP, advance, nothing_written, place, row
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db

ALL = {"delivery": 3, "tags": ["tasty", "late"], "comment": "Good, but late."}


@pytest.fixture
def order(alice, soup):
    return eaten(alice, soup, total=1200)


def test_all_that_can_be_said_is_shown_by_the_order(alice, order):
    answer = rate(alice, order, 4, **ALL)

    assert answer.status == 200
    assert answer.json == {"food": 4, "delivery": 3, "tags": ["tasty", "late"], "comment": "Good, but late."}
    assert_shape(RatingSerializer, answer.json)
    shown = alice.get(f"orders/{order['id']}").json
    assert shown["rating"] == answer.json
    assert_shape(OrderSerializer, shown)
    assert alice.get("orders").json["data"][0]["rating"] == answer.json


@pytest.mark.parametrize("more", [{}, {"delivery": None, "tags": [], "comment": None}, {"comment": "  "}])
def test_the_stars_for_the_food_are_enough(alice, order, more):
    assert rating_of(alice, order) is None

    assert rate(alice, order, 5, **more).status == 200

    assert rating_of(alice, order) == {"food": 5, "delivery": None, "tags": [], "comment": None}


def test_a_pickup_is_rated_without_a_delivery(alice, soup):
    order = eaten(alice, soup, total=1000, delivery=PICKUP)

    assert rate(alice, order, 5, tags=["well_packed"]).json["delivery"] is None


def test_each_tag_counts_once_and_they_have_an_order(alice, order):
    assert rate(alice, order, tags=["late", "cold", "late", "tasty"]).json["tags"] == ["tasty", "cold", "late"]


def test_a_comment_may_hold_anything(alice, order):
    comment = '"Größe" \\ <script>\n☃ ' + "x" * 979

    assert rate(alice, order, comment=comment).json["comment"] == comment
    assert rating_of(alice, order)["comment"] == comment


def test_rating_raises_the_version_and_is_an_event(alice, order):
    before = alice.get(f"orders/{order['id']}")
    path, tag = f"orders/{order['id']}", before.headers["ETag"]
    events = told(alice)

    rate(alice, order)

    after = alice.get(path, if_none_match=tag)
    assert (after.status, after.json["version"]) == (200, before.json["version"] + 1)
    assert after.json == before.json | {"version": after.json["version"], "rating": after.json["rating"]}
    assert told(alice) == [*events, ("rated", None)]


def test_a_change_takes_the_place_of_all_that_was_said(alice, order):
    rate(alice, order, 4, **ALL)
    version = row(order).version

    assert rate(alice, order, 5, tags=["on_time"]).status == 200

    assert rating_of(alice, order) == {"food": 5, "delivery": None, "tags": ["on_time"], "comment": None}
    assert row(order).version == version + 1
    assert Rating.objects.count() == 1
    assert told(alice)[-2:] == [("rated", None)] * 2


def test_the_same_again_changes_nothing(alice, order):
    first = rate(alice, order, 4, **ALL)

    with nothing_written():
        again = rate(alice, order, 4, **{**ALL, "tags": ["late", "tasty"]})

    assert (again.status, again.json) == (200, first.json)


def test_it_can_be_changed_for_seven_days_from_when_it_was_given(alice_at, soup, time_machine):
    alice = alice_at(NOON)
    order = eaten(alice, soup, total=1200)
    time_machine.move_to(NOON + timedelta(days=30), tick=False)
    alice = signed_in(alice.customer)
    assert rate(alice, order, 4).status == 200

    time_machine.move_to(NOON + timedelta(days=37, seconds=-1), tick=False)
    alice = signed_in(alice.customer)
    assert rate(alice, order, 3).status == 200

    time_machine.move_to(NOON + timedelta(days=37), tick=False)
    alice = signed_in(alice.customer)
    with nothing_written():
        refused = rate(alice, order, 1)
        assert rate(alice, order, 3).status == 200  # it says so already
    assert (refused.status, refused.code) == (409, "order_not_ratable")
    assert (refused.json["order_status"], refused.json["reason"]) == ("delivered", "rated_long_ago")
    assert rating_of(alice, order)["food"] == 3


def test_a_rating_stays_with_an_order_that_is_taken_back_and_delivered_after_all(alice, order):
    rate(alice, order, 4)
    advance(order, "in_delivery", reason="wrong door")
    assert rating_of(alice, order)["food"] == 4
    assert rate(alice, order, 1).json["reason"] == "not_delivered"

    advance(order, "delivered")

    assert rate(alice, order, 1).status == 200


def test_each_order_has_a_rating_of_its_own(alice, bob, order, soup):
    other, his = eaten(alice, soup, total=1200), eaten(bob, soup, total=1200)
    rate(alice, order, 4)
    rate(bob, his, 2)

    assert [rating and rating["food"] for rating in (rating_of(alice, order), rating_of(alice, other))] == [4, None]
    assert rating_of(bob, his)["food"] == 2


def test_what_the_kitchen_and_the_books_know_stays_as_it_was(alice, order):
    before = Order.objects.values().get()

    rate(alice, order, 1, **ALL)

    after = Order.objects.values().get()
    assert after == before | {"version": before["version"] + 1, "rated_at": Rating.objects.get().rated_at}


def test_a_new_order_has_none(alice, soup):
    assert place(alice, soup, total=1200)["rating"] is None
