"""Ordering again where it cannot come from where it came from, or not now."""

import pytest
from django.utils import timezone

from catalog.models import Branch, BranchState, DeliveryZone, OpeningHours
from tests.factories import make_branch, make_product, put_in_stock
from tests.orders.again import again, differences
from tests.orders.steps import PICKUP, euro, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(alice, soup):
    return place(alice, soup, total=1200)


def close_down(branch):
    Branch.objects.filter(id=branch.id).update(is_active=False)


@pytest.fixture
def other(soup):
    """Delivers there too, for 3.50 EUR."""
    made = make_branch("Wedding", fee=350)
    put_in_stock(made, soup=5)
    return made


def test_another_branch_that_delivers_there_takes_the_place_of_one_that_closed_down(alice, branch, other, order):
    close_down(branch)

    found = again(alice, order)

    assert found["branch_id"] == found["delivery"]["branch_id"] == str(other.id)
    assert differences(alice, order) == [
        {"code": "delivery_dearer", "was": euro(200), "now": euro(350)},
        {"code": "branch_changed"},
    ]
    assert (found["totals"]["total"], found["problems"]) == (euro(1350), [])
    body = {name: found[name] for name in ("items", "delivery")}
    placed = alice.place({**body, "payment_method": "cash", "expected_total": euro(1350)})
    assert (placed.status, placed.json["delivery"]["branch_id"]) == (201, str(other.id))


def test_so_does_it_where_the_branch_no_longer_delivers_there(alice, branch, other, order):
    DeliveryZone.objects.filter(branch=branch).update(postal_prefixes=["102"])

    assert again(alice, order)["branch_id"] == str(other.id)


def test_and_where_the_place_no_longer_tells_whether_it_does(alice, branch, other, order):
    DeliveryZone.objects.filter(branch=branch).update(postal_prefixes=[], max_distance_m=3000)

    assert again(alice, order)["branch_id"] == str(other.id)


def test_the_same_branch_is_kept_though_another_is_better(alice, branch, order, soup):
    put_in_stock(make_branch("Nearer", fee=0, position=0), soup=5)

    found = again(alice, order)

    assert (found["branch_id"], found["differences"]) == (str(branch.id), [])


def test_a_pickup_goes_to_the_first_branch_where_its_own_closed_down(alice, branch, other, soup):
    there = place(alice, soup, total=1000, delivery={"method": "pickup", "branch_id": str(other.id)})
    close_down(other)

    found = again(alice, there)

    assert found["branch_id"] == str(branch.id)
    assert differences(alice, there) == [{"code": "branch_changed"}]


def test_what_the_other_branch_does_not_have_is_told(alice, branch, other, soup):
    bread = make_product("bread")
    put_in_stock(branch, bread=5)
    order = place(alice, soup, bread, total=2200)
    close_down(branch)

    codes = [told["code"] for told in differences(alice, order)]

    assert codes == ["not_enough_stock", "delivery_dearer", "branch_changed"]


@pytest.mark.parametrize("delivery", [None, PICKUP])
def test_where_no_branch_would_take_it_that_is_all_there_is_to_say(alice, branch, soup, delivery):
    order = place(alice, soup, total=1000, delivery=delivery) if delivery else place(alice, soup, total=1200)
    close_down(branch)

    found = again(alice, order)

    assert (found["branch_id"], found["items"], found["differences"]) == (None, [], [])
    assert (found["totals"], found["estimates"], found["delivery"]["branch_id"]) == (None, None, None)
    [problem] = found["problems"]
    assert (problem["code"], problem["index"]) == ("branch_unknown" if delivery else "outside_delivery_zone", None)


def test_a_branch_that_is_paused_stays_and_the_problem_is_told(alice, branch, other, order):
    BranchState.objects.filter(branch=branch).update(is_paused=True)

    found = again(alice, order)

    assert found["branch_id"] == str(branch.id)
    assert [problem["code"] for problem in found["problems"]] == ["branch_paused"]
    assert (found["totals"]["total"], found["differences"]) == (euro(1200), [])


def test_one_that_is_closed_too(alice, branch, order):
    OpeningHours.objects.exclude(weekday=(timezone.localdate().weekday() + 3) % 7).delete()

    assert [problem["code"] for problem in again(alice, order)["problems"]] == ["branch_closed"]


def test_a_minimum_that_is_not_reached_any_more_is_a_problem(alice, branch, order):
    DeliveryZone.objects.update(minimum=1500)

    found = again(alice, order)

    assert [problem["code"] for problem in found["problems"]] == ["below_minimum"]
    assert len(found["items"]) == 1


def test_a_cheaper_delivery_is_told(alice, order):
    DeliveryZone.objects.update(fee=0)

    assert differences(alice, order) == [{"code": "delivery_cheaper", "was": euro(200), "now": euro(0)}]
