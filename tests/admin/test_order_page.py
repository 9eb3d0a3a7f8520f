"""The page of one order shows all of it, safely, in a fixed number of statements."""

from django.test import Client

from catalog.models import Branch, Product
from orders.models import Order
from tests.admin.conftest import place
from tests.admin.pages import move, page_of, queries_of, text_of
from tests.clients import Api
from tests.factories import make_options, make_product, order_body, put_in_stock


def test_it_shows_lines_money_place_and_log(sam: Client, alice: Api, branch: Branch) -> None:
    group = make_options("extras", {"cream": 50})
    stew = make_product("stew", price=1250, groups=(group,))
    put_in_stock(branch, stew=5)
    item = {
        "product_id": str(stew.id),
        "quantity": 2,
        "option_ids": [str(group.options.get().id)],
        "note": "not too hot",
    }
    delivery = {"method": "courier", "place": {"city": "Berlin", "line": "Ackerstr. 1", "postal_code": "10115",
                                               "floor": "3", "leave_at_door": True}}  # fmt: skip
    answer = alice.place(order_body(item, total=2800, delivery=delivery, comment="Ring twice"))
    assert answer.status == 201, answer.text
    order = Order.objects.get(id=answer.json["id"])
    move(sam, "cancelled", order, reason="Out of gas")
    page = text_of(sam, page_of(order))
    for text in (
        order.number, "Stew", "Cream", "0.50 EUR", "13.00 EUR", "26.00 EUR", "2.00 EUR", "28.00 EUR", "-28.00 EUR",
        "0.00 EUR", "7 %", "19 %", "not too hot", "Ring twice", "Ackerstr. 1", "10115", "+493023125001",
        "Out of gas", "sam", "Kitchen GmbH", "DE123456789", "order_cancelled", "Europe/Berlin",
    ):  # fmt: skip
        assert text in page, text


def test_what_customers_write_stays_text(sam: Client, alice: Api, soup: Product) -> None:
    order = place(alice, soup, comment="<script>alert(1)</script>")
    page = text_of(sam, page_of(order))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_allergens_that_were_not_declared_are_told_from_none(sam: Client, alice: Api, soup: Product) -> None:
    order = place(alice, soup)
    assert "Contains no allergens" in text_of(sam, page_of(order))
    order.lines.update(allergens=None)
    assert "Allergens not declared" in text_of(sam, page_of(order))


def test_times_are_those_of_the_branch(sam: Client, order: Order) -> None:
    Order.objects.filter(id=order.id).update(placed_at="2026-07-01T10:00:00Z")
    assert "1 Jul, 12:00:00" in text_of(sam, page_of(order))


def test_more_lines_and_more_log_take_no_more_statements(sam: Client, alice: Api, branch: Branch) -> None:
    products = [make_product(f"dish-{number}") for number in range(6)]
    put_in_stock(branch, **{f"dish_{number}": 9 for number in range(6)})
    small = place(alice, products[0])
    large = Order.objects.get(id=alice.place(order_body(*products, total=6200)).json["id"])
    for status in ("picking", "cooking", "ready"):
        move(sam, status, large)
    queries_of(sam, page_of(small))
    # Ready has one correction more to offer, which asks nothing.
    assert queries_of(sam, page_of(large)) == queries_of(sam, page_of(small)) <= 20


def test_an_order_that_does_not_exist_leads_back(sam: Client, order: Order) -> None:
    url = page_of(order)
    assert sam.get(url.replace(str(order.id), "01900000-0000-7000-8000-000000000000")).status_code == 302
