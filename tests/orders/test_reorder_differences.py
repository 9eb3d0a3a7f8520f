"""Ordering again what has changed meanwhile: each difference is told, and what is left can be ordered."""

import pytest

from catalog.models import BranchProduct, Option, OptionGroup, Product, ProductOptionGroup, StopListEntry
from tests.factories import make_options, make_product, put_in_stock
from tests.orders.again import again, differences, wanted
from tests.orders.steps import PICKUP, euro, item, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def size(branch):
    """Of which one must be chosen."""
    return make_options("size", {"small": 0, "large": 300}, min=1)


@pytest.fixture
def extras(branch):
    return make_options("extras", {"cheese": 150, "olives": 100}, max=2)


@pytest.fixture
def pizza(branch, size, extras):
    product = make_product("pizza", price=900, groups=(size, extras))
    put_in_stock(branch, pizza=50)
    return product


@pytest.fixture
def order(alice, soup, pizza):
    """Two soups, and a large pizza with cheese and olives."""
    chosen = [str(Option.objects.get(key=key).id) for key in ("large", "cheese", "olives")]
    return place(alice, item(soup, 2), item(pizza, option_ids=chosen), total=3450, delivery=PICKUP)


def option(key):
    return str(Option.objects.get(key=key).id)


def can_be_placed(api, found):
    """Whether what came back is taken as it is, for what it said."""
    body = {name: found[name] for name in ("items", "delivery")}
    answer = api.place({**body, "payment_method": "cash", "expected_total": found["totals"]["total"]})
    return answer.status == 201


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_a_product_that_is_gone_is_left_out(alice, branch, soup, pizza, order, is_withdrawn):
    if is_withdrawn:
        Product.objects.filter(id=soup.id).update(is_active=False)
    else:
        BranchProduct.objects.create(branch=branch, product=soup, is_sold=False)

    found = again(alice, order)

    assert wanted(found) == [(str(pizza.id), 1)]
    assert found["totals"]["total"] == euro(1450)
    assert differences(alice, order) == [
        {"index": 0, "product_id": str(soup.id), "name": "Soup", "code": "missing"},
    ]
    assert found["problems"] == []
    assert can_be_placed(alice, found)


@pytest.mark.parametrize(("price", "code"), [(1100, "dearer"), (999, "cheaper")])
def test_another_price_is_told_with_the_old_one(alice, soup, order, price, code):
    Product.objects.filter(id=soup.id).update(price=price)

    found = again(alice, order)

    assert differences(alice, order) == [
        {"index": 0, "product_id": str(soup.id), "name": "Soup", "code": code, "was": euro(1000), "now": euro(price)}
    ]
    assert found["totals"]["total"] == euro(1450 + 2 * price)
    assert can_be_placed(alice, found)


def test_the_price_of_an_option_counts_in_that_of_its_item(alice, pizza, order):
    Option.objects.filter(key="cheese").update(price=200)

    [told] = differences(alice, order)

    assert (told["index"], told["code"], told["was"], told["now"]) == (1, "dearer", euro(1450), euro(1500))


def test_an_option_that_is_gone_is_left_out_and_the_rest_compared_without_it(alice, pizza, order):
    Option.objects.filter(key="olives").update(is_active=False)
    Product.objects.filter(id=pizza.id).update(price=950)

    found = again(alice, order)

    about = {"index": 1, "product_id": str(pizza.id), "name": "Pizza"}
    gone = {"option_id": option("olives"), "option_name": "Olives"}
    assert differences(alice, order) == [
        {**about, "code": "option_missing", **gone},
        {**about, "code": "dearer", "was": euro(1350), "now": euro(1400)},
    ]
    assert found["items"][1]["option_ids"] == [option("large"), option("cheese")]
    assert found["totals"]["total"] == euro(3400)
    assert can_be_placed(alice, found)


def test_where_an_option_that_must_be_chosen_is_gone_the_item_is_left_out_until_another_is(alice, pizza, size, order):
    Option.objects.filter(key="large").update(is_active=False)

    about = {"index": 1, "product_id": str(pizza.id), "name": "Pizza"}
    assert differences(alice, order) == [
        {**about, "code": "option_missing", "option_id": option("large"), "option_name": "Large"},
        {**about, "code": "choice_needed", "group_id": str(size.id)},
    ]
    assert len(again(alice, order)["items"]) == 1


def test_where_a_choice_has_become_needed_the_item_is_left_out(alice, soup, order):
    bread = make_options("bread", {"white": 0, "brown": 0}, min=1)
    ProductOptionGroup.objects.create(product=soup, group=bread)

    assert differences(alice, order) == [
        {"index": 0, "product_id": str(soup.id), "name": "Soup", "code": "choice_needed", "group_id": str(bread.id)}
    ]


def test_where_fewer_may_be_chosen_now_the_item_is_left_out(alice, extras, order):
    OptionGroup.objects.filter(id=extras.id).update(max=1)

    [told] = differences(alice, order)

    assert (told["index"], told["code"], told["group_id"]) == (1, "choice_needed", str(extras.id))


def test_a_product_that_is_stopped_is_left_out_and_an_option_too(alice, branch, soup, pizza, order):
    StopListEntry.objects.create(branch=branch, product=soup)
    StopListEntry.objects.create(branch=branch, option_id=option("cheese"))

    found = again(alice, order)

    assert differences(alice, order) == [
        {"index": 0, "product_id": str(soup.id), "name": "Soup", "code": "unavailable"},
        {"index": 1, "product_id": str(pizza.id), "name": "Pizza", "code": "option_unavailable",
         "option_id": option("cheese"), "option_name": "Cheese"},
    ]  # fmt: skip
    assert (wanted(found), found["totals"]["total"]) == ([(str(pizza.id), 1)], euro(1300))
    assert can_be_placed(alice, found)


def test_a_stopped_option_that_must_be_chosen_takes_its_item_along(alice, branch, pizza, order):
    StopListEntry.objects.create(branch=branch, option_id=option("large"))

    assert [told["code"] for told in differences(alice, order)] == ["option_unavailable", "choice_needed"]
    assert len(again(alice, order)["items"]) == 1


def test_everything_gone_leaves_nothing_to_order(alice, soup, pizza, order):
    Product.objects.update(is_active=False)

    found = again(alice, order)

    assert (found["items"], found["totals"], found["estimates"], found["problems"]) == ([], None, None, [])
    assert [told["code"] for told in found["differences"]] == ["missing", "missing"]


def test_the_name_is_the_one_of_then(alice, soup, order):
    Product.objects.filter(id=soup.id).update(name="Broth", price=1)

    assert differences(alice, order)[0]["name"] == "Soup"
