"""What operators move by hand: `advance_order`, with the refusals of the lifecycle in one line each."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Customer, User
from catalog.models import Product
from tests.orders.steps import courier, place, row


def advance_by_hand(number: str, *arguments: str) -> str:
    out = StringIO()
    call_command("advance_order", number, *arguments, stdout=out)
    return out.getvalue()


def test_it_moves_an_order_as_staff(alice, soup):
    order = place(alice, soup, total=1200)

    assert advance_by_hand(order["number"], "cooking") == f"Order {order['number']} is cooking.\n"

    entry = row(order).log.last()
    assert (entry.status, entry.actor_kind, entry.actor) == ("cooking", "staff", "advance_order")


def test_a_refused_move_says_why_and_what_is_possible(alice, soup):
    order = place(alice, soup, total=1200)

    with pytest.raises(CommandError) as refused:
        advance_by_hand(order["number"], "delivered")

    assert str(refused.value) == (
        f"Order {order['number']} is accepted. From its present status the order cannot go to that one. "
        "Possible: restocking, picking, cooking, cancelled."
    )
    assert row(order).version == 1


def test_an_exception_needs_a_reason(alice, soup):
    order = place(alice, soup, total=1200)
    advance_by_hand(order["number"], "cooking")

    with pytest.raises(CommandError, match="Say why: this step is an exception"):
        advance_by_hand(order["number"], "cancelled")
    advance_by_hand(order["number"], "cancelled", "--reason", "oven broke")

    assert row(order).log.last().reason == "oven broke"


def test_why_it_was_not_delivered_is_one_of_the_reasons(alice, soup):
    order = place(alice, soup, total=1200)
    for status in ("cooking", "ready", "in_delivery"):
        advance_by_hand(order["number"], status)

    with pytest.raises(CommandError, match="Possible: customer_absent, refused, wrong_address, age_check, courier"):
        advance_by_hand(order["number"], "undelivered", "--reason", "rain")
    advance_by_hand(order["number"], "undelivered", "--reason", "customer_absent")

    assert row(order).closed_at is not None


def test_an_order_for_later_is_accepted_by_being_released(alice, soup):
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    order = place(alice, soup, total=1200, delivery=courier(requested_at=tomorrow))
    assert order["status"] == "scheduled"

    advance_by_hand(order["number"], "accepted")

    assert row(order).status == "accepted"
    assert row(order).estimates.filter(why="released").count() == 1


def test_what_is_already_accepted_is_not_accepted_again(alice, soup):
    order = place(alice, soup, total=1200)

    with pytest.raises(CommandError, match=r"is accepted\. .* Possible: restocking, picking, cooking, cancelled\.$"):
        advance_by_hand(order["number"], "accepted")

    assert row(order).version == 1


def test_a_reason_longer_than_the_log_can_hold_is_refused(alice, soup):
    order = place(alice, soup, total=1200)

    with pytest.raises(CommandError, match="a reason has at most 300 characters"):
        advance_by_hand(order["number"], "cancelled", "--reason", "x" * 301)
    advance_by_hand(order["number"], "cancelled", "--reason", "x" * 300)

    assert row(order).log.last().reason == "x" * 300


def test_an_unknown_number_is_one_line(db):
    with pytest.raises(CommandError, match=r"^There is no order 000000000\.$"):
        advance_by_hand("000000000", "cooking")


def test_the_demo_company_is_loaded_once_however_often(db):
    for _ in range(2):
        call_command("load_demo", stdout=StringIO())

    assert sorted(Customer.objects.values_list("login", flat=True)) == ["alice", "bob"]
    assert User.objects.get().username == "staff"
    assert Product.objects.count() == 60
