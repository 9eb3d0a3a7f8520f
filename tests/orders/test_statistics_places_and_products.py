"""Where the orders went, and what was in them: the most first, what is beyond a number of rows together."""

from datetime import timedelta

import pytest

from catalog.models import Branch
from customerbackend.ids import new_id
from tests.factories import make_branch
from tests.orders.past import delivered, line, statistics, utc
from tests.orders.steps import euro, place

ALL = "period=all&from=2026-04-01T00:00:00Z&to=2026-05-01T00:00:00Z"
DAY = utc("2026-04-02 10:00")


@pytest.fixture
def order(alice, soup):
    return place(alice, soup, total=1200)


def to(line: str, city: str = "Berlin", **more: str) -> dict[str, object]:
    return {"place": {"city": city, "line": line, "postal_code": None, **more}}


def rows(found):
    return [(row["method"], row["name"], row["orders"], row["amount"]["amount"]) for row in found["by_place"]]


def test_ten_places_are_named_and_the_others_are_one_row(alice, order):
    for number in range(13):
        delivered(order, *[DAY] * (13 - number), **to(f"Street {number}"), owed=100 + number)

    assert rows(statistics(alice, ALL)) == [
        *[("courier", f"Berlin, Street {number}", 13 - number, (13 - number) * (100 + number)) for number in range(10)],
        (None, None, 3 + 2 + 1, 3 * 110 + 2 * 111 + 112),
    ]


def test_ten_places_are_no_others(alice, order):
    for number in range(10):
        delivered(order, DAY, **to(f"Street {number}"))

    assert [row["name"] for row in statistics(alice, ALL)["by_place"]] == [f"Berlin, Street {n}" for n in range(10)]


def test_of_as_many_orders_the_greater_amount_comes_first_and_then_the_name(alice, order):
    delivered(order, DAY, **to("B"), owed=100)
    delivered(order, DAY, **to("A"), owed=100)
    delivered(order, DAY, **to("C"), owed=101)

    assert [row["name"] for row in statistics(alice, ALL)["by_place"]] == ["Berlin, C", "Berlin, A", "Berlin, B"]


def test_a_place_is_city_and_address_whatever_else_is_said_of_it(alice, order):
    delivered(order, DAY, **to("A", apartment="1"))
    delivered(order, DAY, **to("A", apartment="2", comment="ring twice"))
    delivered(order, DAY, **to("A", city="Potsdam"))

    assert rows(statistics(alice, ALL)) == [
        ("courier", "Berlin, A", 2, 2400),
        ("courier", "Potsdam, A", 1, 1200),
    ]


def test_a_pickup_is_at_its_branch_by_the_name_that_this_has_now(alice, order):
    second = make_branch("Kreuzberg", postal_prefixes=())
    pickup = {"delivery_method": "pickup", "place": None}
    delivered(order, DAY, DAY, **pickup, branch_id=second.id)
    delivered(order, DAY, **pickup)
    Branch.objects.filter(id=second.id).update(name='Kreuzberg "36"')

    found = statistics(alice, ALL)

    assert rows(found) == [("pickup", 'Kreuzberg "36"', 2, 2400), ("pickup", "Mitte", 1, 1200)]
    assert found["by_place"][0]["branch_id"] == str(second.id)


def test_what_is_strange_in_a_place_stays_what_it_is(alice, order):
    strange = 'Straße "7" \\ <b>\n\t€ 🍕'
    delivered(order, DAY, **to(strange))

    assert statistics(alice, ALL)["by_place"][0]["name"] == f"Berlin, {strange}"


def test_a_product_has_the_name_under_which_it_was_ordered_last(alice, order):
    product = new_id()
    names = ["Soup", "Hot soup", "Borscht"]
    for day, name in enumerate(names):
        delivered(order, DAY + timedelta(days=day), items=[line(name, product_id=product)])
    delivered(order, DAY - timedelta(days=1), items=[line("Very old soup", product_id=product)])

    assert [(row["name"], row["orders"]) for row in statistics(alice, ALL)["by_product"]] == [("Borscht", 4)]


def test_a_product_on_two_lines_of_an_order_is_in_one_order(alice, order):
    product = new_id()
    lines = [line("Soup", product_id=product, quantity=2), line("Soup", product_id=product, price=1100)]
    delivered(order, DAY, items=lines, total=3300, owed=3000)

    assert statistics(alice, ALL)["by_product"] == [
        {"product_id": str(product), "name": "Soup", "orders": 1, "quantity": 3, "amount": euro(3100)}
    ]


def test_what_was_removed_from_every_line_is_no_product(alice, order):
    kept, removed = new_id(), new_id()
    lines = [line("Soup", product_id=kept, quantity=3, removed=1), line("Bread", product_id=removed, removed=1)]
    delivered(order, DAY, items=lines)

    assert statistics(alice, ALL)["by_product"] == [
        {"product_id": str(kept), "name": "Soup", "orders": 1, "quantity": 2, "amount": euro(2000)}
    ]


def test_twenty_products_of_the_greatest_quantity(alice, order):
    delivered(order, DAY, items=[line(f"Dish {number}", price=10, quantity=1 + number) for number in range(25)])

    found = statistics(alice, ALL)

    assert [(row["name"], row["quantity"]) for row in found["by_product"]] == [
        (f"Dish {number}", 1 + number) for number in range(24, 4, -1)
    ]
    assert found["totals"]["positions"] == sum(range(1, 26))
