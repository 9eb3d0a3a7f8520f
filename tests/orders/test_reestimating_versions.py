"""What a new estimate costs and shows: the order's version, its tags, and as many statements however much there is."""

import pytest

from orders.delaying import delay_order
from orders.lifecycle import move_order
from orders.statuses import Status
from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.orders.steps import CHEF, advance, place, row
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db(transaction=True)

WAY = ("restocking", "picking", "cooking", "ready", "in_delivery")


@pytest.fixture
def alice():
    return signed_in(make_customer("alice"))


@pytest.fixture
def soup():
    branch = make_branch()
    product = make_product("soup")
    put_in_stock(branch, soup=1000)
    return product


def test_every_new_estimate_raises_the_version_once_and_changes_the_tags(alice, soup):
    order = place(alice, soup, total=1200)
    paths = [f"orders/{order['id']}", f"orders/{order['id']}/status", "orders/current", "orders"]
    tags = {path: {alice.get(path).headers["ETag"]} for path in paths}

    for version, status in enumerate(WAY, 2):
        advance(order, status)
        assert row(order).version == version
        for path in paths:
            tag = alice.get(path).headers["ETag"]
            assert tag not in tags[path]
            tags[path].add(tag)


def statements_of_each_move(alice, soup):
    """How many statements each move of a new order takes, and delaying it at last."""
    order, counts = row(place(alice, soup, total=1200)), []
    for status in WAY:
        with statements_sent() as sent:
            move_order(order_id=order.id, to=Status(status), actor=CHEF)
        counts.append(len(sent))
    with statements_sent() as sent:
        delay_order(order_id=order.id, minutes=5)
    return [*counts, len(sent)]


def test_a_move_takes_as_many_statements_however_long_the_queue_is(alice, soup):
    statements_of_each_move(alice, soup)  # from here on the plans and the menu are known
    alone = statements_of_each_move(alice, soup)
    for _ in range(10):
        advance(place(alice, soup, total=1200), "cooking", "ready", "in_delivery")
        place(alice, soup, total=1200)

    assert statements_of_each_move(alice, soup) == alone
    assert max(alone) <= 16
