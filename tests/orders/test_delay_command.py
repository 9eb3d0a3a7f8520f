"""What operators delay by hand: `delay_order`, with refusals in one line each."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.orders.steps import NOON, advance, nothing_written, place, row


@pytest.fixture
def alice(alice_at):
    return alice_at(NOON)


def delay(number, *arguments):
    out = StringIO()
    call_command("delay_order", number, *arguments, stdout=out)
    return out.getvalue()


def test_it_says_until_when_the_order_is_promised_by_the_branch_s_clock(alice, soup):
    order = place(alice, soup, total=1200)

    said = delay(order["number"], "--minutes", "20")

    assert said == f"Order {order['number']} is promised until 2026-03-02 12:55 (Europe/Berlin).\n"
    assert row(order).estimates.filter(why="delayed").count() == 1


def test_a_refusal_is_one_line(alice, soup):
    order = place(alice, soup, total=1200)
    with nothing_written(), pytest.raises(CommandError) as refused:
        delay(order["number"], "--minutes", "0")
    assert str(refused.value) == (
        f"Order {order['number']} is accepted. An order is delayed by one minute to twelve hours."
    )

    advance(order, "cancelled")
    with nothing_written(), pytest.raises(CommandError) as refused:
        delay(order["number"], "--minutes", "5")
    assert str(refused.value) == (
        f"Order {order['number']} is cancelled. The order has been handed over, or has ended otherwise."
    )


def test_an_unknown_number_is_one_line(db):
    with pytest.raises(CommandError, match=r"^There is no order 000000000\.$"):
        delay("000000000", "--minutes", "5")


@pytest.mark.parametrize(
    ("arguments", "said"), [([], "required: --minutes"), (["--minutes", "soon"], "invalid int value: 'soon'")]
)
def test_minutes_are_needed(db, arguments, said):
    with pytest.raises(CommandError, match=said):
        delay("1", *arguments)
