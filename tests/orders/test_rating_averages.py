"""Products and branches show how they are rated: kept by the database, outside of the catalog and of the menu."""

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.loading import read_version
from catalog.models import BranchRating, ProductRating
from catalog.ratings import describe_rating
from catalog.serializers import BranchPageSerializer, WholeProductSerializer
from orders.models import Order, Rating
from tests.factories import make_branch, make_product, put_in_stock
from tests.orders.adjustments import remove
from tests.orders.opinions import eaten, rate
from tests.orders.steps import item, nothing_written
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db


def of_product(api, product):
    return api.get(f"products/{product.id}").json["rating"]


def of_branch(api, name="Mitte"):
    [branch] = [branch for branch in api.get("branches").json["data"] if branch["name"] == name]
    return branch["rating"]


@pytest.fixture
def bread(soup, branch):
    product = make_product("bread")
    put_in_stock(branch, bread=100)
    return product


def test_what_nobody_has_rated_has_none(alice, soup):
    eaten(alice, soup, total=1200)

    assert of_product(alice, soup) is None
    assert of_branch(alice) is None


def test_the_stars_for_the_food_count_for_each_product_and_for_the_branch(alice, bob, anybody, soup, bread):
    rate(alice, eaten(alice, soup, item(bread, 3), soup, total=5200), 4, delivery=1)
    rate(bob, eaten(bob, soup, total=1200), 5)

    assert of_product(anybody, soup) == {"average": 4.5, "count": 2}
    assert of_product(anybody, bread) == {"average": 4.0, "count": 1}
    assert of_branch(anybody) == {"average": 4.5, "count": 2}
    assert_shape(WholeProductSerializer, anybody.get(f"products/{soup.id}").json)
    assert_shape(BranchPageSerializer, anybody.get("branches").json)


@pytest.mark.parametrize(
    ("stars", "count", "average"),
    [(1, 1, 1.0), (10, 3, 3.3), (5, 3, 1.7), (17, 4, 4.3), (49, 20, 2.5), (13, 8, 1.6), (4999, 1000, 5.0)],
)
def test_an_average_has_one_decimal_rounded_half_up(stars, count, average):
    assert describe_rating((stars, count)) == {"average": average, "count": count}


def test_a_change_takes_the_old_stars_out(alice, soup):
    order, other = eaten(alice, soup, total=1200), eaten(alice, soup, total=1200)
    rate(alice, other, 5)
    for food in (1, 5, 3, 3, 2):
        rate(alice, order, food)

    assert of_product(alice, soup) == of_branch(alice) == {"average": 3.5, "count": 2}
    assert ProductRating.objects.values_list("count", "sum").get() == (2, 7)
    assert BranchRating.objects.values_list("count", "sum").get() == (2, 7)


def test_what_was_taken_out_of_the_order_is_not_rated_whatever_is_taken_out_later(alice, soup, bread):
    order = eaten(alice, item(soup, 2), item(bread, 2), total=4200)
    remove(order, 1, line=0)
    remove(order, 2, line=1)
    rate(alice, order, 2)
    assert (of_product(alice, soup), of_product(alice, bread)) == ({"average": 2.0, "count": 1}, None)

    remove(order, 1, line=0)
    rate(alice, order, 4)

    assert (of_product(alice, soup), of_product(alice, bread)) == ({"average": 4.0, "count": 1}, None)


def test_each_branch_has_its_own_and_a_product_counts_at_all_of_them(alice, soup):
    other = make_branch("Wedding")
    put_in_stock(other, soup=10)
    rate(alice, eaten(alice, soup, total=1200), 5)
    pickup = {"method": "pickup", "branch_id": str(other.id)}
    rate(alice, eaten(alice, soup, total=1000, delivery=pickup), 2)

    assert (of_branch(alice), of_branch(alice, "Wedding")) == (
        {"average": 5.0, "count": 1},
        {"average": 2.0, "count": 1},
    )
    assert of_product(alice, soup) == {"average": 3.5, "count": 2}


def test_the_menu_and_the_catalog_stay_as_they_were(alice, soup):
    menu, version = alice.get("menu"), read_version()

    rate(alice, eaten(alice, soup, total=1200), 1)

    again = alice.get("menu", if_none_match=menu.headers["ETag"])
    assert (again.status, read_version()) == (304, version)
    assert alice.get("menu").text == menu.text
    assert "rating" not in menu.text


def test_a_rating_that_is_refused_or_repeated_counts_nothing(alice, bob, soup):
    order = eaten(alice, soup, total=1200)
    rate(alice, order, 4)

    with nothing_written():
        rate(alice, order, 4)
        rate(bob, order, 1)
        rate(alice, order, 9)


def test_a_rating_that_is_gone_is_taken_out_whoever_takes_it(alice, soup):
    for food in (5, 2):
        rate(alice, eaten(alice, soup, total=1200), food)

    Rating.objects.get(food=2).delete()
    assert of_product(alice, soup) == {"average": 5.0, "count": 1}

    Order.objects.get(rating__food=5).rating.delete()
    assert of_product(alice, soup) is of_branch(alice) is None
    assert ProductRating.objects.values_list("count", "sum").get() == (0, 0)


def test_the_database_itself_refuses_what_cannot_be(alice, soup):
    order = eaten(alice, soup, total=1200)
    rate(alice, order, 4)

    for change in ("food = 0", "food = 6", "delivery = 6", "tags = '{green}'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE orders_rating SET {change}")
    for table in ("productrating", "branchrating"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE catalog_{table} SET sum = 6")
