"""What could never be ordered as sent: 422, with what the client needs to recover. Nothing is written."""

from uuid import uuid4

import pytest

from catalog.models import BranchProduct
from tests.factories import make_branch, make_options, make_product, order_body
from tests.orders.steps import NOON, PICKUP, at, courier, euro, item, nothing_written

DATA = {"type", "title", "status", "detail", "code", "errors", "request_id"}


def refused(api, code, *items, total=1200, **changes):
    """The data fields of the refusal with this code."""
    with nothing_written():
        answer = api.place(order_body(*items, total=total, **changes))
    assert (answer.status, answer.code) == (422, code), answer.text
    assert answer.json["errors"] == []
    assert answer.json["title"] and answer.json["detail"]
    assert "Location" not in answer.headers
    return {name: value for name, value in answer.json.items() if name not in DATA}


@pytest.fixture
def extras():
    return make_options("extras", {"cheese": 100, "ham": 100, "egg": 100}, min=1, max=2)


@pytest.fixture
def pizza(branch, extras):
    return make_product("pizza", price=900, recipe={"soup": 1}, groups=(extras,))


def ids(group):
    return [str(option.id) for option in group.options.all()]


def test_item_unknown_names_every_line_that_is_not_sold(alice, soup):
    strange = str(uuid4())
    assert refused(alice, "item_unknown", item(soup), {"product_id": strange, "quantity": 1}) == {
        "items": [{"index": 1, "product_id": strange}]
    }


def test_item_unknown_is_also_what_this_branch_does_not_sell(alice, soup, branch):
    gone = make_product("gone", is_active=False)
    BranchProduct.objects.create(branch=branch, product=soup, is_sold=False)

    assert refused(alice, "item_unknown", soup, gone) == {
        "items": [{"index": 0, "product_id": str(soup.id)}, {"index": 1, "product_id": str(gone.id)}]
    }


def test_options_invalid_for_an_option_of_another_product(alice, soup, pizza, extras):
    foreign = ids(extras)[0]

    assert refused(alice, "options_invalid", item(pizza, option_ids=[foreign]), item(soup, option_ids=[foreign])) == {
        "items": [{"index": 1, "product_id": str(soup.id), "option_id": foreign}]
    }


def test_options_invalid_for_an_option_chosen_twice(alice, pizza, extras):
    cheese = ids(extras)[0]

    assert refused(alice, "options_invalid", item(pizza, option_ids=[cheese, cheese])) == {
        "items": [{"index": 0, "product_id": str(pizza.id), "option_id": cheese}]
    }


@pytest.mark.parametrize("chosen", [0, 3])
def test_options_invalid_for_too_few_and_too_many(alice, pizza, extras, chosen):
    assert refused(alice, "options_invalid", item(pizza, option_ids=ids(extras)[:chosen])) == {
        "items": [
            {
                "index": 0,
                "product_id": str(pizza.id),
                "group_id": str(extras.id),
                "min": 1,
                "max": 2,
                "chosen": chosen,
            }
        ]
    }


def test_an_option_that_is_no_longer_offered_is_not_known(alice, pizza, extras):
    cheese = extras.options.get(key="cheese")
    type(cheese).objects.filter(id=cheese.id).update(is_active=False)

    found = refused(alice, "options_invalid", item(pizza, option_ids=[str(cheese.id)]))

    assert found["items"][0] == {"index": 0, "product_id": str(pizza.id), "option_id": str(cheese.id)}


@pytest.mark.parametrize("named", [True, False])
def test_outside_delivery_zone(alice, soup, branch, named):
    away = courier(place={"city": "Potsdam", "line": "Am Neuen Palais 10", "postal_code": "14469"})

    assert (
        refused(alice, "outside_delivery_zone", soup, delivery=away | ({"branch_id": str(branch.id)} if named else {}))
        == {}
    )


@pytest.mark.parametrize("named", [True, False])
def test_location_required_where_the_postal_code_is_missing(alice, soup, branch, named):
    nowhere = courier(place={"city": "Berlin", "line": "Ackerstr. 1"})

    assert (
        refused(alice, "location_required", soup, delivery=nowhere | ({"branch_id": str(branch.id)} if named else {}))
        == {}
    )


def test_below_minimum_says_what_is_lacking(alice, soup, branch):
    branch.zones.update(minimum=1500)

    assert refused(alice, "below_minimum", soup) == {
        "minimum": euro(1500),
        "items_total": euro(1000),
        "lacking": euro(500),
    }


def test_exactly_the_minimum_is_enough_and_pickup_has_none(alice, soup, branch):
    branch.zones.update(minimum=2000)

    assert alice.place(order_body(item(soup, 2), total=2200)).status == 201
    assert alice.place(order_body(soup, total=1000, delivery=PICKUP)).status == 201


@pytest.mark.parametrize("method", ["qr", "card"])
def test_payment_not_possible_says_what_is(alice, soup, method, settings):
    settings.PAYMENT_METHODS = ["cash", "terminal"]

    assert refused(alice, "payment_not_possible", soup, payment_method=method) == {
        "payment_methods": ["cash", "terminal"]
    }


def test_change_from_too_low_says_the_total(alice, soup):
    assert refused(alice, "change_from_too_low", soup, change_from=euro(1199)) == {"total": euro(1200)}


@pytest.mark.parametrize("delivery", [courier(), PICKUP])
def test_branch_unknown(alice, soup, delivery):
    assert refused(alice, "branch_unknown", soup, delivery={**delivery, "branch_id": str(uuid4())}) == {}


def test_a_branch_that_was_closed_down_is_unknown(alice, soup):
    gone = make_branch("Gone", is_active=False)

    assert refused(alice, "branch_unknown", soup, delivery={**PICKUP, "branch_id": str(gone.id)}) == {}


def test_without_any_branch_there_is_none_to_fetch_from(alice):
    assert refused(alice, "branch_unknown", make_product("soup"), delivery=PICKUP) == {}


@pytest.mark.time_machine(NOON, tick=False)
@pytest.mark.parametrize(
    ("asked", "possible"),
    [
        (at(seconds=-1), False),
        (at(), True),
        (at(days=7), True),
        (at(days=7, seconds=1), False),
        ("9998-12-31T23:59:59Z", False),
        ("1971-01-01T00:00:00Z", False),
    ],
)
def test_requested_time_invalid_says_from_when_to_when(alice, soup, asked, possible):
    delivery = {**PICKUP, "requested_at": asked}
    if possible:
        assert alice.place(order_body(soup, total=1000, delivery=delivery)).status == 201
    else:
        assert refused(alice, "requested_time_invalid", soup, delivery=delivery) == {
            "earliest_at": at(),
            "latest_at": at(days=7),
        }


def test_what_could_never_work_comes_before_what_is_so_now(alice, soup, branch):
    branch.hours.all().delete()

    refused(alice, "item_unknown", item(soup), {"product_id": str(uuid4()), "quantity": 1}, total=5)


def test_a_refusal_speaks_the_language_that_is_asked_for(alice, soup, settings):
    settings.PAYMENT_METHODS = ["cash", "terminal"]
    answer = alice.place(order_body(soup, total=1200, payment_method="card"), accept_language="en")

    assert (answer.json["title"], answer.json["detail"]) == (
        "This way of paying is not possible",
        "Choose another way of paying.",
    )
    assert answer.headers["Content-Type"] == "application/problem+json"
