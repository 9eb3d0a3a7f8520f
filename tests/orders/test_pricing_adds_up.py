"""Random baskets, priced by the pure functions, against a naive sum."""

from dataclasses import replace
from fractions import Fraction
from math import floor
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from catalog.value import Allergens, Branch, Option, OptionGroup, Product, Zone
from orders.pricing import WantedLine, price_order

NOTHING = Allergens((), ())
RATES = st.sampled_from([0, 700, 1900, 2500, 6000])
PRICES = st.integers(0, 50_000)
ZONE = Zone(UUID(int=1), "near", "Near", ("1",), None, 0, 0, 600, 1)


def uuid_of(kind: int, number: int) -> UUID:
    return UUID(int=kind * 10_000 + number)


@st.composite
def products(draw, number):
    options = tuple(
        Option(
            uuid_of(number + 2, n),
            f"option {n}",
            draw(PRICES),
            ((uuid_of(99, n), draw(st.integers(1, 5000))),),
            NOTHING,
        )
        for n in range(draw(st.integers(0, 3)))
    )
    group = OptionGroup(uuid_of(1, number), "extras", 0, 3, options)
    return Product(
        id=uuid_of(0, number), category_id=UUID(int=7), name=f"product {number}", description="", picture_url=None,
        price=draw(PRICES), courier_bps=draw(RATES), pickup_bps=draw(RATES), cooking_seconds=60, min_age=None,
        recipe=((uuid_of(99, number), draw(st.integers(1, 5000))),), allergens=NOTHING, dietary=(), groups=(group,),
    )  # fmt: skip


@st.composite
def baskets(draw):
    sold = [draw(products(number)) for number in range(draw(st.integers(1, 4)))]
    lines = []
    for _ in range(draw(st.integers(1, 6))):
        product = draw(st.sampled_from(sold))
        chosen = (
            draw(st.lists(st.sampled_from(product.groups[0].options), unique=True)) if product.groups[0].options else []
        )
        lines.append(WantedLine(product.id, draw(st.integers(1, 99)), tuple(option.id for option in chosen)))
    zone = draw(st.none() | st.builds(lambda fee: replace(ZONE, fee=fee), st.integers(0, 2000)))
    return branch_selling(sold, draw(RATES)), lines, zone


def branch_selling(sold, delivery_tax_bps):
    return Branch(
        id=UUID(int=5), name="Mitte", line="", postal_code="", city="", country="DE", latitude=0, longitude=0, phone="",
        time_zone=ZoneInfo("Europe/Berlin"), day_starts_at=None, cooking_places=1, restock_seconds=None,
        courier_wait_seconds=0, slot_minutes=15, slot_capacity=None, delivery_tax_bps=delivery_tax_bps, seller_name="",
        seller_tax_id="", seller_address="", hours=(), exceptions={}, zones=(),
        products={product.id: product for product in sold}, menu=(),
    )  # fmt: skip


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def naive_lines(branch, lines, method):
    """(gross, rate) of each line, added up by hand."""
    for line in lines:
        product = branch.products[line.product_id]
        one = product.price
        for option in product.groups[0].options:
            if option.id in line.option_ids:
                one += option.price
        yield sum(one for _ in range(line.quantity)), product.courier_bps if method == "courier" else product.pickup_bps


@given(basket=baskets())
def test_items_and_charges_make_the_total_and_tax_is_in_it(basket):
    branch, lines, zone = basket
    method = "pickup" if zone is None else "courier"

    priced, _refusals = price_order(branch=branch, lines=lines, method=method, zone=zone)

    parts = list(naive_lines(branch, lines, method))
    if zone is not None and zone.fee:
        parts.append((zone.fee, branch.delivery_tax_bps))
    assert priced.items_total + sum(charge.amount for charge in priced.charges) == priced.total
    assert priced.total == sum(gross for gross, _ in parts)
    assert {
        entry["rate_bps"]: (entry["net"]["amount"] + entry["tax"]["amount"], entry["tax"]["amount"])
        for entry in priced.tax
    } == {
        rate: (
            sum(gross for gross, of in parts if of == rate),
            sum(half_up(Fraction(gross * rate, 10_000 + rate)) for gross, of in parts if of == rate),
        )
        for rate in {rate for _, rate in parts}
    }


@given(basket=baskets())
def test_demand_is_the_sum_over_lines_and_options_each_ingredient_once(basket):
    branch, lines, zone = basket

    demand = price_order(branch=branch, lines=lines, method="courier", zone=zone)[0].demand

    naive: dict[UUID, int] = {}
    for line in lines:
        product = branch.products[line.product_id]
        recipes = [product.recipe, *(o.recipe for o in product.groups[0].options if o.id in line.option_ids)]
        for _ in range(line.quantity):
            for recipe in recipes:
                for ingredient, quantity in recipe:
                    naive[ingredient] = naive.get(ingredient, 0) + quantity
    assert demand == naive
