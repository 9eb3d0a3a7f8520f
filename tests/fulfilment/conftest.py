"""A kitchen's system with a key for everything, and an order of Alice's for it to work on."""

from typing import Any

import pytest

from tests.clients import Api
from tests.fulfilment.services import Service, make_service
from tests.orders.steps import place


@pytest.fixture
def kitchen(db: None) -> Service:
    """May report everything, at every branch."""
    return make_service("kitchen")


@pytest.fixture
def order(alice: Api, soup: Any) -> dict[str, Any]:
    """One soup for Alice by courier, accepted."""
    return place(alice, soup, total=1200)
