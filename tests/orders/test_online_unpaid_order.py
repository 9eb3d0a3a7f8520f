"""One order that waits for payment is enough: it holds stock that nobody has paid for."""

import pytest

from orders.models import Order
from tests.clients import signed_in
from tests.factories import make_customer, order_body
from tests.orders.steps import NOON, advance, at, courier, nothing_written, place
from tests.problems import assert_problem
from tests.threads import run_together

ONLINE = ["card", "qr"]


@pytest.mark.django_db
@pytest.mark.parametrize("first", ONLINE)
@pytest.mark.parametrize("second", ONLINE)
def test_a_second_one_is_refused_with_the_first_ones_id(alice, soup, first, second):
    waiting = place(alice, soup, total=1200, payment_method=first)
    with nothing_written():
        answer = alice.place(order_body(soup, total=1200, payment_method=second))
    assert assert_problem(answer, 409, "unpaid_order_exists")["order_id"] == waiting["id"]


@pytest.mark.django_db
@pytest.mark.time_machine(NOON, tick=False)
def test_one_for_later_is_an_order_like_any_other(alice, soup):
    later = courier(requested_at=at(hours=3))
    waiting = place(alice, soup, total=1200, payment_method="card", delivery=later)
    answer = alice.place(order_body(soup, total=1200, payment_method="card"))
    assert assert_problem(answer, 409, "unpaid_order_exists")["order_id"] == waiting["id"]
    answer = alice.place(order_body(soup, total=1200, payment_method="card", delivery=later))
    assert assert_problem(answer, 409, "unpaid_order_exists")["order_id"] == waiting["id"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["cash", "terminal"])
def test_one_that_is_paid_at_the_door_may_stand_beside_it(alice, soup, method):
    place(alice, soup, total=1200, payment_method="card")
    assert place(alice, soup, total=1200, payment_method=method)["status"] == "processing"
    assert place(alice, soup, total=1200, payment_method=method)["status"] == "processing"


@pytest.mark.django_db
def test_bobs_stands_in_nobodys_way_but_his(alice, bob, soup):
    place(bob, soup, total=1200, payment_method="card")
    assert place(alice, soup, total=1200, payment_method="card")["status"] == "waiting_for_payment"


@pytest.mark.django_db
def test_once_it_is_cancelled_another_may_be_placed(alice, soup):
    first = place(alice, soup, total=1200, payment_method="card")
    assert alice.cancel(first["id"]).status == 200
    assert place(alice, soup, total=1200, payment_method="card")["status"] == "waiting_for_payment"


@pytest.mark.django_db
def test_cancelled_by_staff_it_is_no_longer_in_the_way(alice, soup):
    advance(place(alice, soup, total=1200, payment_method="card"), "cancelled")
    assert place(alice, soup, total=1200, payment_method="qr")["status"] == "waiting_for_payment"


@pytest.mark.django_db
def test_a_refused_one_may_be_sent_again_with_its_key(alice, soup):
    first = place(alice, soup, total=1200, payment_method="card")
    body = order_body(soup, total=1200, payment_method="card")
    assert_problem(alice.place(body, key="k"), 409, "unpaid_order_exists")
    alice.cancel(first["id"])
    answer = alice.place(body, key="k")
    assert (answer.status, answer.headers.get("Idempotent-Replayed")) == (201, None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", [2, 10])
def test_of_several_at_once_one_is_placed_and_the_others_are_told_which(soup, times):
    for number in range(3):
        alice = signed_in(make_customer(f"alice{number}"))
        body = order_body(soup, total=1200, payment_method="card")

        answers = run_together(*[lambda alice=alice, body=body: alice.place(body)] * times)

        placed = [answer.json["id"] for answer in answers if answer.status == 201]
        refused = [answer for answer in answers if answer.status != 201]
        assert (len(placed), len(refused)) == (1, times - 1)
        for answer in refused:
            assert assert_problem(answer, 409, "unpaid_order_exists")["order_id"] == placed[0]
        assert [str(order.id) for order in Order.objects.filter(customer=alice.customer)] == placed


@pytest.mark.django_db(transaction=True)
def test_at_once_with_one_at_the_door_both_are_placed(soup):
    alice = signed_in(make_customer("alice"))
    bodies = [order_body(soup, total=1200, payment_method=method) for method in ("card", "cash")]
    answers = run_together(*[lambda body=body: alice.place(body) for body in bodies])
    assert [answer.status for answer in answers] == [201, 201]
