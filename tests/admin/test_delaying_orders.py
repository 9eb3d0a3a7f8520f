"""Staff say that orders come later, from the list and from an order's page; refusals are told."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from customerbackend.ids import new_id
from orders.models import Order
from tests.admin.conftest import SignIn, place
from tests.admin.pages import list_of, move, page_of, queries_of, run_action, text_of, told
from tests.clients import Api


def form_for(order: Order) -> str:
    return reverse("admin:orders_order_delay", args=[order.id])


def delays_of(order: Order) -> list[int]:
    return list(order.estimates.filter(why="delayed").values_list("busy_seconds", flat=True))


def delay_chosen(client: Client, *orders: Order, **more: Any) -> Any:
    return run_action(client, "orders.order", "delay_chosen", *orders, **more)


def test_an_order_is_delayed_from_its_page(sam: Client, order: Order) -> None:
    assert form_for(order) in text_of(sam, page_of(order))
    assert 'name="minutes"' in text_of(sam, form_for(order))
    response = sam.post(form_for(order), {"minutes": "20"})
    assert (response.status_code, response.url) == (302, page_of(order))
    assert told(response) == [f"{order.number}: 20 minutes later."]
    assert delays_of(order) == [1200]


def test_the_page_shows_the_delay_among_the_estimates(sam: Client, order: Order) -> None:
    assert "delayed by staff" not in text_of(sam, page_of(order))
    sam.post(form_for(order), {"minutes": "20"})
    assert "delayed by staff" in text_of(sam, page_of(order))


def test_the_form_says_what_is_promised_by_the_branch_s_clock(sam: Client, order: Order) -> None:
    promise = order.estimated_delivered_to.replace(year=2026, month=7, day=1, hour=10, minute=5)
    Order.objects.update(estimated_delivered_to=promise)
    assert "promised until 1 Jul, 12:05" in text_of(sam, form_for(order))


def test_chosen_orders_are_delayed_together_after_asking_by_how_much(sam: Client, alice: Api, soup: Product) -> None:
    first, second, untouched = (place(alice, soup) for _ in range(3))
    asked = delay_chosen(sam, first, second)
    assert asked.status_code == 200
    assert 'name="minutes"' in asked.content.decode()
    assert delays_of(first) == []
    response = delay_chosen(sam, first, second, minutes="1")
    assert (response.status_code, response.url) == (302, list_of("orders.order"))
    (said,) = told(response)
    assert said.endswith(": one minute later.") and first.number in said and second.number in said
    assert [delays_of(each) for each in (first, second, untouched)] == [[60], [60], []]


def test_what_cannot_be_delayed_is_told_and_the_others_are(sam: Client, alice: Api, soup: Product) -> None:
    cancelled, delayed = place(alice, soup), place(alice, soup)
    move(sam, "cancelled", cancelled, reason="Out of gas")
    sam.get(page_of(delayed))  # the message of that move has been read
    response = delay_chosen(sam, cancelled, delayed, minutes="5")
    assert told(response) == [
        f"Order {cancelled.number}: The order has been handed over, or has ended otherwise.",
        f"{delayed.number}: 5 minutes later.",
    ]
    assert "/delay/" not in text_of(sam, page_of(cancelled))


@pytest.mark.parametrize("typed", ["", "0", "-5", "721", "soon", "1.5", "9" * 40])
def test_what_is_no_delay_is_asked_for_again(sam: Client, order: Order, typed: str) -> None:
    assert sam.post(form_for(order), {"minutes": typed}).status_code == 200
    assert delay_chosen(sam, order, minutes=typed).status_code == 200
    assert delays_of(order) == []


def test_who_may_only_view_orders_cannot_delay_them(staff_who_may: SignIn, order: Order) -> None:
    viewer = staff_who_may("view_order")
    assert "/delay/" not in text_of(viewer, page_of(order))
    assert viewer.get(form_for(order)).status_code == viewer.post(form_for(order), {"minutes": 5}).status_code == 403
    delay_chosen(viewer, order, minutes=5)
    assert delays_of(order) == []


def test_who_may_change_orders_can(staff_who_may: SignIn, order: Order) -> None:
    staff_who_may("change_order").post(form_for(order), {"minutes": "5"})
    assert delays_of(order) == [300]


def test_what_does_not_exist_is_not_there_and_reading_delays_nothing(sam: Client, order: Order) -> None:
    assert sam.get(form_for(order).replace(str(order.id), str(new_id()))).status_code == 404
    assert queries_of(sam, form_for(order)) <= 6
    assert delays_of(order) == []
