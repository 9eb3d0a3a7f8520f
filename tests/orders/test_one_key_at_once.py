"""One Idempotency-Key, sent many times at the same moment."""

import pytest

from customerbackend.models import IdempotentAnswer
from notifications.models import Message
from orders.models import Order
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def soup():
    branch = make_branch()
    product = make_product("soup")
    put_in_stock(branch, soup=100)
    return product


def test_twenty_requests_with_one_key_place_one_order_and_get_one_answer(soup):
    alice = signed_in(make_customer("alice"))
    body = order_body(soup, total=1200)

    answers = run_together(*[lambda: alice.place(body, key="one intention")] * 20)

    assert [answer.status for answer in answers] == [201] * 20
    assert len({answer.text for answer in answers}) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert Order.objects.count() == 1
    assert IdempotentAnswer.objects.count() == 1
    assert Message.objects.filter(kind="order_accepted").count() == 1


def test_one_key_with_two_bodies_at_once_carries_out_one_of_them(soup):
    alice = signed_in(make_customer("alice"))
    one, two = order_body(soup, total=1200), order_body({"product_id": str(soup.id), "quantity": 2}, total=2200)

    answers = run_together(*[lambda: alice.place(one, key="k"), lambda: alice.place(two, key="k")])

    assert sorted((answer.status, answer.code) for answer in answers) == [(201, None), (422, "idempotency_key_reused")]
    assert Order.objects.count() == 1


def test_a_key_belongs_to_its_customer(soup):
    clients = [signed_in(make_customer(f"customer{number}")) for number in range(8)]

    answers = run_together(*[lambda c=c: c.place(order_body(soup, total=1200), key="same") for c in clients])

    assert [answer.status for answer in answers] == [201] * 8
    assert len({answer.json["id"] for answer in answers}) == 8


def test_cancelling_twenty_times_with_one_key_cancels_once(soup):
    alice = signed_in(make_customer("alice"))
    order = alice.place(order_body(soup, total=1200)).json

    answers = run_together(*[lambda: alice.cancel(order["id"], key="k", reason="changed_mind")] * 20)

    assert [answer.status for answer in answers] == [200] * 20
    assert len({answer.text for answer in answers}) == 1
    assert Order.objects.get().log.filter(status="cancelled").count() == 1
    assert Order.objects.get().adjustments.count() == 1
