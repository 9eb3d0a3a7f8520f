"""`simulate_fulfilment`: moves what is due, has the demo customers order over HTTP, and ends when it is asked to."""

import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from orders.models import Order, OrderLine
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.steps import advance, place, row
from tests.processes import environment_here
from tests.servers import wait_until

AT_ONCE = ("--speed", "1e15", "--absent", "0")
BASE_DIR = Path(__file__).resolve().parent.parent.parent


def simulate(*arguments):
    out, err = StringIO(), StringIO()
    call_command("simulate_fulfilment", "--every", "0", *AT_ONCE, *arguments, stdout=out, stderr=err)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


def test_it_says_what_it_moves(alice, soup):
    order = place(alice, soup, total=1200)
    advance(order, "cooking")

    assert simulate() == (
        [f"Order {order['number']}: {to}." for to in ("ready", "in_delivery", "delivered")],
        [],
    )
    assert simulate() == ([], [])


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "inf", "nan"])
def test_a_pace_is_above_zero(db, speed):
    for option in ("--speed", "--orders-per-minute"):
        with pytest.raises(CommandError, match=f"{speed} is not a number above zero"):
            call_command("simulate_fulfilment", option, speed)


@pytest.mark.parametrize("share", ["-0.1", "1.1", "some", "nan"])
def test_a_share_is_from_zero_to_one(db, share):
    with pytest.raises(CommandError, match=f"{share} is not a number from 0 to 1"):
        call_command("simulate_fulfilment", "--absent", share)


@pytest.mark.django_db(transaction=True)
def test_the_demo_customers_order_over_http(live_server, settings):
    settings.PUBLIC_URL = live_server.url
    call_command("load_demo", stdout=StringIO())

    said, refused = simulate("--orders-per-minute", "1")

    assert refused == []
    order = Order.objects.get()
    assert said[0] == f"Order {order.number}: placed."
    assert said[-1] == f"Order {order.number}: {order.status}."
    assert order.status == "delivered"
    assert order.customer.login in ("alice", "bob")
    assert order.payment_method in ("cash", "terminal")
    assert OrderLine.objects.filter(order=order).exists()


@pytest.mark.django_db(transaction=True)
def test_what_the_product_refuses_is_told_and_the_rest_goes_on(live_server, settings):
    settings.PUBLIC_URL = live_server.url
    soup = make_product("soup")
    put_in_stock(make_branch(), soup=1)
    order = place(signed_in(make_customer("carol")), soup, total=1200)

    said, refused = simulate("--orders-per-minute", "1")

    assert refused == ["simulate_fulfilment: not ordered: nothing is available"]
    assert len(said) == 5
    assert row(order).status == "delivered"

    settings.PUBLIC_URL = "http://127.0.0.1:9"
    assert simulate("--orders-per-minute", "1")[1] == [
        "simulate_fulfilment: not ordered: http://127.0.0.1:9/api/v1/ does not answer: ConnectionError"
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.soak)])
def test_it_stays_until_it_is_asked_to_end(name):
    soup = make_product("soup")
    put_in_stock(make_branch(), soup=9)
    alice = signed_in(make_customer("alice"))
    first = row(place(alice, soup, total=1200))
    command = [sys.executable, "manage.py", "simulate_fulfilment", *AT_ONCE, "--every", "0.01"]
    process = subprocess.Popen(
        command, cwd=BASE_DIR, env=environment_here(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        closed = Order.objects.filter(status="delivered")
        wait_until(lambda: process.poll() is not None or closed.filter(id=first.id).exists())
        second = row(place(alice, soup, total=1200))
        wait_until(lambda: process.poll() is not None or closed.filter(id=second.id).exists())
        process.send_signal(name)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()

    assert (process.returncode, err) == (0, "")
    assert len(out.splitlines()) == 10
