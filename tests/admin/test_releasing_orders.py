"""An order for later is accepted by staff through its release, so that stock is set aside and the kitchen is told."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from catalog.models import Product, Reservation
from notifications.models import Message
from orders.models import Order
from tests.admin.conftest import place
from tests.admin.pages import move, page_of, status_of, text_of, told
from tests.clients import Api
from tests.factories import order_body


def place_for_later(alice: Api, soup: Product) -> Order:
    delivery = order_body(total=0)["delivery"]
    later = (timezone.now() + timedelta(days=1)).isoformat()
    answer = alice.place(order_body(soup, total=1200, delivery={**delivery, "requested_at": later}))
    assert answer.status == 201, answer.text
    return Order.objects.get(id=answer.json["id"])


def test_accepting_an_order_for_later_releases_it(sam: Client, alice: Api, soup: Product) -> None:
    order = place_for_later(alice, soup)
    assert status_of(order) == "scheduled"
    assert Reservation.objects.count() == 0
    move(sam, "accepted", order)
    assert status_of(order) == "accepted"
    assert Reservation.objects.get().reserved == 1000
    assert Message.objects.filter(recipient_kind="kitchen", kind="order_accepted", subject_id=order.id).count() == 1
    entry = order.log.last()
    assert entry is not None and (entry.actor_kind, entry.actor) == ("staff", "sam")


def test_its_page_offers_the_release(sam: Client, alice: Api, soup: Product) -> None:
    order = place_for_later(alice, soup)
    assert f"/{order.id}/move/accepted/" in text_of(sam, page_of(order))


def test_an_order_that_waits_for_its_payment_is_not_accepted_by_hand(sam: Client, alice: Api, soup: Product) -> None:
    order = place(alice, soup)
    Order.objects.filter(id=order.id).update(
        status="waiting_for_payment", payment_method="card", payment_due_at=order.placed_at
    )
    response = move(sam, "accepted", order)
    assert status_of(order) == "waiting_for_payment"
    assert told(response) == [
        f"Order {order.number}: From its present status the order cannot go to that one. "
        "It is “waiting for payment”. Possible: cancelled."
    ]
    assert "/move/accepted/" not in text_of(sam, page_of(order))
