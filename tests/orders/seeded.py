"""A small history, and the company that it is of."""

from datetime import time
from io import StringIO
from typing import Any

from django.core.management import call_command

from catalog.models import Branch, DeliveryZone
from tests.factories import make_branch, make_customer, make_options, make_product, put_in_stock


def make_company() -> list[Branch]:
    """Two branches in different zones of the clock, one of them open in the evening only; zones of both kinds, products
    with options, two tax rates, one product without allergens declared, one that must be brought to somebody of age.
    """
    mitte = make_branch("Mitte", postal_prefixes=("101", "10319"), minimum=1500)
    evenings = [(weekday, time(17), time(1)) for weekday in range(7)]
    porto = make_branch(
        "Porto", time_zone="Europe/Lisbon", latitude=41.15, longitude=-8.61, hours=evenings, postal_prefixes=(),
        city="Porto", postal_code="4000-001",
    )  # fmt: skip
    DeliveryZone.objects.create(
        branch=porto, key="around", name="Around", max_distance_m=3000, fee=0, minimum=0, travel_seconds=720
    )
    size = make_options("size", {"small": 0, "large": 250}, min=1)
    extras = make_options("extras", {"cheese": 100, "olives": 80}, max=2, recipes={"cheese": {"cheese": 1}})
    names = ("soup", "stew", "salad", "pasta", "cake")
    products = [make_product(name, price=600 + 110 * n, cooking_seconds=120 * n) for n, name in enumerate(names)]
    make_product("pizza", price=990, groups=(size, extras))
    put_in_stock(mitte, **{product.key: 100 for product in products})
    return [mitte, porto]


def seed(*arguments: Any, customers: int = 12, orders: int = 300, years: int = 1) -> str:
    """Write a history in this process; what the command says."""
    out, err = StringIO(), StringIO()
    wanted = [f"--customers={customers}", f"--orders={orders}", f"--years={years}", "--processes=1"]
    call_command("seed_history", *wanted, *map(str, arguments), stdout=out, stderr=err)
    assert err.getvalue() == ""
    return out.getvalue()


def make_alice_real() -> None:
    """A customer whose address may be somebody's."""
    make_customer("alice", email="alice@customers.example")
