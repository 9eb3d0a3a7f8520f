"""A quote binds for five minutes: what it said holds, and only what is worse is refused, with the next one."""

from datetime import timedelta

import pytest

from catalog.models import BranchState, Product, Stock, StopListEntry
from orders.models import Order
from tests.factories import make_options
from tests.orders.quotes import place_quoted, quote
from tests.orders.steps import NOON, PICKUP, at, courier, euro, item
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


@pytest.mark.parametrize("price", [700, 1500])
def test_its_prices_hold_when_the_menu_changes(alice, branch, soup, price):
    text = quote(alice, item(soup, 2), delivery=courier())["quote"]
    Product.objects.update(price=price)
    branch.zones.update(fee=price, minimum=100_000)

    order = place_quoted(alice, text, item(soup, 2), delivery=courier()).json

    assert (order["totals"]["items"], order["totals"]["delivery"]) == (euro(2000), euro(200))
    assert order["items"][0]["unit_price"] == euro(1000)
    assert sum(part["net"]["amount"] + part["tax"]["amount"] for part in order["totals"]["tax"]) == 2200


def test_prices_of_options_hold_too(alice, soup):
    group = make_options("extras", {"cheese": 150})
    soup.option_groups.add(group)
    extra = group.options.get()
    text = quote(alice, item(soup, option_ids=[str(extra.id)]))["quote"]
    type(extra).objects.update(price=999)

    order = place_quoted(alice, text, item(soup, option_ids=[str(extra.id)])).json

    assert (order["totals"]["total"], order["items"][0]["options"][0]["price"]) == (euro(1150), euro(150))


def test_notes_comment_contact_and_payment_are_free(alice, soup):
    text = quote(alice, soup)["quote"]

    answer = place_quoted(alice, text, item(soup, note="no salt"), payment_method="card", comment="quick")

    assert answer.status == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"items": 2},
        {"delivery": courier()},
        {"delivery": {**PICKUP, "branch_id": "01a206ab-0000-7000-8000-000000000000"}},
    ],
)
def test_for_another_order_it_is_invalid(alice, soup, changes):
    text = quote(alice, soup)["quote"]

    answer = place_quoted(alice, text, item(soup, changes.pop("items", 1)), **changes)

    assert_problem(answer, 422, "quote_invalid")
    assert not Order.objects.exists()


def test_for_another_place_it_is_invalid(alice, soup):
    text = quote(alice, soup, delivery=courier())["quote"]
    elsewhere = courier(place={"city": "Berlin", "line": "Other St. 2", "postal_code": "10115"})

    assert_problem(place_quoted(alice, text, soup, delivery=elsewhere), 422, "quote_invalid")


def test_altered_or_made_up_it_is_invalid(alice, soup):
    text = quote(alice, soup)["quote"]
    middle = len(text) // 2
    altered = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]

    for false in (altered, text[:-1], text + "A", "", "nonsense", "a:b:c"):
        assert_problem(place_quoted(alice, false or "-", soup), 422, "quote_invalid")


def test_after_five_minutes_it_has_expired_and_a_new_one_comes(alice, soup, time_machine):
    text = quote(alice, soup)["quote"]
    time_machine.move_to(NOON + timedelta(minutes=5), tick=False)
    Product.objects.update(price=1100)
    time_machine.move_to(NOON + timedelta(minutes=5, seconds=1), tick=False)

    answer = place_quoted(alice, text, soup)

    assert_problem(answer, 409, "quote_expired")
    fresh = answer.json["fresh_quote"]
    assert fresh["totals"]["total"] == euro(1100)
    assert place_quoted(alice, fresh["quote"], soup).json["totals"]["total"] == euro(1100)


def test_up_to_the_last_moment_it_holds(alice, soup, time_machine):
    text = quote(alice, soup)["quote"]
    time_machine.move_to(NOON + timedelta(minutes=5), tick=False)

    assert place_quoted(alice, text, soup).status == 201


@pytest.mark.parametrize("what", ["gone", "stopped", "sold out", "closed", "paused"])
def test_what_has_become_worse_is_told_with_a_new_quote(alice, branch, soup, what):
    text = quote(alice, soup)["quote"]
    if what == "gone":
        Product.objects.update(is_active=False)
    elif what == "stopped":
        StopListEntry.objects.create(branch=branch, product=soup)
    elif what == "sold out":
        Stock.objects.update(on_hand=0)
    elif what == "closed":
        branch.hours.all().delete()
    else:
        BranchState.objects.filter(branch=branch).update(is_paused=True)

    answer = place_quoted(alice, text, soup)

    assert_problem(answer, 409, "quote_changed")
    code = {
        "gone": "item_unknown", "stopped": "item_unavailable", "sold out": "not_enough_stock",
        "closed": "branch_closed", "paused": "branch_paused",
    }[what]  # fmt: skip
    assert [problem["code"] for problem in answer.json["changes"]] == [code]
    assert [problem["code"] for problem in answer.json["fresh_quote"]["problems"]] == [code]
    assert not Order.objects.exists()


@pytest.mark.parametrize(("busy", "status"), [(10, 201), (11, 409)])
def test_later_by_more_than_ten_minutes_is_worse(alice, branch, soup, busy, status):
    text = quote(alice, soup)["quote"]
    BranchState.objects.filter(branch=branch).update(busy_minutes=busy)

    answer = place_quoted(alice, text, soup)

    assert answer.status == status
    if status == 409:
        assert_problem(answer, 409, "quote_changed")
        [change] = answer.json["changes"]
        assert change["code"] == "later_than_quoted"
        assert answer.json["fresh_quote"]["estimates"]["delivered_at"] == change["data"]["delivered_at"]
        assert place_quoted(alice, answer.json["fresh_quote"]["quote"], soup).status == 201


def test_of_what_takes_long_a_quarter_more_is_still_as_promised(alice, branch, soup):
    Product.objects.update(cooking_seconds=7200)
    text = quote(alice, soup)["quote"]
    BranchState.objects.filter(branch=branch).update(busy_minutes=30)

    assert place_quoted(alice, text, soup).status == 201


def test_a_total_beside_it_must_be_right_as_well(alice, soup):
    text = quote(alice, soup)["quote"]
    body = {"items": [item(soup)], "delivery": PICKUP, "payment_method": "cash", "quote": text}

    assert_problem(alice.place({**body, "expected_total": euro(999)}), 409, "total_changed")
    assert alice.place({**body, "expected_total": euro(1000)}).status == 201


def test_with_neither_it_is_refused(alice, soup):
    assert_problem(place_quoted(alice, None, soup), 400, "invalid_request")


def test_an_order_for_later_can_be_placed_with_one(alice, soup):
    later = {**PICKUP, "requested_at": at(hours=5)}
    text = quote(alice, soup, delivery=later)["quote"]

    assert place_quoted(alice, text, soup, delivery=later).json["status"] == "scheduled"
