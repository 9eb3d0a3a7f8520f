"""Orders, addresses and sign-ins of a customer who is erased at the same moment, all at once, again and again."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.erasure import erase_customer
from accounts.models import Address, Session
from orders.models import Order
from tests.clients import Answer, signed_in
from tests.factories import PASSWORD, make_branch, make_customer, make_product, order_body, put_in_stock
from tests.limits import at
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

DELIVERY = {"method": "courier", "place": {"city": "Berlin", "line": "Libellenweg 3", "postal_code": "10115"}}
CONTACT = {"name": "Alice Anders", "phone": "+493023125001"}


@pytest.fixture
def soup():
    product = make_product("soup")
    put_in_stock(make_branch(), soup=5_000)
    return product


def after(seconds: float, task: Callable[..., Answer], *arguments: Any) -> Answer:
    """The task's answer, a little later."""
    time.sleep(seconds)
    return task(*arguments)


def all_at_once(soup, times: int) -> set[tuple[int, int]]:
    """Each time another Alice orders while she is erased: how often which of the two came first."""
    outcomes = set()
    for number in range(times):
        customer = make_customer(f"alice{number}")
        api, again = signed_in(customer), signed_in(customer)
        body = order_body(soup, total=1200, comment="Bitte klopfen", delivery={**DELIVERY, "contact": CONTACT})
        pause = number % 15 * 0.01  # erasing hashes the password first
        device = at(f"10.1.{number // 250}.{number % 250}")
        placed, erased, moved, entered = run_together(
            partial(after, pause, api.place, body),
            partial(again.call, "DELETE", "account", {"password": PASSWORD}),
            partial(again.post, "account/addresses", {"city": "Berlin", "line": "Libellenweg 3"}),
            partial(device.post, "auth/sign-in", {"login": f"alice{number}", "password": PASSWORD}),
        )
        outcomes.add((placed.status, erased.status))
        assert (placed.status, erased.status) in {(201, 409), (401, 204)}
        assert moved.status in (201, 401) and entered.status in (200, 401)
        customer.refresh_from_db()
        assert (customer.erased_at is not None) == (erased.status == 204)
        orders = Order.objects.filter(customer=customer)
        assert orders.count() == (1 if placed.status == 201 else 0)
        if erased.status == 204:
            assert not Address.objects.filter(customer=customer).exists()
            assert not Session.objects.filter(customer=customer).exists()
        else:
            assert orders.get().contact == CONTACT
            assert api.get("account").status == 200
    return outcomes


def test_all_at_once_a_few_times(soup):
    assert all_at_once(soup, times=4)


@pytest.mark.soak
def test_all_at_once_many_times(soup):
    assert all_at_once(soup, times=400) == {(201, 409), (401, 204)}


def placed_around_an_erasure(soup, times: int) -> set[int]:
    """Without a password to hash, so that the two really meet: the customer is erased as operators do it. How placing
    was answered.
    """
    statuses = set()
    for number in range(times):
        customer = make_customer(f"carl{number}")
        api = signed_in(customer)
        body = order_body(soup, total=1200, comment="Bitte klopfen")
        tasks = [partial(api.place, body), partial(erase_customer, customer_id=customer.id)]
        placed, refusal = run_together(*(tasks if number % 2 else reversed(tasks)))[:: 1 if number % 2 else -1]
        customer.refresh_from_db()
        assert (placed.status, getattr(refusal, "default_code", None), customer.erased_at is None) in {
            (201, "order_running", True), (401, None, False),
        }  # fmt: skip
        assert Order.objects.filter(customer=customer).exists() == (placed.status == 201)
        statuses.add(placed.status)
    return statuses


def test_placed_around_an_erasure_a_few_times(soup):
    assert placed_around_an_erasure(soup, times=12)


@pytest.mark.soak
def test_placed_around_an_erasure_many_times(soup):
    assert placed_around_an_erasure(soup, times=2_000) == {201, 401}
