"""The customer is told that an order comes late: once it is more than ten minutes later than they were last told."""

from datetime import timedelta

import pytest

from catalog.models import BranchState
from notifications.models import Message
from orders.delaying import delay_order
from orders.paying import go_on
from orders.scheduling import release_order
from tests.clients import signed_in
from tests.factories import make_customer
from tests.orders.steps import NOON, PICKUP, advance, at, courier, place, row

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


@pytest.fixture
def after(time_machine):
    """Moves the clock so many minutes after NOON."""
    return lambda minutes: time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)


def delay(order, minutes):
    delay_order(order_id=row(order).id, minutes=minutes)


def told_late():
    """By when the customer was told that it comes, each time."""
    late = Message.objects.filter(kind="order_late", recipient_kind="customer").order_by("position")
    return [message.data["delivered_to"] for message in late]


def test_ten_minutes_are_not_late_and_one_more_is(alice, soup):
    order = place(alice, soup, total=1200)
    assert order["estimates"]["delivered_to"] == at(minutes=35)

    delay(order, 10)
    assert told_late() == []
    delay(order, 1)
    assert told_late() == [at(minutes=46)]


def test_what_counts_then_is_what_was_told_last(alice, soup):
    order = place(alice, soup, total=1200)
    delay(order, 15)
    assert told_late() == [at(minutes=50)]
    delay(order, 10)
    assert told_late() == [at(minutes=50)]
    delay(order, 1)
    assert told_late() == [at(minutes=50), at(minutes=61)]


def test_the_message_is_complete(soup):
    ivan = signed_in(make_customer("ivan", language="ru"))
    order = place(ivan, soup, total=1000, delivery=PICKUP)
    delay(order, 20)

    message = Message.objects.get(kind="order_late")
    assert (message.recipient_id, str(message.subject_id), message.language) == (ivan.customer.id, order["id"], "ru")
    assert message.data == {
        "order_id": order["id"], "number": order["number"], "delivered_to": at(minutes=40),
        "time_zone": "Europe/Berlin", "delivery_method": "pickup",
    }  # fmt: skip
    assert message.expires_at == NOON + timedelta(hours=1)


def test_an_internal_passage_tells_nothing_and_the_next_visible_one_does(alice, soup, after):
    order = place(alice, soup, total=1200)
    advance(order, "restocking")
    after(30)
    advance(order, "picking")
    assert row(order).estimated_delivered_to == NOON + timedelta(minutes=65)
    assert told_late() == []

    advance(order, "cooking")
    assert told_late() == [at(minutes=65)]
    kinds = Message.objects.filter(recipient_kind="customer").order_by("position").values_list("kind", flat=True)
    assert list(kinds) == ["order_status", "order_status", "order_late"]


def test_what_comes_back_in_time_on_an_internal_passage_is_never_told(alice, soup, after):
    order = place(alice, soup, total=1200)
    BranchState.objects.update(busy_minutes=30)
    advance(order, "restocking", "picking")
    BranchState.objects.update(busy_minutes=0)
    advance(order, "cooking")
    assert told_late() == []


def test_a_visible_step_that_comes_late_tells(alice, soup, after):
    order = place(alice, soup, total=1200)
    advance(order, "cooking")
    after(21)
    advance(order, "ready")
    assert told_late() == [at(minutes=46)]


def test_release_tells_when_the_kitchen_has_become_slower(alice, soup, after):
    order = place(alice, soup, total=1200, delivery=courier(requested_at=at(hours=3)))
    BranchState.objects.update(busy_minutes=30)
    after(3 * 60 - 25)
    release_order(order_id=row(order).id)
    assert told_late() == [at(hours=3, minutes=41)]


def test_what_has_come_to_its_end_is_not_late(alice, soup, after):
    order, other = place(alice, soup, total=1200), place(alice, soup, total=1200)
    advance(order, "cooking", "ready", "in_delivery")
    after(90)
    advance(order, "delivered")
    advance(other, "cancelled")
    assert told_late() == []


def test_what_was_promised_before_it_was_paid_is_promised_anew_then(alice, soup, settings, after):
    settings.PAYMENT_METHODS = ["cash", "card"]
    order = place(alice, soup, total=1200, payment_method="card")
    delay(order, 20)
    assert told_late() == [at(minutes=55)]
    after(14)
    waiting = row(order)
    waiting.payment_state = "paid"
    go_on(waiting)
    assert (row(order).first_delivered_to, row(order).told_delivered_to) == (NOON + timedelta(minutes=49), None)
    delay(order, 11)
    assert told_late() == [at(minutes=55), at(minutes=60)]
