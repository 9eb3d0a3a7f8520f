"""A branch's day in the till: what delivered orders owe, beside what was recorded."""

from datetime import date
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from payments.door import record_door_payment
from payments.reports import CashLine, find_not_recorded, report_cash
from tests.factories import make_branch
from tests.orders.steps import NOON, WAYS, advance, place
from tests.statements import statements_sent

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]
TODAY = date(2026, 3, 2)


def delivered(api, product, **changes):
    order = place(api, product, total=1200, **changes)
    advance(order, *WAYS["delivered"])
    return order


def record(order, method):
    record_door_payment(order_id=UUID(order["id"]), method=method, recorded_by="sam")


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def orders(alice, bob, soup):
    """Two in cash, one of them paid by terminal in the end; one by terminal that nobody recorded; one still cooking."""
    found = [delivered(alice, soup), delivered(bob, soup), delivered(alice, soup, payment_method="terminal")]
    record(found[0], "cash")
    record(found[1], "terminal")
    advance(place(alice, soup, total=1200), "cooking")
    return found


def test_it_has_a_line_for_every_branch_and_way(orders, branch):
    make_branch("Kreuzberg")

    assert report_cash(TODAY) == [
        CashLine("Mitte", "cash", orders=2, expected=2400, payments=1, recorded=1200),
        CashLine("Mitte", "terminal", orders=1, expected=1200, payments=1, recorded=1200),
        CashLine("Kreuzberg", "cash", 0, 0, 0, 0),
        CashLine("Kreuzberg", "terminal", 0, 0, 0, 0),
    ]
    assert report_cash(date(2026, 3, 1))[0] == CashLine("Mitte", "cash", 0, 0, 0, 0)


def test_what_was_delivered_and_not_recorded_is_named(orders):
    assert find_not_recorded(TODAY) == [orders[2]["number"]]
    assert find_not_recorded(date(2026, 3, 1)) == []


def test_it_takes_one_statement_however_many_orders(orders):
    report_cash(TODAY)
    with statements_sent() as sent:
        report_cash(TODAY)
    assert len(sent) == 1


def test_the_command_prints_it_as_a_table(orders):
    assert [line.split() for line in run("cash_report", "--date", "2026-03-02")] == [
        ["branch", "method", "orders", "expected", "payments", "recorded", "difference"],
        ["Mitte", "cash", "2", "24.00", "EUR", "1", "12.00", "EUR", "-12.00", "EUR"],
        ["Mitte", "terminal", "1", "12.00", "EUR", "1", "12.00", "EUR", "0.00", "EUR"],
        ["Delivered,", "and", "nothing", "recorded:", orders[2]["number"]],
    ]


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "02.03.2026"])
def test_a_day_that_is_none_is_refused(db, day):
    with pytest.raises(CommandError, match="is no day of the form 2026-05-31"):
        run("cash_report", "--date", day)


def test_the_command_records_and_says_the_change(alice, soup):
    order = delivered(alice, soup, change_from={"amount": 5000, "currency": "EUR"})

    assert run("record_payment", order["number"]) == [
        f"Order {order['number']}: 12.00 EUR by cash.", "Change: 38.00 EUR.",
    ]  # fmt: skip
    with pytest.raises(CommandError, match="The order has been paid"):
        run("record_payment", order["number"])


def test_by_terminal_there_is_no_change(alice, soup):
    order = delivered(alice, soup, change_from={"amount": 5000, "currency": "EUR"})

    assert run("record_payment", order["number"], "--method", "terminal") == [
        f"Order {order['number']}: 12.00 EUR by terminal."
    ]


def test_a_number_that_is_none_is_refused(db):
    with pytest.raises(CommandError, match="There is no order 999"):
        run("record_payment", "999")


def test_an_order_that_is_not_at_the_door_is_refused(alice, soup):
    order = place(alice, soup, total=1200)
    with pytest.raises(CommandError, match="Money is recorded when the order is handed over"):
        run("record_payment", order["number"])
