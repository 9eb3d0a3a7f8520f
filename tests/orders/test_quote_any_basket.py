"""For any basket: an order costs what its quote said, whatever becomes of the menu meanwhile."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Option, Product
from tests.clients import Api
from tests.factories import make_options, make_product, make_tax_class, put_in_stock
from tests.orders.quotes import place_quoted, quote
from tests.orders.steps import PICKUP, courier, item

pytestmark = pytest.mark.django_db

PRICES = st.integers(0, 99_999)
LINE = st.tuples(st.integers(0, 3), st.integers(1, 99), st.sets(st.integers(0, 2)), st.sampled_from(["", "no salt"]))


@pytest.fixture
def products(branch: Any) -> list[Product]:
    made = [make_product(key, tax_class=make_tax_class(key, courier_bps=bps)) for key, bps in
            {"soup": 700, "tea": 1900, "bread": 0, "wine": 2550}.items()]  # fmt: skip
    for product in made[:3]:
        product.option_groups.add(
            make_options(f"extras-{product.key}", {f"{product.key}-{n}": 0 for n in "abc"}, max=3)
        )
    put_in_stock(branch, soup=10**6, tea=10**6, bread=10**6, wine=10**6)
    return made


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(LINE, min_size=1, max_size=8),
    before=st.lists(PRICES, min_size=13, max_size=13),
    after=st.lists(PRICES, min_size=13, max_size=13),
    by_courier=st.booleans(),
)
def test_the_order_costs_what_was_quoted(
    alice: Api, branch: Any, products: list[Product], lines: Any, before: list[int], after: list[int], by_courier: bool
) -> None:
    delivery = courier() if by_courier else PICKUP
    with transaction.atomic():
        branch.zones.update(minimum=0)
        charge(before)
        options = [[str(it.id) for group in product.option_groups.all() for it in group.options.order_by("key")]
                   for product in products]  # fmt: skip
        items = [
            item(products[which], quantity, option_ids=[options[which][n] for n in chosen if options[which]], note=note)
            for which, quantity, chosen, note in lines
        ]
        said = quote(alice, *items, delivery=delivery)
        assert said["problems"] == []
        charge(after)

        order = place_quoted(alice, said["quote"], *items, delivery=delivery)

        assert order.status == 201, order.text
        assert order.json["totals"] == said["totals"]
        assert [line["total"] for line in order.json["items"]] == [line["total"] for line in said["items"]]
        transaction.set_rollback(True)


def charge(prices: list[int]) -> None:
    """Set every price of the menu."""
    rows: list[Any] = [*Product.objects.order_by("key"), *Option.objects.order_by("key")]
    for row, price in zip(rows, prices, strict=True):
        row.price = price
        row.save()
