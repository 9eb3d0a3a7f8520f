"""What stands in an export of the history: a row an order, as people read it, and nothing that is a formula."""

import pytest

from accounts.models import Customer
from orders.exporting import write_cells
from orders.models import Order
from tests.factories import make_options, make_product, put_in_stock
from tests.orders.adjustments import goodwill, remove
from tests.orders.exports import TITLES, cells, export
from tests.orders.past import delivered, line, live_in, local, utc
from tests.orders.steps import NOON, PICKUP, WAYS, advance, at, item, place


@pytest.mark.time_machine(NOON, tick=False)
def test_an_order_is_a_row(alice, branch, soup):
    live_in(alice, "Europe/Berlin")
    extras = make_options("extras", {"cheese": 100})
    pizza = make_product("pizza", groups=(extras,))
    put_in_stock(branch, pizza=9)
    wanted = item(pizza, 2, option_ids=[str(extras.options.get().id)])
    order = place(alice, wanted, item(soup, 3), total=5400)
    remove(order, 1, line=1)
    goodwill(order, 150)
    advance(order, *WAYS["delivered"])
    Order.objects.filter(id=order["id"]).update(amount_paid=5000, amount_refunded=750)

    assert export(alice) == [
        {
            "Number": order["number"], "Placed": "2026-03-02 12:00:00", "Offset from UTC": "UTC+01:00",
            "Time zone": "Europe/Berlin", "Status": "delivered", "Items": "4",
            "What": "2 × Pizza (Cheese); 2 × Soup", "Total": "54.00", "Owed": "42.50", "Paid": "50.00",
            "Refunded": "7.50", "Currency": "EUR", "Payment": "cash at the door", "Delivery": "courier",
            "Place": "Ackerstr. 1, 10115 Berlin", "Wanted for": "", "Delivered": "2026-03-02 12:00:00",
            "Cancelled": "", "Id": order["id"],
        }
    ]  # fmt: skip


@pytest.mark.time_machine(NOON, tick=False)
def test_a_pickup_for_later_that_was_cancelled(alice, soup):
    order = place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": at(hours=5)})
    assert alice.cancel(order["id"]).status == 200

    [row] = export(alice)

    assert (row["Status"], row["Delivery"], row["Place"]) == ("cancelled", "pickup", "Mitte")
    assert (row["Wanted for"], row["Delivered"], row["Cancelled"]) == ("2026-03-02 16:00:00", "", "2026-03-02 11:00:00")
    assert (row["Total"], row["Owed"]) == ("10.00", "0.00")


def test_the_file_is_what_spreadsheets_open(alice_at):
    alice = alice_at("2026-03-01T23:30:00Z")
    live_in(alice, "Europe/Berlin")  # where it is the second

    answer = alice.get("orders/export.csv")

    assert answer.content == b"\xef\xbb\xbf" + ",".join(TITLES).encode() + b"\r\n"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="orders-2026-03-02.csv"'
    assert answer.headers["Content-Language"] == "en"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_it_is_in_the_customers_language(alice, soup):
    order = place(alice, soup, total=1200)
    delivered(order, utc("2026-04-01 10:00"))
    Customer.objects.filter(id=alice.customer.id).update(language="ru")

    answer = alice.get("orders/export.csv", accept_language="en")

    assert answer.headers["Content-Language"] == "ru"
    found = cells(answer.text)
    assert found[0] != TITLES
    assert {row[4] for row in found[1:]} == {"обрабатывается", "доставлен"}


@pytest.mark.parametrize(
    ("zone", "moment", "shown", "offset"),
    [
        ("UTC", utc("2026-07-01 12:00"), "2026-07-01 12:00:00", "UTC+00:00"),
        ("Europe/Berlin", local("2026-10-25 02:30", "Europe/Berlin"), "2026-10-25 02:30:00", "UTC+02:00"),
        ("Europe/Berlin", local("2026-10-25 02:30", "Europe/Berlin", 1), "2026-10-25 02:30:00", "UTC+01:00"),
        ("Asia/Kathmandu", utc("2026-07-01 12:00"), "2026-07-01 17:45:00", "UTC+05:45"),
        ("America/St_Johns", utc("2026-01-01 12:00"), "2026-01-01 08:30:00", "UTC-03:30"),
        ("CET", utc("2026-07-01 12:00"), "2026-07-01 14:00:00", "UTC+02:00"),
    ],
)
def test_times_are_those_of_the_customers_clock(alice, soup, zone, moment, shown, offset):
    live_in(alice, zone)
    delivered(place(alice, soup, total=1200), moment)

    row = export(alice, "status=delivered")[0]

    assert (row["Placed"], row["Offset from UTC"], row["Time zone"]) == (shown, offset, zone)


@pytest.mark.parametrize(
    "evil",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", '=HYPERLINK("http://x","y")'],
)
def test_what_would_be_a_formula_is_text(alice, soup, evil):
    there = {"place": {"city": "Berlin", "line": evil, "postal_code": None}}
    delivered(place(alice, soup, total=1200), utc("2026-04-01 10:00"), **there)

    [row] = export(alice, "status=delivered")

    assert row["Place"] == f"'{evil}, Berlin"
    assert cells("\ufeff" + write_cells([[evil, "plain", ""]])) == [[f"'{evil}", "plain", ""]]


def test_what_is_strange_comes_back_as_it_was(alice, soup):
    strange = 'a "quoted", and; a\nline\r\nand 🍕 = ünïcödé'
    delivered(place(alice, soup, total=1200), utc("2026-04-01 10:00"), items=[line(strange, quantity=2)])

    [row] = export(alice, "status=delivered")

    assert row["What"] == f"2 × {strange}"


def test_what_was_taken_out_is_not_named(alice, soup):
    lines = [line("Soup", quantity=3, removed=1), line("Bread", quantity=2, removed=2)]
    delivered(place(alice, soup, total=1200), utc("2026-04-01 10:00"), items=lines)

    [row] = export(alice, "status=delivered")

    assert (row["Items"], row["What"]) == ("2", "2 × Soup")


def test_no_internal_status_is_told(alice, soup):
    order = place(alice, soup, total=1200)
    for status in ("accepted", "restocking", "picking"):
        Order.objects.filter(id=order["id"]).update(status=status)
        answer = alice.get("orders/export.csv")
        assert cells(answer.text)[1][4] == "processing"
        assert not [word for word in ("restocking", "picking", "accepted", "warehouse") if word in answer.text]
        assert alice.get(f"orders/export.csv?status={status}").status == 400
        assert [row["Status"] for row in export(alice, "status=processing")] == ["processing"]
