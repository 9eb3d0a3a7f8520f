"""What a service cannot report, and what it is told instead. Nothing changes then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customerbackend.times import rfc3339
from tests.fulfilment.services import make_service
from tests.orders.steps import WAYS, advance, courier, nothing_written, place, row
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def used(kitchen, order):
    """That the key was used is noted before: nothing at all is written after."""
    assert kitchen.report(order, "accepted").status == 400


@pytest.mark.parametrize(
    ("origin", "to"),
    [("ready", "cooking"), ("in_delivery", "ready"), ("delivered", "in_delivery")],
)
def test_taking_a_step_back_is_for_staff(kitchen, order, origin, to):
    advance(order, *WAYS[origin])
    with nothing_written():
        assert_problem(kitchen.report(order, to), 409, "staff_only")
    assert row(order).status == origin


@pytest.mark.parametrize(
    ("origin", "to", "allowed"),
    [
        ("accepted", "ready", ["restocking", "picking", "cooking"]),
        ("accepted", "delivered", ["restocking", "picking", "cooking"]),
        ("restocking", "cooking", ["picking"]),
        ("cooking", "in_delivery", ["ready"]),
        ("ready", "delivered", ["in_delivery", "undelivered"]),
        ("undelivered", "delivered", []),
        ("cancelled", "cooking", []),
    ],
)
def test_what_the_table_lacks_is_refused_with_what_it_has(kitchen, order, origin, to, allowed):
    advance(order, *WAYS[origin])
    with nothing_written():
        document = assert_problem(kitchen.report(order, to), 409, "move_not_allowed")
    assert (document["order_status"], document["allowed"]) == (origin, allowed)


def test_an_order_for_later_or_one_that_waits_for_its_payment_is_nobodys_to_move(alice, kitchen, soup):
    waiting = place(alice, soup, total=1200, payment_method="qr")
    later = place(alice, soup, total=1200, delivery=courier(requested_at=rfc3339(timezone.now() + timedelta(hours=5))))
    for order, status in ((waiting, "waiting_for_payment"), (later, "scheduled")):
        document = assert_problem(kitchen.report(order, "cooking"), 409, "move_not_allowed")
        assert (document["order_status"], document["allowed"]) == (status, [])


@pytest.mark.parametrize("status", ["accepted", "cancelled", "scheduled", "processing", "", None, 7])
def test_other_statuses_are_not_a_services_to_report(kitchen, order, status):
    with nothing_written():
        answer = kitchen.report(order, status)
    assert_problem(answer, 400, "invalid_request")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/status"]


def test_undelivered_without_a_reason_is_refused_with_the_reasons(kitchen, order):
    advance(order, *WAYS["in_delivery"])
    with nothing_written():
        document = assert_problem(kitchen.report(order, "undelivered"), 422, "reason_required")
    assert document["reasons"] == ["customer_absent", "refused", "wrong_address", "age_check", "courier"]


def test_a_reason_is_one_of_the_known_and_belongs_to_undelivered(kitchen, order):
    with nothing_written():
        assert_invalid(kitchen.report(order, "undelivered", reason="dog"), ("/reason", "invalid_choice"))
        assert_invalid(kitchen.report(order, "cooking", reason="refused"), ("/reason", "not_applicable"))


def test_a_typo_does_not_pass_silently(kitchen, order):
    with nothing_written():
        assert_invalid(kitchen.report(order, "cooking", att="2026-03-02T11:00:00Z"), ("/att", "unknown_field"))


def test_being_cancelled_meanwhile_is_told(alice, order):
    kitchen = make_service("slow kitchen")
    assert alice.cancel(order["id"]).status == 200
    document = assert_problem(kitchen.report(order, "cooking"), 409, "move_not_allowed")
    assert document["order_status"] == "cancelled"
