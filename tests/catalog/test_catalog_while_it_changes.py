"""Loading the catalog while it is changed: never a mixture of two versions."""

import threading
from collections.abc import Iterator
from functools import partial
from itertools import count, islice

import pytest
from django.db import transaction

from catalog import loading
from catalog.loading import load_catalog, read_version
from catalog.models import Option, Product
from catalog.value import Catalog
from customerbackend.errors import ServiceUnavailable
from tests.clients import Api
from tests.factories import make_branch, make_options, make_product
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

READERS = 3
READS = 20


@pytest.fixture
def pizza() -> Product:
    """The option always costs as much as the product: every change sets both, in one transaction."""
    make_branch()
    return make_product("pizza", price=1, groups=(make_options("double", {"twice": 1}),))


def set_prices(price: int) -> None:
    with transaction.atomic():
        Product.objects.update(price=price)
        Option.objects.update(price=price)


@pytest.fixture
def let_somebody_change(monkeypatch):
    """Has prices set, by somebody else, between the reading of the options and of the products: where a mixture would
    come from.
    """

    def let(prices: Iterator[int]) -> None:
        load_option_groups = loading.load_option_groups

        def load_and_let(ingredients):
            found = load_option_groups(ingredients)
            for price in islice(prices, 1):
                run_together(partial(set_prices, price))
            return found

        monkeypatch.setattr(loading, "load_option_groups", load_and_let)

    return let


def prices_of(catalog: Catalog) -> tuple[int, int]:
    (product,) = catalog.branches[0].products.values()
    return product.price, product.groups[0].options[0].price


def test_it_is_read_as_of_the_moment_at_which_reading_began(pizza, let_somebody_change):
    version = read_version()
    let_somebody_change(count(2))

    catalog = load_catalog()

    assert prices_of(catalog) == (1, 1)
    assert catalog.version == version < read_version()


def test_inside_a_transaction_it_is_read_until_nobody_changed_it(pizza, let_somebody_change):
    let_somebody_change(iter([2, 3]))

    with transaction.atomic():
        catalog = load_catalog()

    assert prices_of(catalog) == (3, 3)
    assert catalog.version == read_version()


def test_inside_a_transaction_it_is_given_up_when_somebody_changes_it_all_the_time(pizza, let_somebody_change):
    let_somebody_change(count(2))

    with transaction.atomic(), pytest.raises(ServiceUnavailable):
        load_catalog()


def test_readers_never_see_a_mixture_while_somebody_changes_it(pizza):
    reading = threading.Semaphore(0)
    last_price = 1

    def change() -> None:
        nonlocal last_price
        for _reader in range(READERS):
            while not reading.acquire(timeout=0.001):
                last_price += 1
                set_prices(last_price)

    def read() -> list[tuple[int, int]]:
        client = Api()
        try:
            return [prices(client) for _ in range(READS)]
        finally:
            reading.release()

    fault, *seen = run_together(change, *[read] * READERS)

    assert fault is None
    assert [(a, b) for found in seen for a, b in found if a != b] == []
    assert [sorted(found) for found in seen] == seen  # nobody goes back in time
    assert prices(Api()) == (last_price, last_price)
    assert last_price > 10


def prices(client: Api) -> tuple[int, int]:
    """Of the product and of its option, as the menu shows them."""
    (product,) = client.get("menu").json["categories"][0]["products"]
    return product["price"]["amount"], product["option_groups"][0]["options"][0]["price"]["amount"]


def test_a_transaction_that_is_not_committed_is_seen_by_nobody(pizza):
    changed, looked = threading.Event(), threading.Event()

    def change() -> None:
        with transaction.atomic():
            Product.objects.update(price=77)
            changed.set()
            assert looked.wait(30)

    def look() -> int:
        assert changed.wait(30)
        try:
            return Api().get("menu").json["categories"][0]["products"][0]["price"]["amount"]
        finally:
            looked.set()

    fault, seen = run_together(change, look)

    assert (fault, seen) == (None, 1)
    assert Api().get("menu").json["categories"][0]["products"][0]["price"]["amount"] == 77
