"""Whatever an order has been through, page and PDF say what its JSON says, and show its figures."""

import pytest
from django.utils.text import capfirst

from accounts.models import Customer
from customerbackend.money import PaymentMethod
from orders.models import Order, PaymentState
from orders.statuses import VisibleStatus
from tests.factories import make_options, make_product, put_in_stock
from tests.orders.adjustments import goodwill, remove
from tests.orders.reports.seen import Page, figures, missing, overlapping, text_of
from tests.orders.steps import NOON, PICKUP, WAYS, advance, at, courier, euro, item, place

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.fixture(autouse=True)
def in_berlin(alice) -> None:
    Customer.objects.update(time_zone="Europe/Berlin")


def seen(api, order) -> list[str]:
    """The texts of page and PDF, which show every figure of the order."""
    shown = api.get(f"orders/{order['id']}").json
    pdf = api.get(f"orders/{order['id']}/report.pdf").content
    texts = [Page(api.get(f"orders/{order['id']}/report.html").text).text, text_of(pdf)]
    assert [missing(figures(shown), text) for text in texts] == [[], []]
    assert overlapping(pdf) == []
    return texts


def assert_says(api, order, *said: str) -> None:
    for text in seen(api, order):
        assert [each for each in said if each not in text] == []


@pytest.mark.parametrize("status", WAYS)
def test_every_status_and_how_the_order_came_there(alice, soup, status):
    order = place(alice, soup, total=1200)
    advance(order, *WAYS[status])

    shown = alice.get(f"orders/{order['id']}").json
    log = " ".join(f"12:00 {capfirst(VisibleStatus(entry['status']).label)}" for entry in shown["status_log"])

    assert_says(
        alice, order, f"Progress {log}", f"{capfirst(VisibleStatus(shown['status']).label)} Placed 2 March 2026"
    )


@pytest.mark.parametrize("state", PaymentState.values)
@pytest.mark.parametrize("method", ["cash", "card"])
def test_every_state_of_the_payment(alice, soup, method, state):
    order = place(alice, soup, total=1200)
    paid = {"paid": 1200, "partly_refunded": 1200, "refunded": 1200}.get(state, 0)
    refunded = {"partly_refunded": 300, "refunded": 1200}.get(state, 0)
    Order.objects.update(
        payment_method=method,
        payment_state=state,
        amount_paid=paid,
        amount_refunded=refunded,
        paid_at=NOON if paid else None,
        payment_due_at=NOON if state == "waiting" else None,
    )

    said = [f"Method {capfirst(PaymentMethod(method).label)}", f"State {capfirst(PaymentState(state).label)}"]
    said += ["Payment due 12:00"] * (state == "waiting") + ["Paid at 12:00"] * bool(paid)
    said += [f"Refunded €{refunded / 100:.2f}"] * bool(refunded)

    assert_says(alice, order, *said)
    assert all(("Refunded €" in text) == bool(refunded) for text in seen(alice, order))


def test_change_of_a_note(alice, soup):
    assert_says(alice, place(alice, soup, total=1200, change_from=euro(5000)), "Change from €50.00")


def test_a_courier_finds_the_place(alice, soup):
    spot = courier()["place"] | {
        "apartment": "7b", "entrance": "left", "floor": "4", "door_code": "1#2", "leave_at_door": True,
        "comment": "Behind the yard", "latitude": 52.5, "longitude": 13.4,
    }  # fmt: skip
    order = place(
        alice,
        soup,
        total=1200,
        delivery=courier(
            place=spot, contact={"name": "Chris", "phone": "+493023125007"}, requested_at=at(hours=2, minutes=30)
        ),
    )

    assert_says(
        alice, order, "Method Courier", "Wanted for 14:30", "Address Ackerstr. 1, 10115 Berlin", "Entrance left",
        "Floor 4", "Apartment 7b", "Door code 1#2", "Comment Behind the yard", "Leave at the door yes",
        "Coordinates 52.5, 13.4", "Contact Chris, +493023125007", "Tax of 19% contained, net €1.68",
    )  # fmt: skip


def test_pickup_has_no_place_and_no_fee(alice, soup):
    order = place(alice, soup, total=1000, delivery=PICKUP, comment="No onions, please")
    assert_says(alice, order, "Method Pickup", "Comment No onions, please")
    assert all("Address Invalidenstr. 1, 10115 Berlin" in text for text in seen(alice, order))
    assert not any("Ackerstr" in text or "Courier" in text for text in seen(alice, order))


def test_what_was_removed_or_let_off_and_why(alice, soup):
    order = place(alice, item(soup, 3), total=3200)
    remove(order, 2, reason="sold out")
    goodwill(order, 250, reason="it was cold <3")

    assert_says(
        alice, order, "2 removed", "Item removed", "sold out · 12:00", "−€20.00", "Goodwill", "it was cold <3 · 12:00",
        "−€2.50", "Owed", "€9.50",
    )  # fmt: skip


def test_a_cancelled_order_owes_nothing(alice, soup):
    order = place(alice, soup, total=1200)
    assert alice.cancel(order["id"], reason="too_slow", comment="An hour!").status == 200

    assert_says(alice, order, "Cancelled", "−€12.00", "Owed", "€0.00")
    assert not any("not yet" in text for text in seen(alice, order))


def test_options_notes_and_who_sold_it(alice, branch):
    extras = make_options("extras", {"cheese": 100, "free": 0}, max=2)
    pizza = make_product("pizza", name="Пицца «Маргарита»", groups=(extras,))
    put_in_stock(branch, pizza=5)
    ids = [str(option.id) for option in extras.options.all()]
    order = place(alice, item(pizza, 2, option_ids=ids, note="ohne <b>Rand</b>"), total=2400)

    assert_says(
        alice, order, "Пицца «Маргарита»", "Cheese +€1.00", "Free", "“ohne <b>Rand</b>”", "Name Kitchen GmbH",
        "Tax id DE123456789", "Address Invalidenstr. 1, 10115 Berlin", "Contains no allergens",
    )  # fmt: skip
