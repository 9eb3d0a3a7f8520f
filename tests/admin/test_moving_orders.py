"""Staff move orders, and only as the table of transitions allows."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from orders.models import Order, StatusLogEntry
from tests.admin.conftest import place
from tests.admin.pages import move, page_of, status_of, text_of, told
from tests.clients import Api


def last_entry(order: Order) -> StatusLogEntry:
    entry = order.log.last()
    assert entry is not None
    return entry


def button(order: Order, to: str) -> str:
    return reverse("admin:orders_order_move", args=[order.id, to])


def test_an_action_moves_every_chosen_order(sam: Client, alice: Api, soup: Product) -> None:
    first, second, untouched = (place(alice, soup) for _ in range(3))
    response = move(sam, "picking", first, second)
    assert response.status_code == 302
    assert [status_of(order) for order in (first, second, untouched)] == ["picking", "picking", "accepted"]
    assert len(told(response)) == 1
    assert first.number in told(response)[0] and second.number in told(response)[0]


def test_the_log_says_which_member_of_staff_it_was(sam: Client, order: Order) -> None:
    move(sam, "cooking", order)
    entry = last_entry(order)
    assert (entry.status, entry.actor_kind, entry.actor, entry.reason) == ("cooking", "staff", "sam", "")


def test_a_refused_move_is_told_and_the_others_are_made(sam: Client, alice: Api, soup: Product) -> None:
    refused, moved = place(alice, soup), place(alice, soup)
    sam.post(button(moved, "cooking"))
    sam.get(page_of(moved))  # the message of that move has been read
    response = move(sam, "ready", refused, moved)
    assert (status_of(refused), status_of(moved)) == ("accepted", "ready")
    assert told(response) == [
        f"Order {refused.number}: From its present status the order cannot go to that one. It is “accepted”. "
        "Possible: store to warehouse, warehouse has started, cooking, cancelled.",
        f"Order {moved.number}: ready.",
    ]


def test_cancelling_asks_for_a_reason_first(sam: Client, order: Order) -> None:
    asked = move(sam, "cancelled", order)
    assert asked.status_code == 200
    assert 'name="reason"' in asked.content.decode()
    assert status_of(order) == "accepted"
    move(sam, "cancelled", order, reason="   ")
    assert status_of(order) == "accepted"
    move(sam, "cancelled", order, reason="The oven broke down")
    assert status_of(order) == "cancelled"
    assert last_entry(order).reason == "The oven broke down"
    assert Order.objects.get(id=order.id).owed == 0


def test_a_correction_asks_for_a_reason_first(sam: Client, order: Order) -> None:
    move(sam, "cooking", order)
    move(sam, "ready", order)
    assert move(sam, "cooking", order).status_code == 200
    assert status_of(order) == "ready"
    move(sam, "cooking", order, reason="Tapped too early")
    assert status_of(order) == "cooking"
    assert last_entry(order).reason == "Tapped too early"


def test_not_delivered_takes_only_one_of_its_reasons(sam: Client, order: Order) -> None:
    for status in ("cooking", "ready", "in_delivery"):
        move(sam, status, order)
    assert move(sam, "undelivered", order, reason="was in a hurry").status_code == 200
    assert status_of(order) == "in_delivery"
    move(sam, "undelivered", order, reason="customer_absent")
    assert status_of(order) == "undelivered"
    assert last_entry(order).reason == "customer_absent"


def test_the_page_offers_the_moves_that_are_possible_now(sam: Client, order: Order) -> None:
    page = text_of(sam, page_of(order))
    offered = {to for to in ("restocking", "picking", "cooking", "cancelled") if button(order, to) in page}
    assert offered == {"restocking", "picking", "cooking", "cancelled"}
    assert not any(button(order, to) in page for to in ("accepted", "ready", "delivered", "undelivered"))


def test_a_button_moves_the_order(sam: Client, order: Order) -> None:
    response = sam.post(button(order, "picking"))
    assert response.url == page_of(order)
    assert status_of(order) == "picking"


def test_a_button_that_needs_a_reason_asks_for_it(sam: Client, order: Order) -> None:
    assert 'name="reason"' in sam.get(button(order, "cancelled")).content.decode()
    assert sam.post(button(order, "cancelled")).status_code == 200
    assert status_of(order) == "accepted"
    sam.post(button(order, "cancelled"), {"reason": "Sold out"})
    assert status_of(order) == "cancelled"


@pytest.mark.parametrize("to", ["picking", "cancelled"])
def test_reading_moves_nothing(sam: Client, order: Order, to: str) -> None:
    sam.get(button(order, to))
    sam.get(page_of(order))
    assert status_of(order) == "accepted"


@pytest.mark.parametrize("to", ["scheduled", "waiting_for_payment", "nonsense"])
def test_what_staff_cannot_tell_an_order_is_not_there(sam: Client, order: Order, to: str) -> None:
    assert sam.post(button(order, to)).status_code == 404
    assert status_of(order) == "accepted"


def test_no_form_of_the_admin_writes_an_order(sam: Client, order: Order) -> None:
    assert sam.post(page_of(order), {"number": "1", "status": "delivered"}).status_code == 403
    assert sam.post(page_of(order).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert sam.get(reverse("admin:orders_order_add")).status_code == 403
    assert Order.objects.values_list("status", "number").get() == ("accepted", order.number)
