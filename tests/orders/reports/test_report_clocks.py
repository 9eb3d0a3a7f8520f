"""Three clocks for cooking and three for handing over: first promised, last promised, actual."""

import pytest

from orders.reports.content import describe_report
from tests.orders.reports.samples import line, order_of, subject_of
from tests.orders.steps import at

SOUP = line("Soup", 1000)


def clocks(order, **changes):
    return describe_report(subject_of(order, **changes)).clocks


def told(row):
    return [(clock.label, clock.time, clock.note, clock.look) for clock in row.clocks]


def test_what_was_promised_stands_beside_what_happened():
    cooking, delivery = clocks(order_of(SOUP))
    assert cooking.title == "Cooking"
    assert told(cooking) == [
        ("First promised", "12:16", "", ""),
        ("Last promised", "12:19", "+3\u00a0min", ""),
        ("Actual", "12:19", "+3\u00a0min", "bad"),
    ]
    assert delivery.title == "Delivery"
    assert told(delivery) == [
        ("First promised", "12:43", "", ""),
        ("Last promised", "12:46", "+3\u00a0min", ""),
        ("Actual", "12:41", "−2\u00a0min", "good"),
    ]


def test_below_stands_what_it_was_reckoned_from():
    cooking, delivery = clocks(order_of(SOUP))
    assert cooking.note.replace("\u00a0", " ") == "Wait 4 min · Cooking 12 min"
    assert delivery.note.replace("\u00a0", " ") == (
        "Expected 12:36 · Window 12:31–12:46 · Courier wait 5 min · Travel 10 min"
    )


def test_hands_point_where_they_do_on_a_clock():
    _cooking, delivery = clocks(order_of(SOUP))
    first, _last, actual = delivery.clocks
    assert (first.hour, first.minute) == (21, 258)  # 12:43
    assert (actual.hour, actual.minute) == (20, 246)  # 12:41


def test_seconds_are_not_counted_where_they_are_not_shown():
    order = order_of(SOUP)
    order["estimates"] |= {"first_delivered_to": at(minutes=41, seconds=1)}
    order["times"] |= {"delivered_at": at(minutes=41, seconds=59)}
    assert told(clocks(order)[1])[2] == ("Actual", "12:41", "on time", "good")


@pytest.mark.parametrize(
    ("status", "note"), [("cooking", "not yet"), ("cancelled", ""), ("undelivered", ""), ("delivered", "")]
)
def test_what_has_not_happened_has_no_hands(status, note):
    order = order_of(SOUP, status=status)
    order["times"] |= {"cooked_at": None, "delivered_at": None}
    for row in clocks(order):
        actual = row.clocks[2]
        assert (actual.time, actual.note, actual.hour, actual.minute) == ("–", note, None, None)


def test_they_are_the_customers_not_the_branchs():
    cooking, delivery = clocks(order_of(SOUP), time_zone="Asia/Tokyo")
    assert [clock.time for clock in cooking.clocks] == ["20:16", "20:19", "20:19"]
    assert delivery.note.replace("\u00a0", " ").startswith("Expected 20:36 · Window 20:31–20:46")


def test_what_is_tomorrow_says_so():
    order = order_of(SOUP)
    order["estimates"] |= {"first_delivered_to": at(hours=13), "delivered_to": at(hours=13)}
    assert [clock.day for clock in clocks(order)[1].clocks] == ["3 March", "3 March", ""]


def test_pickup_is_fetched_and_has_no_courier():
    order = order_of(SOUP, fee=0)
    order["delivery"] |= {"method": "pickup", "place": None}
    order["estimates"] |= {"courier_wait_seconds": None, "travel_seconds": None}
    _cooking, pickup = clocks(order)
    assert pickup.title == "Pickup"
    assert pickup.note.replace("\u00a0", " ") == "Expected 12:36 · Window 12:31–12:46"
