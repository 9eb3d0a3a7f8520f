"""Ordering again where there is less left than was ordered: as many as there are, the first line first."""

import pytest

from catalog.models import Branch
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_options, make_product, order_body, put_in_stock
from tests.orders.again import again, differences, wanted
from tests.orders.steps import PICKUP, euro, item, place
from tests.statements import statements_sent


@pytest.mark.django_db
def test_as_many_as_are_left(alice, branch, soup):
    order = place(alice, item(soup, 5), total=5000, delivery=PICKUP)
    put_in_stock(branch, soup=8)  # of which five are set aside

    found = again(alice, order)

    assert (wanted(found), found["totals"]["total"], found["problems"]) == ([(str(soup.id), 3)], euro(3000), [])
    assert differences(alice, order) == [
        {"index": 0, "product_id": str(soup.id), "name": "Soup", "code": "not_enough_stock", "left": 3}
    ]
    body = order_body(total=3000, items=found["items"], delivery=found["delivery"])
    assert alice.place(body).status == 201
    assert again(alice, order)["items"] == []


@pytest.mark.django_db
def test_lines_that_share_an_ingredient_share_what_is_left_of_it(alice, branch, soup):
    stew = make_product("stew", price=700, recipe={"soup": 2})
    bread = make_product("bread", price=300)
    put_in_stock(branch, bread=10)
    order = place(alice, item(soup, 2), item(stew, 3), item(bread), total=4400, delivery=PICKUP)
    put_in_stock(branch, soup=8 + 5)

    found = again(alice, order)

    assert wanted(found) == [(str(soup.id), 2), (str(stew.id), 1), (str(bread.id), 1)]
    assert [(told["index"], told["code"], told["left"]) for told in found["differences"]] == [
        (1, "not_enough_stock", 1)
    ]
    assert (found["totals"]["total"], found["problems"]) == (euro(3000), [])


@pytest.mark.django_db
def test_what_its_options_take_counts_too(alice, branch, soup):
    extras = make_options("extras", {"cream": 50}, recipes={"cream": {"milk": 1}})
    cake = make_product("cake", price=500, groups=(extras,))
    put_in_stock(branch, cake=10, milk=2)
    chosen = [str(extras.options.get().id)]
    order = place(alice, item(cake, 2, option_ids=chosen), total=1100, delivery=PICKUP)

    [told] = differences(alice, order)

    assert (told["code"], told["left"]) == ("not_enough_stock", 0)
    assert again(alice, order)["items"] == []


@pytest.mark.django_db
def test_a_branch_that_restocks_lacks_nothing(alice, branch, soup):
    order = place(alice, item(soup, 5), total=5000, delivery=PICKUP)
    put_in_stock(branch, soup=5)
    Branch.objects.update(restock_minutes=30)

    found = again(alice, order)

    assert (wanted(found), found["differences"]) == ([(str(soup.id), 5)], [])


@pytest.mark.django_db(transaction=True)
def test_it_takes_three_statements_for_one_line_as_for_twenty_lacking_or_not():
    branch = make_branch()
    alice = signed_in(make_customer("alice"))
    dishes = [make_product(f"dish{number}") for number in range(20)]
    put_in_stock(branch, **{f"dish{number}": 9 for number in range(20)})
    orders = [place(alice, *(item(dish, 4) for dish in dishes[:n]), total=4000 * n, delivery=PICKUP) for n in (1, 20)]
    for left in (9, 5):
        put_in_stock(branch, **{f"dish{number}": 4 + left for number in range(20)})
        for order in orders:
            again(alice, order)
            with statements_sent() as sent:
                again(alice, order)
            assert [text.split()[0] for text in sent] == ["EXECUTE"] * 3
