"""Erasing, and something else of the same customer at the same moment: one of the two comes first, and nothing that
tells of an erased customer is left behind, whichever it was.

Each pair in both orders: the first one is stopped in the midst of its writing until the second one waits for it, or is
done.
"""

import pytest

from accounts.models import Customer
from orders.models import Order
from tests.accounts.erasing import Busy, assert_erased, one_in_the_midst, outcome
from tests.factories import make_branch, make_product, put_in_stock
from tests.orders.steps import advance, row
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

# What erasing writes last, when all else is gone already.
LAST = "accounts_customer"


@pytest.fixture
def alice() -> Busy:
    soup = make_product("soup")
    put_in_stock(make_branch(), soup=10)
    return Busy(soup)


def test_an_order_that_is_being_placed_comes_first_and_erasing_is_refused(alice):
    placed, erased = one_in_the_midst(alice.order, alice.erase, writing="orders_order")
    assert (placed.status, outcome(erased)) == (201, (409, "order_running"))
    assert [order["id"] for order in erased.json["orders"]] == [placed.json["id"]]
    assert Customer.objects.get().login == "alice"
    assert alice.api.get("orders").json["data"][0]["comment"] == "Bitte klopfen"


def test_an_order_that_comes_while_erasing_is_not_placed(alice):
    erased, placed = one_in_the_midst(alice.erase, alice.order, writing=LAST)
    assert (erased.status, outcome(placed)) == (204, (401, "token_invalid"))
    assert not Order.objects.exists()
    assert_erased()


@pytest.mark.parametrize(
    ("act", "writing", "statuses"),
    [
        (Busy.enter, "accounts_session", [200]),
        (Busy.move, "accounts_address", [201]),
        (Busy.rename, "accounts_customer", [200]),
        (Busy.change_email, "accounts_code", [202]),
        (Busy.refresh, "accounts_session", [200, 401]),  # it reads again what it has written
    ],
)
def test_what_is_under_way_is_erased(alice, act, writing, statuses):
    acted, erased = one_in_the_midst(lambda: act(alice), alice.erase, writing=writing)
    assert acted.status in statuses
    assert erased.status == 204
    assert_erased()


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (Busy.enter, (401, "credentials_invalid")),
        (Busy.move, (401, "token_invalid")),
        (Busy.rename, (401, "token_invalid")),
        (Busy.change_email, (401, "token_invalid")),
        (Busy.refresh, (401, "token_invalid")),
        (Busy.erase, (401, "token_invalid")),
    ],
)
def test_what_comes_while_erasing_is_refused_and_leaves_nothing(alice, act, refusal):
    erased, acted = one_in_the_midst(alice.erase, lambda: act(alice), writing=LAST)
    assert (erased.status, outcome(acted)) == (204, refusal)
    assert_erased()


def test_a_password_that_is_being_changed_no_longer_erases(alice):
    """What confirmed the erasure is not the password any more."""
    changed, erased = one_in_the_midst(alice.change_password, alice.erase, writing="accounts_customer")
    assert (changed.status, outcome(erased)) == (204, (422, "password_wrong"))
    assert Customer.objects.get().erased_at is None


def test_the_last_order_that_is_being_cancelled_is_still_running(alice):
    order = alice.order().json
    cancel = lambda: alice.api.cancel(order["id"], key="eine-zweite", comment="Bitte klopfen")  # noqa: E731
    cancelled, erased = one_in_the_midst(cancel, alice.erase, writing="orders_statuslogentry")
    assert (cancelled.status, outcome(erased)) == (200, (409, "order_running"))
    assert alice.erase().status == 204
    assert_erased()


def test_staff_who_correct_a_delivered_order_are_waited_for(alice):
    """It is running again, and what they wrote stands in its log."""
    order = alice.order().json
    advance(order, "cooking", "ready", "in_delivery", "delivered")
    correct = lambda: advance(order, "in_delivery", reason="Frau Alice Anders rief an")  # noqa: E731
    _, erased = one_in_the_midst(correct, alice.erase, writing="orders_statuslogentry")
    assert outcome(erased) == (409, "order_running")
    assert row(order).comment == "Bitte klopfen"
    advance(order, "delivered")
    assert alice.erase().status == 204
    assert_erased()


def test_of_several_erasures_at_once_one_is_carried_out(alice):
    advance(alice.order().json, "cancelled")
    answers = run_together(alice.erase, alice.erase, alice.erase)
    assert sorted(outcome(answer) for answer in answers) == [(204, None), *[(401, "token_invalid")] * 2]
    assert_erased()
