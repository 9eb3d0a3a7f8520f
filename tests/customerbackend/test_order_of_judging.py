"""A request is judged in this order: 401, 404, 400. What comes later is not told to whom the earlier concerns."""

from uuid import uuid4

import pytest

from accounts.models import Session
from orders.models import Order
from tests.clients import Api
from tests.factories import order_body
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db

BAD_REQUESTS = [
    ("GET", "account?typo=1", None),
    ("GET", "orders?limit=x", None),
    ("GET", "orders/current?typo=1", None),
    ("GET", "orders/{order}?typo=1", None),
    ("GET", "orders/{order}/status?typo=1", None),
    ("GET", "orders/{order}/cancellation?typo=1", None),
    ("POST", "orders", "{"),
    ("POST", "orders", "{}"),
    ("POST", "orders/{order}/cancellation", "{"),
    ("POST", "orders/{order}/cancellation", '{"reason": "none of them"}'),
    ("POST", "auth/sign-out", "{"),
    ("PATCH", "orders/{order}", "{"),
    ("DELETE", "account", None),
    ("OPTIONS", "orders/{order}", None),
]
OF_AN_ORDER = [request for request in BAD_REQUESTS if "{order}" in request[1]]


@pytest.fixture
def order(alice, soup):
    return alice.place(order_body(soup, total=1200)).json["id"]


@pytest.mark.parametrize(("method", "path", "body"), BAD_REQUESTS)
def test_who_is_not_signed_in_is_told_so_first(alice, order, method, path, body):
    path = path.format(order=order)
    assert alice.call(method, path, body).status in (400, 405)
    assert_problem(Api().call(method, path, body), 401, "token_missing")
    Session.objects.filter(customer=alice.customer).delete()
    assert_problem(alice.call(method, path, body), 401, "token_invalid")
    assert_problem(Api("nonsense").call(method, path, body), 401, "token_invalid")


@pytest.mark.parametrize(("method", "path", "body"), OF_AN_ORDER)
def test_somebody_elses_order_is_not_there_whatever_is_asked_of_it(alice, bob, order, method, path, body):
    answer = bob.call(method, path.format(order=order), body)
    nobodys = bob.call(method, path.format(order=uuid4()), body)
    assert_problem(answer, 404, "not_found")
    assert_problem(nobodys, 404, "not_found")
    assert {**answer.json, "request_id": ""} == {**nobodys.json, "request_id": ""}
    assert Order.objects.get().status != "cancelled"


@pytest.mark.parametrize("path", ["auth/sign-up/{id}/verification", "auth/sign-up/{id}/code"])
@pytest.mark.parametrize("body", ["{", '{"typo": 1}', "{}"])
def test_a_sign_up_that_is_not_there_is_not_found_whatever_is_sent(anybody, path, body):
    assert_problem(anybody.call("POST", path.format(id=uuid4()), body), 404, "not_found")
    assert_problem(anybody.call("POST", path.format(id="1"), body), 404, "not_found")


def test_a_token_that_comes_along_to_sign_in_is_not_looked_at(alice):
    assert_invalid(Api("nonsense").post("auth/sign-in", {}), ("/login", "required"), ("/password", "required"))
