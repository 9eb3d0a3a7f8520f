"""What operators lower by hand: `adjust_order`, with refusals in one line each."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_product, put_in_stock
from tests.orders.adjustments import noted
from tests.orders.steps import advance, item, nothing_written, place, row


@pytest.fixture
def order(alice, soup, branch):
    cake = make_product("cake", price=350)
    put_in_stock(branch, cake=9)
    return place(alice, soup, item(cake, 3), total=2250)


def adjust(order, *arguments: str, reason: str = "cold") -> str:
    out = StringIO()
    call_command("adjust_order", order["number"], *arguments, "--reason", reason, stdout=out)
    return out.getvalue()


def test_goodwill_says_what_is_owed_then(order):
    assert adjust(order, "--goodwill", "3.50") == f"Order {order['number']} owes 19.00 EUR.\n"

    adjustment = row(order).adjustments.get()
    assert (adjustment.kind, adjustment.amount, adjustment.reason) == ("goodwill", -350, "cold")
    assert (adjustment.actor_kind, adjustment.actor) == ("staff", "adjust_order")


def test_lines_are_counted_from_one(order):
    assert adjust(order, "--remove", "2") == f"Order {order['number']} owes 19.00 EUR.\n"
    assert adjust(order, "--remove", "2", "--quantity", "2") == f"Order {order['number']} owes 12.00 EUR.\n"
    assert adjust(order, "--remove", "1") == f"Order {order['number']} owes 2.00 EUR.\n"

    assert [line.quantity_removed for line in row(order).lines.all()] == [1, 3]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--goodwill", "22.51"], "The amount is more than zero, and at most what is still owed. Owed: 22.50 EUR."),
        (["--goodwill", "0"], "The amount is more than zero, and at most what is still owed. Owed: 22.50 EUR."),
        (["--goodwill", "-1"], "The amount is more than zero, and at most what is still owed. Owed: 22.50 EUR."),
        (
            ["--remove", "2", "--quantity", "4"],
            "The quantity is more than zero, and at most what is left of the line. Left: 3.",
        ),
        (
            ["--remove", "1", "--quantity", "0"],
            "The quantity is more than zero, and at most what is left of the line. Left: 1.",
        ),
    ],
)
def test_a_refusal_says_what_would_be_possible(order, arguments, said):
    with nothing_written(), pytest.raises(CommandError) as refused:
        adjust(order, *arguments)

    assert str(refused.value) == f"Order {order['number']} is accepted. {said}"


def test_of_a_cancelled_order_nothing_is_lowered(order):
    advance(order, "cancelled")

    with pytest.raises(CommandError) as refused:
        adjust(order, "--goodwill", "1")

    assert str(refused.value) == (
        f"Order {order['number']} is cancelled. The order is cancelled, so nothing is owed for it."
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "one of the arguments --goodwill --remove is required"),
        (["--goodwill", "1", "--remove", "1"], "not allowed with argument"),
        (["--goodwill", "1", "--quantity", "1"], "--quantity goes with --remove"),
        (["--goodwill", "1,50"], "is not an amount of money"),
        (["--goodwill", "1.505"], "has more decimals than EUR has"),
        (["--remove", "first"], "invalid int value"),
        (["--remove", "0"], "has no line 0"),
        (["--remove", "-1"], "has no line -1"),
        (["--remove", "3"], "has no line 3"),
    ],
)
def test_what_cannot_be_meant_is_one_line(order, arguments, said):
    with nothing_written(), pytest.raises(CommandError, match=said):
        adjust(order, *arguments)


def test_a_reason_is_needed_and_no_longer_than_can_be_kept(order):
    with pytest.raises(CommandError, match="the following arguments are required: --reason"):
        call_command("adjust_order", order["number"], "--goodwill", "1")
    with pytest.raises(CommandError, match="Say why less is owed"):
        adjust(order, "--goodwill", "1", reason=" ")
    with pytest.raises(CommandError, match="a reason has at most 300 characters"):
        adjust(order, "--goodwill", "1", reason="x" * 301)
    assert noted(order) == []

    adjust(order, "--goodwill", "1", reason="x" * 300)
    assert row(order).adjustments.get().reason == "x" * 300


def test_an_unknown_number_is_one_line(db):
    with pytest.raises(CommandError, match=r"^There is no order 000000000\.$"):
        adjust({"number": "000000000"}, "--goodwill", "1")
