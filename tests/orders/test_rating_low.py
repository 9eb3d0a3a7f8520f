"""A low rating is told to the manager of the branch, once."""

import pytest

from notifications.models import Message
from tests.orders.opinions import eaten, rate
from tests.orders.steps import PICKUP

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(alice, soup):
    return eaten(alice, soup, total=1200)


def reports():
    return Message.objects.filter(kind="low_rating").order_by("id")


@pytest.mark.parametrize(("food", "delivery"), [(2, 5), (1, None), (5, 2), (3, 1), (1, 1)])
def test_two_stars_or_fewer_of_either_are_reported(alice, branch, order, food, delivery):
    rate(alice, order, food, delivery=delivery, tags=["cold"], comment="Brr.")

    [report] = reports()
    assert (report.recipient_kind, report.recipient_id, str(report.subject_id)) == ("staff", branch.id, order["id"])
    assert report.data == {
        "order_id": order["id"], "number": order["number"], "food": food, "delivery": delivery, "tags": ["cold"],
        "comment": "Brr.",
    }  # fmt: skip


@pytest.mark.parametrize(("food", "delivery"), [(3, 3), (3, None), (5, 5)])
def test_three_are_not(alice, order, food, delivery):
    rate(alice, order, food, delivery=delivery)

    assert not reports().exists()


def test_of_a_pickup_the_food_alone_counts(alice, soup):
    rate(alice, eaten(alice, soup, total=1000, delivery=PICKUP), 2)

    assert reports().count() == 1


def test_one_that_becomes_low_is_reported_then_and_never_again(alice, order):
    rate(alice, order, 5)
    assert reports().count() == 0
    rate(alice, order, 1)
    assert reports().count() == 1
    for food in (2, 5, 1):
        rate(alice, order, food)
    assert reports().count() == 1


def test_each_low_rating_is_reported(alice, order, soup):
    rate(alice, order, 1)
    rate(alice, eaten(alice, soup, total=1200), 1)

    assert reports().count() == 2


def test_the_customer_is_told_nothing_of_it(alice, order):
    rate(alice, order, 1)

    assert not Message.objects.filter(recipient_kind="customer", kind="low_rating").exists()
