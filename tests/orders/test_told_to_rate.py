"""An hour after delivery the customer is asked to rate the order, once, unless there is no reason to any more."""

from datetime import timedelta

import pytest

from notifications.models import Message
from orders.lifecycle import lock_order, move_order
from orders.paying import add_paid, add_refunded
from orders.statuses import Status
from tests.notifications.telling import deliver
from tests.orders.adjustments import goodwill
from tests.orders.steps import CHEF, NOON, WAYS, advance, place, row

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


def asked():
    return list(Message.objects.filter(kind="rate_order").values_list("recipient_id", "due_at", "is_once"))


@pytest.fixture
def delivered(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS["delivered"])
    return order


def test_it_is_written_with_the_delivery_and_due_an_hour_later(alice, delivered, time_machine):
    assert asked() == [(alice.customer.id, NOON + timedelta(hours=1), True)]
    message = Message.objects.get(kind="rate_order")
    assert message.data == {"order_id": delivered["id"], "number": delivered["number"]}
    assert message.expires_at == NOON + timedelta(hours=25)
    deliver()
    message.refresh_from_db()
    assert message.addressed_at is None
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    deliver()
    message.refresh_from_db()
    assert message.addressed_at == NOON + timedelta(hours=1)


def test_the_hour_begins_when_it_happened(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking", "ready", "in_delivery")
    happened_at = NOON - timedelta(minutes=20)
    move_order(order_id=row(order).id, to=Status.DELIVERED, actor=CHEF, at=happened_at)
    assert [due_at for _, due_at, _ in asked()] == [happened_at + timedelta(hours=1)]


def test_whoever_has_rated_it_is_not_asked(alice, delivered):
    assert alice.call("PUT", f"orders/{delivered['id']}/rating", {"food": 5}).status == 200
    assert asked() == []


def test_a_delivery_that_was_none_is_not_asked_about_until_it_is_one(delivered):
    advance(delivered, "in_delivery", reason="wrong tap")
    assert asked() == []
    advance(delivered, "delivered")
    assert len(asked()) == 1


def test_whoever_was_asked_is_not_asked_again_after_a_correction(delivered, time_machine):
    time_machine.move_to(NOON + timedelta(hours=2), tick=False)
    deliver()
    advance(delivered, "in_delivery", reason="wrong tap")
    advance(delivered, "delivered")
    assert [due_at for _, due_at, _ in asked()] == [NOON + timedelta(hours=1)]


def test_whoever_rated_it_before_a_correction_is_not_asked(alice, delivered):
    alice.call("PUT", f"orders/{delivered['id']}/rating", {"food": 5})
    advance(delivered, "in_delivery", reason="wrong tap")
    advance(delivered, "delivered")
    assert asked() == []


def test_nobody_is_asked_about_what_they_were_let_off_in_whole(delivered):
    goodwill(delivered, 1199)
    assert len(asked()) == 1
    goodwill(delivered, 1)
    assert asked() == []


def test_nobody_is_asked_about_what_was_given_back_in_whole(delivered):
    order = lock_order(row(delivered).id)
    add_paid(order, amount=1200, at=NOON)
    add_refunded(order, amount=200)
    assert len(asked()) == 1
    add_refunded(order, amount=1000)
    assert asked() == []


@pytest.mark.parametrize("status", ["undelivered", "cancelled", "in_delivery"])
def test_nobody_is_asked_about_what_was_not_delivered(alice, soup, status):
    advance(place(alice, soup, total=1200), *WAYS[status])
    assert asked() == []
