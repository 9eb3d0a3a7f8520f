"""Ratings that are given at the same moment: one an order, and averages that are right to the star."""

import random
from collections import Counter
from functools import partial

import pytest

from catalog.models import BranchRating, ProductRating
from notifications.models import Message
from orders.models import OrderEvent, Rating
from tests.accounts.erasing import Busy, assert_erased, one_in_the_midst, outcome
from tests.clients import signed_in
from tests.dump import found_in_database
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.opinions import eaten, rate
from tests.orders.steps import row
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.statements import statements_sent
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS, ROUNDS = 6, 8


@pytest.fixture
def dishes():
    branch = make_branch()
    made = [make_product(name) for name in ("soup", "bread", "salad")]
    put_in_stock(branch, soup=1000, bread=1000, salad=1000)
    return made


@pytest.fixture
def alice(dishes):
    return signed_in(make_customer("alice"))


def sums(model):
    return set(model.objects.values_list("count", "sum"))


def test_two_who_rate_one_order_at_once_make_one_rating_that_counts_once(alice, dishes):
    for count in range(1, 6):
        order = eaten(alice, *dishes[:2], total=2200)
        version = row(order).version

        answers = run_together(partial(rate, alice, order, 1), partial(rate, alice, order, 5))

        assert [answer.status for answer in answers] == [200, 200]
        assert Rating.objects.filter(order_id=order["id"]).count() == 1
        assert row(order).version == version + 2
        assert OrderEvent.objects.filter(order_id=order["id"], type="order.rated").count() == 2
        assert Message.objects.filter(kind="low_rating", subject_id=order["id"]).count() == 1
        stars = sum(Rating.objects.values_list("food", flat=True))
        assert sums(ProductRating) == sums(BranchRating) == {(count, stars)}


def test_the_same_rating_sent_eight_times_at_once_is_one(alice, dishes):
    order = eaten(alice, dishes[0], total=1200)
    version = row(order).version

    answers = run_together(*[partial(rate, alice, order, 2, comment="Brr.")] * 8)

    assert {(answer.status, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert row(order).version == version + 1
    assert sums(ProductRating) == sums(BranchRating) == {(1, 2)}
    assert Message.objects.filter(kind="low_rating").count() == 1


def test_many_who_rate_the_same_dishes_in_every_order_lose_no_star_and_lock_nobody_out(dishes):
    chance = random.Random(7)
    customers = [signed_in(make_customer(f"customer{number}")) for number in range(CUSTOMERS)]
    orders = []
    for api in customers:
        chosen = chance.sample(dishes, 3)[: chance.randint(2, 3)]
        orders.append(eaten(api, *chosen, total=1000 * len(chosen) + 200))
    stars = [[chance.randint(1, 5) for _ in range(ROUNDS)] for _ in customers]

    def rate_again_and_again(api, order, foods):
        return [rate(api, order, food).status for food in foods]

    tasks = [partial(rate_again_and_again, *each) for each in zip(customers, orders, stars, strict=True)]
    assert run_together(*tasks) == [[200] * ROUNDS] * CUSTOMERS

    assert sums(BranchRating) == {(CUSTOMERS, sum(foods[-1] for foods in stars))}
    expected: Counter = Counter()
    for order, foods in zip(orders, stars, strict=True):
        for line in order["items"]:
            expected[line["product_id"]] += foods[-1]
    found = {str(rating.product_id): rating.sum for rating in ProductRating.objects.all()}
    assert found == expected


def test_the_sums_of_products_are_locked_in_the_order_of_their_ids_then_the_branch(alice, dishes):
    """So that two ratings with the same dishes wait for each other and do not end in a deadlock."""
    first, *later = sorted(dishes, key=lambda dish: dish.id)
    order = eaten(alice, *reversed(later), first, total=3200)
    rate(alice, order, 5)
    with another_connection() as raw, raw.cursor() as cursor:
        cursor.execute("SELECT 1 FROM catalog_productrating WHERE product_id = %s FOR UPDATE", [str(first.id)])

        def look_and_let_go() -> list[int]:
            wait_until(waiting_for_a_lock)
            cursor.execute("SELECT 1 FROM catalog_productrating FOR UPDATE NOWAIT")
            found = [cursor.rowcount]
            cursor.execute("SELECT 1 FROM catalog_branchrating FOR UPDATE NOWAIT")
            found.append(cursor.rowcount)
            raw.rollback()
            return found

        answer, locked = run_together(partial(rate, alice, order, 1), look_and_let_go)

    assert (answer.status, locked) == (200, [3, 1])


def test_rating_takes_as_many_statements_for_one_product_as_for_three(alice, dishes):
    taken = []
    for count in (1, 3):
        order = eaten(alice, *dishes[:count], total=1000 * count + 200)
        rate(alice, eaten(alice, *dishes[:count], total=1000 * count + 200), 1)
        with statements_sent() as sent:
            assert rate(alice, order, 1, comment="Brr.").status == 200
        taken.append(len(sent))

    assert taken[0] == taken[1] <= 10


@pytest.fixture
def busy(dishes):
    return Busy(dishes[0])


def test_a_rating_that_is_being_given_while_the_customer_is_erased_is_erased_too(busy):
    order = eaten(busy.api, {"product_id": busy.body["items"][0]["product_id"], "quantity": 1}, total=1200)

    rated, erased = one_in_the_midst(
        partial(rate, busy.api, order, 1, comment="Libellenweg"), busy.erase, writing="orders_rating"
    )

    assert (rated.status, erased.status) == (200, 204)
    assert_erased()
    assert Rating.objects.values_list("food", "comment").get() == (1, "")


def test_a_rating_that_comes_while_the_customer_is_erased_is_not_given(busy):
    order = eaten(busy.api, {"product_id": busy.body["items"][0]["product_id"], "quantity": 1}, total=1200)

    erased, rated = one_in_the_midst(
        busy.erase, partial(rate, busy.api, order, 1, comment="Libellenweg"), writing="accounts_customer"
    )

    assert (erased.status, outcome(rated)) == (204, (401, "token_invalid"))
    assert not Rating.objects.exists()
    assert found_in_database(["Libellenweg"]) == {}
