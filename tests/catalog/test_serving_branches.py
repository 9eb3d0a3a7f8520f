"""GET /branches/serving: which branches deliver there, and what that costs."""

import pytest

from catalog.models import DeliveryZone
from catalog.serializers import ServingPageSerializer
from tests.factories import make_branch
from tests.shapes import assert_shape

NEAR_MITTE = "latitude=52.531&longitude=13.381"


@pytest.fixture
def round_branch():
    """Delivers within 3 km for 3.50 EUR."""
    branch = make_branch("Round", postal_prefixes=())
    DeliveryZone.objects.create(
        branch=branch,
        key="ring",
        name="Ring",
        max_distance_m=3000,
        fee=350,
        minimum=2000,
        travel_seconds=900,
        priority=2,
    )
    return branch


def names(answer) -> list[str]:
    return [found["branch"]["name"] for found in answer.json["data"]]


def test_serving_branches_have_the_promised_shape(anybody, branch, round_branch):
    answer = anybody.get(f"branches/serving?postal_code=10115&{NEAR_MITTE}")

    assert answer.status == 200
    assert_shape(ServingPageSerializer, answer.json)
    assert names(answer) == ["Mitte", "Round"]


def test_a_serving_branch_comes_with_fee_minimum_travel_time_and_payment_methods(anybody):
    make_branch(fee=190, minimum=1000, travel_seconds=720)

    (found,) = anybody.get("branches/serving?postal_code=10119").json["data"]

    assert found.pop("branch") == anybody.get("branches").json["data"][0]
    assert found == {
        "zone": "Near",
        "fee": {"amount": 190, "currency": "EUR"},
        "minimum": {"amount": 1000, "currency": "EUR"},
        "travel_seconds": 720,
        "payment_methods": ["cash", "terminal", "qr", "card"],
    }


def test_the_best_branch_comes_first(anybody):
    make_branch("Dear", fee=300)
    make_branch("Cheap", fee=100)
    make_branch("Elsewhere", postal_prefixes=("2",))

    assert names(anybody.get("branches/serving?postal_code=10115")) == ["Cheap", "Dear"]


def test_where_nobody_delivers_the_list_is_empty(anybody, branch):
    answer = anybody.get("branches/serving?postal_code=20095")

    assert (answer.status, answer.json) == (200, {"data": [], "next_cursor": None})


def test_a_distance_is_measured_from_the_branch(anybody, round_branch):
    assert names(anybody.get(f"branches/serving?{NEAR_MITTE}")) == ["Round"]
    assert names(anybody.get("branches/serving?latitude=53.55&longitude=9.99")) == []


@pytest.mark.parametrize("query", ["", "?postal_code=20095", "?postal_code=10115"])
def test_what_cannot_be_told_is_refused_as_location_required(anybody, round_branch, query):
    answer = anybody.get(f"branches/serving{query}")

    assert (answer.status, answer.code) == (422, "location_required")


def test_the_place_that_serves_is_enough_even_if_another_branch_cannot_tell(anybody, branch, round_branch):
    assert names(anybody.get("branches/serving?postal_code=10115")) == ["Mitte"]
    assert names(anybody.get(f"branches/serving?{NEAR_MITTE}")) == ["Round"]


def test_a_withdrawn_branch_serves_nobody(anybody):
    make_branch(is_active=False)

    assert names(anybody.get("branches/serving?postal_code=10115")) == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("latitude=52.5", "longitude"),
        ("longitude=13.4", "latitude"),
        ("latitude=91&longitude=0", "latitude"),
        ("latitude=0&longitude=-180.1", "longitude"),
        ("latitude=north&longitude=0", "latitude"),
        ("latitude=nan&longitude=0", "latitude"),
        ("latitude=0&longitude=inf", "longitude"),
        ("postal_code=", "postal_code"),
        ("postal_code=12345678901234567", "postal_code"),
        ("postcode=10115", "postcode"),
    ],
)
def test_a_place_that_is_malformed_is_refused_by_name(anybody, branch, query, parameter):
    answer = anybody.get(f"branches/serving?{query}")

    assert (answer.status, [error["parameter"] for error in answer.json["errors"]]) == (400, [parameter])
