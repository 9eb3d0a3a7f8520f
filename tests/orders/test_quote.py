"""A quote says what placing would say now, and stores nothing."""

import pytest

from catalog.models import BranchState
from tests.clients import Api
from tests.factories import make_product, put_in_stock
from tests.orders.quotes import ask, place_quoted, quote
from tests.orders.steps import NOON, PICKUP, at, courier, euro, item, nothing_written
from tests.problems import assert_problem
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db


def test_it_says_items_totals_and_estimate(alice_at, branch, soup):
    alice = alice_at(NOON)

    said = quote(alice, item(soup, 2, note="hot"), delivery=courier())

    [line] = said["items"]
    assert {name: line[name] for name in ("index", "name", "quantity", "note", "unit_price", "total")} == {
        "index": 0, "name": "Soup", "quantity": 2, "note": "hot", "unit_price": euro(1000), "total": euro(2000),
    }  # fmt: skip
    assert (said["totals"]["items"], said["totals"]["delivery"], said["totals"]["total"]) == (
        euro(2000), euro(200), euro(2200),
    )  # fmt: skip
    assert (said["branch_id"], said["problems"], said["expires_at"]) == (str(branch.id), [], at(minutes=5))
    order = place_quoted(alice, said["quote"], item(soup, 2, note="hot"), delivery=courier()).json
    assert order["estimates"] == said["estimates"]
    assert {name: order["totals"][name] for name in said["totals"]} == said["totals"]


def test_it_needs_no_token_and_stores_nothing(anybody, soup):
    with nothing_written():
        assert quote(anybody, soup)["problems"] == []


def test_a_bad_token_is_refused_all_the_same(soup):
    assert_problem(ask(Api("nonsense"), soup), 401, "token_invalid")


def test_an_address_of_mine_will_do_and_needs_my_token(alice, bob, anybody, soup):
    address = {"city": "Berlin", "line": "Ackerstr. 1", "postal_code": "10115"}
    mine = {"method": "courier", "address_id": alice.post("account/addresses", address).json["id"]}

    assert quote(alice, soup, delivery=mine)["totals"]["total"] == euro(1200)
    assert_problem(ask(bob, soup, delivery=mine), 422, "address_unknown")
    assert_problem(ask(anybody, soup, delivery=mine), 401, "token_missing")


def test_every_problem_is_told_at_once_and_nothing_is_promised(anybody, branch, soup):
    few = make_product("pizza", price=900)
    put_in_stock(branch, pizza=1)
    BranchState.objects.filter(branch=branch).update(is_paused=True)
    gone = {"product_id": "01a206ab-0000-7000-8000-000000000000", "quantity": 1}

    said = quote(anybody, item(soup), gone, item(few, 3))

    assert [(problem["code"], problem["index"]) for problem in said["problems"]] == [
        ("item_unknown", 1), ("branch_paused", None), ("not_enough_stock", 2),
    ]  # fmt: skip
    assert said["problems"][2]["data"]["left"] == 1
    assert [line["index"] for line in said["items"]] == [0, 2]
    assert (said["quote"], said["expires_at"]) == (None, None)


def test_where_nobody_delivers_there_are_no_totals(anybody, soup):
    said = quote(anybody, soup, delivery=courier(place={"city": "Rom", "line": "Via 1", "postal_code": "00118"}))

    assert [problem["code"] for problem in said["problems"]] == ["outside_delivery_zone"]
    assert (said["branch_id"], said["totals"], said["estimates"], said["items"]) == (None, None, None, [])


def test_a_full_slot_is_a_problem(alice_at, branch, soup):
    alice = alice_at(NOON)
    type(branch).objects.update(slot_capacity=0)

    later = {**PICKUP, "requested_at": at(hours=5)}

    assert [problem["code"] for problem in quote(alice, soup, delivery=later)["problems"]] == ["slot_full"]


@pytest.mark.parametrize("lines", [1, 20])
def test_it_takes_two_statements_however_many_lines(anybody, soup, lines):
    quote(anybody, soup)

    with statements_sent() as statements:
        quote(anybody, *[item(soup, note=str(number)) for number in range(lines)])

    assert len(statements) == 2


@pytest.mark.parametrize("body", [{}, {"items": []}, {"payment_method": "cash"}])
def test_a_body_of_another_form_is_refused(anybody, body):
    assert_problem(anybody.post("orders/quote", body), 400, "invalid_request")
