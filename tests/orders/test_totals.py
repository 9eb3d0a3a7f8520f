"""What an order costs: prices of the catalog, gross; tax contained, rounded half up for each line and charge."""

from catalog.models import BranchProduct, TaxClass
from tests.factories import make_branch, make_options, make_product, make_tax_class, put_in_stock
from tests.orders.steps import PICKUP, courier, euro, item, place


def test_items_and_delivery_make_the_total(alice, soup):
    bread = make_product("bread", price=250, recipe={"soup": 1})

    totals = place(alice, item(soup, 3), item(bread, 2), total=3700)["totals"]

    # 3000 × 7/107 = 196.26 and 500 × 7/107 = 32.71 and 200 × 19/119 = 31.93
    assert totals == {
        "items": euro(3500),
        "delivery": euro(200),
        "charges": [{"kind": "delivery", "name": "Delivery", "amount": euro(200)}],
        "total": euro(3700),
        "tax": [
            {"rate_bps": 700, "net": euro(3500 - 229), "tax": euro(196 + 33)},
            {"rate_bps": 1900, "net": euro(168), "tax": euro(32)},
        ],
        "owed": euro(3700),
    }


def test_options_are_part_of_the_unit_price(alice, soup):
    extras = make_options("extras", {"cheese": 150, "olives": 80}, max=2)
    pizza = make_product("pizza", price=999, recipe={"soup": 1}, groups=(extras,))
    options = [str(option.id) for option in extras.options.all()]

    order = place(alice, item(pizza, 3, option_ids=options), total=3 * 1229 + 200)

    assert order["items"][0]["unit_price"] == euro(1229)
    assert order["items"][0]["total"] == euro(3687)
    assert [option["price"] for option in order["items"][0]["options"]] == [euro(150), euro(80)]


def test_tax_is_rounded_for_each_line_and_not_for_the_sum(alice, soup):
    sweets = [make_product(f"sweet{n}", price=10, recipe={"soup": 1}) for n in range(3)]

    totals = place(alice, *sweets, total=230)["totals"]

    # 10 × 7/107 = 0.65, thrice; of the sum it would be 1.96
    assert totals["tax"][0] == {"rate_bps": 700, "net": euro(27), "tax": euro(3)}


def test_half_a_cent_of_tax_is_rounded_up(alice, soup):
    spirits = make_tax_class("spirits", courier_bps=6000)
    for price, tax in ((12, 5), (28, 11)):  # 12 × 6/16 = 4.5 and 28 × 6/16 = 10.5: a banker would say 4 and 10
        drink = make_product(f"drink{price}", price=price, recipe={"soup": 1}, tax_class=spirits)

        totals = place(alice, drink, total=price + 200)["totals"]

        assert totals["tax"][-1] == {"rate_bps": 6000, "net": euro(price - tax), "tax": euro(tax)}


def test_the_tax_rate_follows_the_way_of_handing_over(alice, branch):
    tax_class = make_tax_class("warm", courier_bps=700, pickup_bps=1900)
    meal = make_product("meal", price=1190, tax_class=tax_class)
    put_in_stock(branch, meal=10)

    brought = place(alice, meal, total=1390)
    fetched = place(alice, meal, total=1190, delivery=PICKUP)

    assert brought["items"][0]["tax_rate_bps"] == 700
    assert brought["totals"]["tax"][0] == {"rate_bps": 700, "net": euro(1112), "tax": euro(78)}
    assert fetched["items"][0]["tax_rate_bps"] == 1900
    assert fetched["totals"]["tax"] == [{"rate_bps": 1900, "net": euro(1000), "tax": euro(190)}]


def test_pickup_costs_no_delivery(alice, soup):
    totals = place(alice, soup, total=1000, delivery=PICKUP)["totals"]

    assert totals["delivery"] == euro(0)
    assert totals["charges"] == []
    assert totals["total"] == euro(1000)


def test_a_zone_without_a_fee_makes_no_charge(alice):
    branch = make_branch(fee=0)
    bread = make_product("bread", price=300)
    put_in_stock(branch, bread=1)

    totals = place(alice, bread, total=300)["totals"]

    assert (totals["delivery"], totals["charges"], totals["total"]) == (euro(0), [], euro(300))


def test_the_fee_is_taxed_by_the_delivery_tax_class_of_the_branch(alice, soup, branch):
    TaxClass.objects.filter(id=branch.delivery_tax_class_id).update(courier_bps=2500, pickup_bps=0)

    totals = place(alice, soup, total=1200)["totals"]

    assert totals["tax"][1] == {"rate_bps": 2500, "net": euro(160), "tax": euro(40)}


def test_a_branch_with_a_price_of_its_own_asks_that(alice, soup, branch):
    BranchProduct.objects.create(branch=branch, product=soup, price=850)

    assert place(alice, soup, total=1050)["totals"]["items"] == euro(850)


def test_two_lines_of_one_product_stay_two_lines(alice, soup):
    order = place(alice, item(soup, 2, note="hot"), item(soup, 1, note="cold"), total=3200)

    assert [(line["quantity"], line["note"], line["total"]) for line in order["items"]] == [
        (2, "hot", euro(2000)),
        (1, "cold", euro(1000)),
    ]


def test_what_costs_nothing_can_be_ordered(alice, branch):
    water = make_product("water", price=0)
    put_in_stock(branch, water=1)

    totals = place(alice, water, total=0, delivery=PICKUP)["totals"]

    assert (totals["total"], totals["owed"], totals["tax"]) == (
        euro(0),
        euro(0),
        [{"rate_bps": 700, "net": euro(0), "tax": euro(0)}],
    )


def test_the_fullest_order_is_taken(alice, branch):
    soup = make_product("soup", price=99_999, recipe={"soup": 1})
    put_in_stock(branch, soup=5000)

    order = place(alice, *[item(soup, 99) for _ in range(50)], total=50 * 99 * 99_999 + 200)

    assert order["totals"]["total"] == euro(494_995_250)
    assert len(order["items"]) == 50


def test_the_zone_that_covers_the_place_sets_the_fee(alice, soup, branch):
    branch.zones.create(
        key="far", name="Far", postal_prefixes=["102"], fee=490, minimum=0, travel_seconds=1500, priority=2
    )
    place_ = {"city": "Berlin", "line": "Karl-Marx-Allee 1", "postal_code": "10243"}

    order = place(alice, soup, total=1490, delivery=courier(place=place_))

    assert order["totals"]["delivery"] == euro(490)
    assert order["estimates"]["travel_seconds"] == 1500
