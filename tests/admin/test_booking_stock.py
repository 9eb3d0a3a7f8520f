"""Staff book what came, went and was counted; the numbers follow, and are never edited."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Branch, Product, Stock, StockMovement
from catalog.stock import find_contradictions
from customerbackend.ids import new_id
from orders.models import Order
from tests.admin.pages import list_of, page_of, run_action, text_of, told
from tests.factories import make_branch, make_ingredient

LIST = "/admin/catalog/stock/"


def book(client: Client, kind: str, branch: Branch, *, reason: str = "", operation_id: Any = None, **units: str) -> Any:
    quantities = {f"quantity-{make_ingredient(key).id}": text for key, text in units.items()}
    url = reverse("admin:catalog_stock_book", args=[kind]) + f"?branch={branch.id}"
    return client.post(url, {"operation_id": operation_id or new_id(), "reason": reason, **quantities})


def on_hand(branch: Branch, key: str = "soup") -> int:
    return Stock.objects.get(branch=branch, ingredient__key=key).on_hand


def last_movement() -> tuple[Any, ...]:
    values = ("kind", "on_hand_change", "actor", "reason")
    return StockMovement.objects.exclude(kind="reserve").order_by("-id").values_list(*values)[0]


def test_a_receipt_is_added(sam: Client, branch: Branch, soup: Product) -> None:
    assert book(sam, "receipt", branch, soup="2.5").status_code == 302
    assert on_hand(branch) == 102_500
    assert last_movement() == ("receipt", 2500, "sam", "")
    assert find_contradictions() == []


def test_goods_that_a_branch_never_had_can_arrive(sam: Client, branch: Branch) -> None:
    make_ingredient("salt")
    assert book(sam, "receipt", branch, salt="3").status_code == 302
    assert on_hand(branch, "salt") == 3000


def test_waste_is_taken_off_and_needs_a_reason(sam: Client, branch: Branch, soup: Product) -> None:
    assert book(sam, "waste", branch, soup="1").status_code == 200
    assert on_hand(branch) == 100_000
    assert book(sam, "waste", branch, soup="1", reason="dropped").status_code == 302
    assert on_hand(branch) == 99_000
    assert last_movement() == ("waste", -1000, "sam", "dropped")


def test_no_more_is_thrown_away_than_is_there(sam: Client, branch: Branch, soup: Product) -> None:
    response = book(sam, "waste", branch, soup="101", reason="dropped")
    assert response.status_code == 200
    assert "no more can be thrown away than is there" in response.content.decode()
    assert on_hand(branch) == 100_000


def test_a_count_replaces_and_zero_is_a_count(sam: Client, branch: Branch, soup: Product) -> None:
    book(sam, "count", branch, soup="40")
    assert on_hand(branch) == 40_000
    book(sam, "count", branch, soup="0")
    assert on_hand(branch) == 0


def test_a_count_below_what_is_set_aside_is_booked_and_told(sam: Client, branch: Branch, order: Order) -> None:
    response = book(sam, "count", branch, soup="0.5")
    assert response.status_code == 302
    assert told(response) == ["Booked: Soup.", "Soup: less is there than is set aside for orders."]
    assert "less there than set aside" in text_of(sam, LIST)


def test_sending_the_form_twice_books_once(sam: Client, branch: Branch, soup: Product) -> None:
    operation_id = new_id()
    for _ in range(2):
        assert book(sam, "receipt", branch, soup="1", operation_id=operation_id).status_code == 302
    assert on_hand(branch) == 101_000
    assert find_contradictions() == []


@pytest.mark.parametrize("quantity", ["", "-1", "x", "1.0001"])
def test_what_is_no_quantity_books_nothing(sam: Client, branch: Branch, soup: Product, quantity: str) -> None:
    assert book(sam, "receipt", branch, soup=quantity).status_code == 200
    assert on_hand(branch) == 100_000


def test_an_empty_field_is_not_a_count_of_zero(sam: Client, branch: Branch, soup: Product) -> None:
    book(sam, "receipt", branch, salt="1")
    book(sam, "count", branch, salt="5", soup="")
    assert (on_hand(branch), on_hand(branch, "salt")) == (100_000, 5000)


def test_with_several_branches_it_asks_which(sam: Client, branch: Branch, soup: Product) -> None:
    other = make_branch("Wedding")
    page = text_of(sam, reverse("admin:catalog_stock_book", args=["receipt"]))
    assert f"?branch={branch.id}" in page and f"?branch={other.id}" in page
    assert "quantity-" not in page


def test_chosen_rows_lead_to_the_page_of_their_branch(sam: Client, branch: Branch, soup: Product) -> None:
    row = Stock.objects.get()
    book(sam, "receipt", branch, salt="1")
    response = run_action(sam, "catalog.stock", "count_chosen", row)
    page = text_of(sam, response.url)
    assert f"quantity-{row.ingredient_id}" in page
    assert page.count('name="quantity-') == 1


def test_rows_of_two_branches_are_not_booked_together(sam: Client, branch: Branch, soup: Product) -> None:
    other = make_branch("Wedding")
    book(sam, "receipt", other, soup="1")
    response = run_action(sam, "catalog.stock", "receive_chosen", *Stock.objects.all())
    assert response.url == list_of("catalog.stock")
    assert told(response)[-1] == "Choose rows of one branch."


def test_numbers_are_not_edited(sam: Client, soup: Product) -> None:
    row = Stock.objects.get()
    for model_row in (row, StockMovement.objects.get()):
        assert sam.post(page_of(model_row), {"on_hand": "1", "on_hand_change": "1"}).status_code == 403
    assert sam.get(reverse("admin:catalog_stock_add")).status_code == 403
    assert sam.get(reverse("admin:catalog_stockmovement_add")).status_code == 403
    assert sam.get(reverse("admin:catalog_reservation_add")).status_code == 403
    row.refresh_from_db()
    assert row.on_hand == 100_000
