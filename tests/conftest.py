"""Actors and a small company for every test. Alice is the customer, Bob is always the stranger."""

import pytest

from catalog.models import Branch, Product
from tests.clients import Api, signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock


@pytest.fixture
def anybody(db: None) -> Api:
    """Somebody who is not signed in."""
    return Api()


@pytest.fixture
def alice(db: None) -> Api:
    return signed_in(make_customer("alice"))


@pytest.fixture
def bob(db: None) -> Api:
    return signed_in(make_customer("bob"))


@pytest.fixture
def branch(db: None) -> Branch:
    """Open round the clock, delivers to 101xx for 2.00 EUR, does not restock."""
    return make_branch()


@pytest.fixture
def soup(branch: Branch) -> Product:
    """10.00 EUR, one piece of soup a portion, 100 in stock."""
    product = make_product("soup")
    put_in_stock(branch, soup=100)
    return product
