"""GET /branches/serving?address_id=: what is asked about a place, asked about an address of one's own."""

from uuid import UUID, uuid4

import pytest

from catalog.models import DeliveryZone
from catalog.serializers import ServingPageSerializer
from tests.accounts.steps import add_address
from tests.clients import Api
from tests.factories import make_branch
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db


def ask(api: Api, address_id, more: str = ""):
    return api.get(f"branches/serving?address_id={address_id}{more}")


@pytest.mark.parametrize(
    ("place", "query"),
    [
        ({"postal_code": "10115"}, "postal_code=10115"),
        ({"postal_code": "20095"}, "postal_code=20095"),
        ({"latitude": 52.531, "longitude": 13.381}, "latitude=52.531&longitude=13.381"),
        (
            {"postal_code": "10115", "latitude": 52.531, "longitude": 13.381},
            "postal_code=10115&latitude=52.531&longitude=13.381",
        ),
        ({}, ""),
    ],
)
def test_the_answer_is_that_for_its_place(alice, branch, place, query):
    DeliveryZone.objects.create(
        branch=make_branch("Round", postal_prefixes=()), key="ring", name="Ring", max_distance_m=3000, fee=350,
        minimum=2000, travel_seconds=900,
    )  # fmt: skip

    answer, expected = ask(alice, add_address(alice, **place)["id"]), alice.get(f"branches/serving?{query}")

    assert answer.status == expected.status
    if answer.status == 200:
        assert_shape(ServingPageSerializer, answer.json)
        assert answer.json == expected.json
    else:
        assert_problem(answer, 422, "location_required")
        assert expected.code == "location_required"


def test_it_needs_a_token_that_is_good(alice, anybody, branch):
    address = add_address(alice, postal_code="10115")["id"]
    assert_problem(ask(anybody, address), 401, "token_missing")
    assert_problem(ask(Api("nonsense"), address), 401, "token_invalid")
    alice.post("auth/sign-out")
    assert_problem(ask(alice, address), 401, "token_invalid")


def test_somebody_elses_is_as_unknown_as_none(alice, bob, branch):
    hers = add_address(alice, postal_code="10115")["id"]
    documents = [assert_problem(ask(bob, key), 422, "address_unknown") for key in (hers, uuid4())]
    assert {**documents[0], "request_id": None} == {**documents[1], "request_id": None}


@pytest.mark.parametrize("more", ["&postal_code=10115", "&latitude=52.5&longitude=13.4"])
def test_it_stands_alone(alice, branch, more):
    address = add_address(alice, postal_code="10115")["id"]
    assert_invalid(ask(alice, address, more), ("?address_id", "either_or"))


@pytest.mark.parametrize(
    ("query", "code"),
    [("address_id=home", "invalid"), (f"address_id={UUID(int=0)}&address_id={UUID(int=1)}", "repeated")],
)
def test_what_is_not_of_its_form_is_refused(alice, branch, query, code):
    assert_invalid(alice.get(f"branches/serving?{query}"), ("?address_id", code))
