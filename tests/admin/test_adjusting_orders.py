"""Staff lower what an order owes: an item removed, goodwill; refusals are told, and the page shows what was done."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Branch
from customerbackend.ids import new_id
from orders.models import Order
from tests.admin.conftest import SignIn
from tests.admin.pages import move, page_of, queries_of, text_of, told
from tests.clients import Api
from tests.factories import make_options, make_product, order_body, put_in_stock


@pytest.fixture
def order(alice: Api, branch: Branch) -> Order:
    """Three stews with cream and one cake for Alice: 3 × 10.50 + 3.50 + 2.00 = 37.00."""
    group = make_options("extras", {"cream": 50})
    stew, cake = make_product("stew", groups=(group,)), make_product("cake", price=350)
    put_in_stock(branch, stew=9, cake=9)
    wanted = {"product_id": str(stew.id), "quantity": 3, "option_ids": [str(group.options.get().id)]}
    answer = alice.place(order_body(wanted, cake, total=3700))
    assert answer.status == 201, answer.text
    return Order.objects.get(id=answer.json["id"])


def form_for(order: Order, kind: str) -> str:
    return reverse("admin:orders_order_adjust", args=[order.id, kind])


def remove(client: Client, order: Order, quantity: Any = 1, position: int = 0, **more: Any) -> Any:
    line = order.lines.get(position=position).id
    sent = {"line": line, "quantity": quantity, "reason": "Sold out", "adjustment_id": new_id(), **more}
    return client.post(form_for(order, "remove"), sent)


def give(client: Client, order: Order, amount: str, **more: Any) -> Any:
    sent = {"amount": amount, "reason": "Cold", "adjustment_id": new_id(), **more}
    return client.post(form_for(order, "goodwill"), sent)


def adjustments_of(order: Order) -> list[tuple[str, int, str, str]]:
    return list(order.adjustments.values_list("kind", "amount", "reason", "actor"))


def test_an_item_is_removed(sam: Client, order: Order) -> None:
    response = remove(sam, order, 2)
    assert (response.status_code, response.url) == (302, page_of(order))
    assert told(response) == [f"Order {order.number}: 16.00 EUR is owed now."]
    assert adjustments_of(order) == [("item_removed", -2100, "Sold out", "sam")]
    assert [line.quantity_left for line in order.lines.all()] == [1, 1]


@pytest.mark.parametrize(("typed", "left"), [("3.50", "33.50"), ("3,50", "33.50"), ("3", "34.00"), (" 37 ", "0.00")])
def test_goodwill_is_typed_in_the_order_s_currency(sam: Client, order: Order, typed: str, left: str) -> None:
    response = give(sam, order, typed)
    assert told(response) == [f"Order {order.number}: {left} EUR is owed now."]
    assert adjustments_of(order) == [("goodwill", int(left.replace(".", "")) - 3700, "Cold", "sam")]


def test_the_page_shows_what_was_adjusted_by_whom_why_and_when(sam: Client, order: Order) -> None:
    moment = timezone.now().replace(year=2026, month=7, day=1, hour=10, minute=5, second=7)
    remove(sam, order, 2)
    give(sam, order, "3.50")
    order.adjustments.update(at=moment)
    page = re.sub(r"<[^>]+>|\s+", " ", text_of(sam, page_of(order)))
    page = re.sub(r" +", " ", page)
    assert "Item removed Sold out · sam 1 Jul, 12:05:07 -21.00 EUR" in page
    assert "Goodwill Cold · sam 1 Jul, 12:05:07 -3.50 EUR" in page
    assert "Owed 12.50 EUR" in page
    assert "2 removed" in page


def test_a_customer_s_own_cancellation_is_not_shown_by_their_id(sam: Client, alice: Api, order: Order) -> None:
    assert alice.cancel(str(order.id)).status == 200
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text_of(sam, page_of(order))))
    assert "Cancelled customer" in page
    assert f"· {alice.customer.id}" not in page


def test_the_form_offers_the_lines_that_have_something_left(sam: Client, order: Order) -> None:
    remove(sam, order, position=1)
    remove(sam, order)
    page = text_of(sam, form_for(order, "remove"))
    assert "2 × Stew + Cream, 10.50 EUR" in page
    assert "Cake" not in page


def test_the_form_says_how_much_is_owed_and_that_the_customer_reads_the_reason(sam: Client, order: Order) -> None:
    page = text_of(sam, form_for(order, "goodwill"))
    assert "At most 37.00 EUR." in page
    assert "The customer reads it." in page


@pytest.mark.parametrize("typed", ["", "0,001", "-1", "much", "99999999999999999", "1e3"])
def test_what_is_no_amount_is_asked_for_again(sam: Client, order: Order, typed: str) -> None:
    assert give(sam, order, typed).status_code == 200
    assert adjustments_of(order) == []


@pytest.mark.parametrize("sent", [{"quantity": 0}, {"quantity": -1}, {"quantity": "x"}, {"reason": "  "},
                                  {"reason": "x" * 301}, {"line": "nonsense"}, {"adjustment_id": "x"}])  # fmt: skip
def test_what_is_not_filled_in_right_is_asked_for_again(sam: Client, order: Order, sent: dict[str, Any]) -> None:
    response = remove(sam, order, **sent)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == sent.keys()
    assert adjustments_of(order) == []


def test_more_than_is_owed_or_left_is_refused_in_words(sam: Client, order: Order) -> None:
    for response, detail in (
        (give(sam, order, "37.01"), "The amount is more than zero, and at most what is still owed."),
        (give(sam, order, "0"), "The amount is more than zero, and at most what is still owed."),
        (remove(sam, order, 4), "The quantity is more than zero, and at most what is left of the line."),
        (remove(sam, order, 10**30), "The quantity is more than zero, and at most what is left of the line."),
    ):
        assert (response.status_code, response.url) == (302, page_of(order))
        assert told(response)[-1] == f"Order {order.number}: {detail}"
    assert adjustments_of(order) == []


def test_what_somebody_else_has_removed_meanwhile_is_refused_in_words(sam: Client, order: Order) -> None:
    remove(sam, order, position=1)
    response = remove(sam, order, position=1)
    assert "at most what is left of the line" in told(response)[-1]
    assert len(adjustments_of(order)) == 1


def test_a_form_that_was_sent_twice_is_carried_out_once(sam: Client, order: Order) -> None:
    sent = {"adjustment_id": new_id()}
    for _ in range(2):
        assert told(remove(sam, order, position=1, **sent))[-1] == f"Order {order.number}: 33.50 EUR is owed now."
    assert len(adjustments_of(order)) == 1


def test_of_a_cancelled_order_nothing_is_lowered(sam: Client, order: Order) -> None:
    move(sam, "cancelled", order, reason="Out of gas")
    for response in (remove(sam, order), give(sam, order, "1")):
        assert told(response)[-1] == f"Order {order.number}: The order is cancelled, so nothing is owed for it."
    assert [kind for kind, *_ in adjustments_of(order)] == ["cancelled"]


def test_the_page_offers_what_is_possible_now(sam: Client, order: Order) -> None:
    def offered() -> set[str]:
        page = text_of(sam, page_of(order))
        return {kind for kind in ("remove", "goodwill") if form_for(order, kind) in page}

    assert offered() == {"remove", "goodwill"}
    remove(sam, order, 3)
    remove(sam, order, position=1)
    assert offered() == {"goodwill"}
    give(sam, order, "2")
    assert offered() == set()


def test_nothing_is_offered_for_a_cancelled_order(sam: Client, order: Order) -> None:
    move(sam, "cancelled", order, reason="Out of gas")
    assert "/adjust/" not in text_of(sam, page_of(order))


def test_who_may_only_view_orders_cannot_adjust_them(staff_who_may: SignIn, order: Order) -> None:
    viewer = staff_who_may("view_order")
    assert "/adjust/" not in text_of(viewer, page_of(order))
    for kind in ("remove", "goodwill"):
        assert viewer.get(form_for(order, kind)).status_code == 403
    assert remove(viewer, order).status_code == give(viewer, order, "1").status_code == 403
    assert adjustments_of(order) == []


def test_who_may_change_orders_can(staff_who_may: SignIn, order: Order) -> None:
    changer = staff_who_may("change_order")
    assert form_for(order, "remove") in text_of(changer, page_of(order))
    give(changer, order, "1")
    assert adjustments_of(order) == [("goodwill", -100, "Cold", "eve")]


def test_what_does_not_exist_is_not_there(sam: Client, order: Order) -> None:
    assert sam.get(form_for(order, "nonsense")).status_code == 404
    assert sam.get(form_for(order, "remove").replace(str(order.id), str(new_id()))).status_code == 404


def test_reading_adjusts_nothing_and_asks_little(sam: Client, order: Order) -> None:
    for kind in ("remove", "goodwill"):
        assert queries_of(sam, form_for(order, kind)) <= 6
    assert adjustments_of(order) == []
