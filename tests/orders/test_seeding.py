"""A seeded history is as good as one that has been: every constraint holds, every sum is right, and nothing is open."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from accounts.models import Address, Customer
from catalog.models import Branch, Reservation, StockMovement
from catalog.stock import find_contradictions
from customerbackend.ids import new_id
from customerbackend.money import included_tax
from notifications.models import Message
from orders.models import Estimate, Order, OrderAdjustment, OrderCharge, OrderEvent, OrderLine, StatusLogEntry
from orders.statuses import TIMESTAMPS, TRANSITIONS, Status
from tests.clients import signed_in
from tests.factories import make_product, put_in_stock
from tests.orders.steps import NOON, PICKUP, item, place

pytestmark = pytest.mark.time_machine(NOON, tick=False)


@pytest.fixture
def orders(history, db):
    return list(Order.objects.order_by("placed_at", "id").prefetch_related("lines", "charge_rows", "adjustments"))


def test_as_many_as_were_asked_for_by_as_many_customers(orders):
    assert len(orders) == 300
    customers = Customer.objects.order_by("created_at", "id")
    assert sorted(customer.login for customer in customers) == sorted(f"seed-{n}" for n in range(1, 13))
    assert {customer.email for customer in customers} == {f"seed-{n}@example.com" for n in range(1, 13)}
    assert {customer.password for customer in customers} == {None}
    assert Address.objects.filter(is_default=True).count() == 12
    for order in orders:
        assert order.customer.created_at < order.placed_at


def test_items_and_charges_are_the_total_with_its_tax_and_what_was_let_off_is_not_owed(orders):
    for order in orders:
        lines, charges = list(order.lines.all()), list(order.charge_rows.all())
        assert order.items_total == sum(line.total for line in lines)
        assert order.total == order.items_total + sum(charge.amount for charge in charges)
        assert order.owed == order.total + sum(adjustment.amount for adjustment in order.adjustments.all())
        assert all(row.tax == included_tax(gross, row.tax_rate_bps) for row, gross in [
            *((line, line.total) for line in lines), *((charge, charge.amount) for charge in charges),
        ])  # fmt: skip
        by_rate = Counter[int]()
        for row in (*lines, *charges):
            by_rate[row.tax_rate_bps] += row.tax
        assert {part["rate_bps"]: part["tax"]["amount"] for part in order.tax} == by_rate
        assert [(each["id"], each["total"]["amount"], each["quantity_removed"]) for each in order.items] == [
            (str(line.id), line.total, line.quantity_removed) for line in lines
        ]
    assert OrderLine.objects.filter(quantity_removed__gt=0).count() <= OrderAdjustment.objects.count()


def test_all_have_come_to_their_end_most_of_them_well(orders):
    ends = Counter(order.status for order in orders)
    assert ends.keys() <= {"delivered", "undelivered", "cancelled"}
    assert ends["delivered"] > 0.85 * 300
    assert ends["cancelled"] > 0
    assert {order.payment_method for order in orders} == {"cash", "terminal"}
    for order in orders:
        assert order.payment_state == ("cancelled" if order.status == "cancelled" else "due_on_delivery")
        assert (order.amount_paid, order.amount_refunded, order.payment_due_at, order.paid_at) == (0, 0, None, None)
        assert order.owed == 0 or order.status == "delivered"
        assert order.placed_at < timezone.now() - timedelta(hours=8)
        assert order.change_from is None or order.change_from >= order.total


def test_the_log_goes_ways_that_there_are_and_the_timestamps_are_its(orders):
    for order in orders:
        entries = list(order.log.order_by("recorded_at", "id"))
        way = [Status(entry.status) for entry in entries]
        assert (way[0], way[-1]) == (Status.ACCEPTED, order.status)
        assert all(to in TRANSITIONS[origin] for origin, to in pairwise(way))
        moments = {TIMESTAMPS[status]: entry.happened_at for status, entry in zip(way, entries, strict=True)}
        assert list(moments.values()) == sorted(moments.values())
        for column in {*TIMESTAMPS.values()} - {"placed_at"}:
            assert getattr(order, column) == moments.get(column)
        assert order.placed_at == order.accepted_at
        assert order.status_changed_at == entries[-1].happened_at
        assert order.version == len(way) + sum(1 for it in order.adjustments.all() if it.kind != "cancelled")
        assert [entry.is_visible for entry in entries] == [s not in ("restocking", "picking") for s in way]


def test_what_was_promised_is_kept_as_estimates(orders):
    estimates = Estimate.objects.order_by("made_at", "id")
    for order in orders:
        made = list(estimates.filter(order=order))
        assert [each.why for each in made] == ["placed", "cooking"][: 1 if order.status == "cancelled" else 2]
        first, last = made[0], made[-1]
        assert (first.made_at, last.made_at) == (order.placed_at, order.cooking_started_at or order.placed_at)
        assert (order.first_cooked_at, order.first_delivered_to) == (first.cooked_at, first.delivered_to)
        assert (order.estimated_cooked_at, order.estimated_delivered_at) == (last.cooked_at, last.delivered_at)
        assert (order.estimated_delivered_from, order.estimated_delivered_to) == (
            last.delivered_from,
            last.delivered_to,
        )
        assert order.wait_seconds == last.wait_seconds
        assert last.cooking_seconds == order.cooking_seconds
        assert (last.travel_seconds is None) == (order.delivery_method == "pickup")


def test_each_customer_s_events_are_numbered_without_gaps_as_they_happened(orders):
    for customer in Customer.objects.all():
        events = list(OrderEvent.objects.filter(customer_id=customer.id).order_by("number"))
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        assert [event.at for event in events] == sorted(event.at for event in events)
    for order in orders:
        events = list(OrderEvent.objects.filter(order=order).order_by("number"))
        seen = [entry.happened_at for entry in order.log.filter(is_visible=True).order_by("recorded_at", "id")]
        assert [event.at for event in events if event.type != "order.adjusted"] == seen
        assert events[0].type == "order.placed"
        assert (events[-1].owed, events[-1].payment_state) == (order.owed, order.payment_state)
        assert events[0].owed == order.total
        adjusted = [event for event in events if event.type == "order.adjusted"]
        assert len(adjusted) == sum(1 for it in order.adjustments.all() if it.kind != "cancelled")


def test_ids_and_numbers_are_of_the_real_kind(orders):
    assert sorted(orders, key=lambda order: order.id) == orders
    assert all(order.id.version == 7 for order in orders)
    assert abs(int(orders[0].id.hex[:12], 16) / 1000 - orders[0].placed_at.timestamp()) < 0.002
    tables = (OrderLine, OrderCharge, StatusLogEntry, Estimate, OrderAdjustment, OrderEvent)
    rows = [row for table in tables for row in table.objects.all()]
    assert {row.id.version for row in rows} == {7}
    assert orders[-1].id < new_id()

    made = make_product("tea", price=1500)
    put_in_stock(Branch.objects.get(name="Mitte"), tea=1)
    alice = signed_in(Customer.objects.first())
    new = place(alice, made, total=1500, delivery=PICKUP)
    assert new["number"] not in {order.number for order in orders}
    assert alice.get("orders?limit=1").json["data"][0]["id"] == new["id"]


def test_neither_stock_nor_messages_are_touched(orders):
    assert Reservation.objects.count() == Message.objects.count() == 0
    assert StockMovement.objects.exclude(kind="count").count() == 0
    assert find_contradictions() == []


def test_what_placing_would_have_written_is_written(orders):
    """The same basket, ordered again by its customer, makes the same row."""
    columns = (
        "items_total delivery_total total delivery_method zone_key charges tax seller demand cooking_seconds "
        "travel_seconds courier_wait_seconds work_seconds currency branch_id catalog_version contact place"
    ).split()
    compared = 0
    for order in orders[::15]:
        lines = [
            item(line.product, line.quantity, option_ids=[option["id"] for option in line.options], note=line.note)
            for line in order.lines.all()
        ]
        delivery = {"method": order.delivery_method, "branch_id": str(order.branch_id)}
        delivery |= {"place": {k: v for k, v in order.place.items() if v is not None}} if order.place else {}
        delivery |= {
            "requested_at": "2026-03-02T20:30:00Z"
        }  # when both branches are open; without stock it is for later
        alice = signed_in(order.customer)
        again = Order.objects.get(id=place(alice, *lines, total=order.total, delivery=delivery)["id"])
        for column in columns:
            assert getattr(again, column) == getattr(order, column), column
        for ours, theirs in zip(order.lines.all(), again.lines.all(), strict=True):
            for field in OrderLine._meta.concrete_fields:
                if field.name not in ("id", "order", "quantity_removed"):
                    assert getattr(ours, field.name) == getattr(theirs, field.name)
        assert [without_id(each) for each in order.items] == [without_id(each) for each in again.items]
        compared += 1
    assert compared == 20


def without_id(line):
    return {**line, "id": None, "quantity_removed": 0}


def test_sums_of_the_database_agree(orders):
    totals = Order.objects.aggregate(items=Sum("items_total"), total=Sum("total"), owed=Sum("owed"))
    assert OrderLine.objects.aggregate(sum=Sum("total"))["sum"] == totals["items"]
    assert OrderCharge.objects.aggregate(sum=Sum("amount"))["sum"] == totals["total"] - totals["items"]
    assert OrderAdjustment.objects.aggregate(sum=Sum("amount"))["sum"] == totals["owed"] - totals["total"]
    assert not OrderLine.objects.exclude(total=F("unit_price") * F("quantity")).exists()
    found = Order.objects.annotate(cancelled=Count("adjustments", filter=Q(adjustments__kind="cancelled")))
    assert not found.filter(cancelled=0, status="cancelled").exists()
