"""Stock as it was counted: booked as staff would, all lines or none, and what orders lack then is told to staff."""

import pytest

from catalog.models import Stock, StockMovement
from catalog.stock import find_contradictions
from notifications.models import Message
from orders.fulfilment_serializers import ReportedStockSerializer
from tests.factories import make_branch, make_ingredient, put_in_stock
from tests.fulfilment.services import lines_of, make_service
from tests.orders.steps import nothing_written, place
from tests.problems import assert_invalid, assert_problem
from tests.shapes import assert_shape

pytestmark = pytest.mark.django_db


def test_the_answer_is_what_the_book_says_then(kitchen, order, branch):
    salt = make_ingredient("salt", unit="gram")
    answer = kitchen.count_lines(branch, *lines_of(soup=40_500), {"ingredient": str(salt.id), "thousandths": 0})

    assert answer.status == 200, answer.text
    assert_shape(ReportedStockSerializer, answer.json)
    assert answer.json == {
        "branch_id": str(branch.id),
        "stock": [
            {
                "ingredient_id": str(make_ingredient("soup").id), "key": "soup", "unit": "piece",
                "on_hand": 40_500, "reserved": 1000,
            },
            {"ingredient_id": str(salt.id), "key": "salt", "unit": "gram", "on_hand": 0, "reserved": 0},
        ],
        "overdrawn": [],
    }  # fmt: skip
    assert find_contradictions() == []


def test_the_difference_is_booked_in_the_services_name(kitchen, order, branch):
    kitchen.count(branch, soup=40_000)
    movement = StockMovement.objects.latest("id")
    assert (movement.kind, movement.on_hand_change, movement.actor) == ("count", -60_000, "kitchen")


def test_what_was_not_counted_stays(kitchen, branch):
    put_in_stock(branch, soup=5, bread=6)
    kitchen.count(branch, bread=1000)
    assert dict(Stock.objects.values_list("ingredient__key", "on_hand")) == {"soup": 5000, "bread": 1000}


def test_another_branch_keeps_its_own(kitchen, soup, branch):
    far = make_branch("Far", postal_prefixes=("2",))
    kitchen.count(far, soup=3000)
    assert dict(Stock.objects.values_list("branch__name", "on_hand")) == {branch.name: 100_000, "Far": 3000}


def test_less_than_is_set_aside_is_booked_and_told_to_staff_of_the_branch(alice, kitchen, order, branch):
    answer = kitchen.count(branch, soup=400)
    assert (answer.status, answer.json["overdrawn"]) == (200, ["soup"])
    assert (answer.json["stock"][0]["on_hand"], answer.json["stock"][0]["reserved"]) == (400, 1000)
    message = Message.objects.get(kind="stock_short")
    assert (message.recipient_kind, message.recipient_id) == ("staff", branch.id)
    assert message.data == {"counted_by": "kitchen", "ingredient_ids": [str(make_ingredient("soup").id)]}


def test_enough_tells_nobody(kitchen, order, branch):
    kitchen.count(branch, soup=1000)
    assert not Message.objects.filter(kind="stock_short").exists()


def test_what_is_found_fills_the_oldest_backorders(alice, kitchen, soup):
    restocking = make_branch("Far", postal_prefixes=("2",), restock_minutes=30)
    pickup = {"method": "pickup", "branch_id": str(restocking.id)}
    place(alice, soup, total=1000, delivery=pickup)
    answer = kitchen.count(restocking, soup=5000)
    assert (answer.json["stock"][0]["on_hand"], answer.json["stock"][0]["reserved"]) == (5000, 1000)


def test_every_line_at_fault_is_pointed_at_and_nothing_is_booked(kitchen, soup, branch):
    bread = make_ingredient("bread")
    kitchen.count(branch, soup=7000)
    lines = [
        *lines_of(soup=1000, ghost=5), {"ingredient": str(bread.id), "thousandths": 1}, *lines_of(bread=2, soup=3),
        {"ingredient": "019a0000-0000-7000-8000-000000000000", "thousandths": 1},
    ]  # fmt: skip
    with nothing_written():
        document = assert_problem(kitchen.count_lines(branch, *lines), 422, "counts_invalid")
    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [
        ("/counts/1/ingredient", "unknown"), ("/counts/3/ingredient", "repeated"),
        ("/counts/4/ingredient", "repeated"), ("/counts/5/ingredient", "unknown"),
    ]  # fmt: skip
    assert all(error["detail"] for error in document["errors"])


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([], ("/counts", "min_length")),
        ([{"ingredient": "soup", "thousandths": -1}], ("/counts/0/thousandths", "min_value")),
        ([{"ingredient": "soup", "thousandths": 2**53 + 1}], ("/counts/0/thousandths", "max_value")),
        ([{"ingredient": "soup", "thousandths": "much"}], ("/counts/0/thousandths", "invalid")),
        ([{"ingredient": "soup"}], ("/counts/0/thousandths", "required")),
        ([{"ingredient": "", "thousandths": 1}], ("/counts/0/ingredient", "blank")),
        ([{"ingredient": "x" * 65, "thousandths": 1}], ("/counts/0/ingredient", "max_length")),
        ([{"ingredient": "soup", "thousandths": 1, "grams": 1}], ("/counts/0/grams", "unknown_field")),
        ([{"ingredient": "soup", "thousandths": 1}] * 501, ("/counts", "max_length")),
    ],
)
def test_a_body_of_another_form_is_refused_with_where(kitchen, soup, branch, lines, error):
    assert kitchen.count(branch, soup=7000).status == 200
    with nothing_written():
        assert_invalid(kitchen.count_lines(branch, *lines), error)


def test_as_much_as_the_book_can_hold_is_taken(kitchen, soup, branch):
    assert kitchen.count(branch, soup=2**53).json["stock"][0]["on_hand"] == 2**53


def test_a_key_of_the_branch_may_count_there(soup, branch):
    assert make_service("warehouse", "stock", branches=(branch,)).count(branch, soup=1).status == 200
