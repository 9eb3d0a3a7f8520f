"""Preprocessing as a pure function: verdict, reservations, estimate and messages from what is on the shelf."""

from typing import Any
from uuid import UUID

import pytest

from catalog.conditions import CALM, Conditions
from catalog.value import Catalog, Ingredient
from orders.estimates import Queue
from orders.preprocessing import Shelf, Subject, preprocess
from tests.orders.steps import NOON
from tests.orders.test_estimates import KITCHEN

BEANS, SALT = UUID(int=11), UUID(int=12)
BEANS_ROW, SALT_ROW = UUID(int=21), UUID(int=22)
CATALOG = Catalog(
    version=1, branches=(KITCHEN,), ingredients={BEANS: Ingredient(BEANS, "Beans", "gram", None, frozenset())}
)
SUBJECT = Subject(
    order_id=UUID(int=1),
    number="123456789",
    demand={BEANS: 3000, SALT: 1000},
    cooking_seconds=600,
    travel_seconds=600,
    requested_at=None,
    lines=[],
    comment="",
    delivery_method="courier",
)


def done(*, beans: int, salt: int = 5000, conditions: Conditions = CALM, queue: Queue | None = None) -> Any:
    return preprocess(
        subject=SUBJECT,
        catalog=CATALOG,
        branch=KITCHEN,
        conditions=conditions,
        shelf=Shelf({BEANS: (BEANS_ROW, beans), SALT: (SALT_ROW, salt)}),
        queue=queue or Queue(),
        now=NOON,
    )


def reserved(result: Any) -> dict[str, tuple[int, int]]:
    return {part["stock_id"]: (part["wanted"], part["reserved"]) for part in result.reservations}


def kinds(result: Any) -> list[tuple[str, str]]:
    return [(message["recipient_kind"], message["kind"]) for message in result.messages]


def test_enough_is_set_aside_whole_and_brought_to_the_kitchen():
    result = done(beans=3000)

    assert result.lacking == {}
    assert reserved(result) == {str(BEANS_ROW): (3000, 3000), str(SALT_ROW): (1000, 1000)}
    assert kinds(result) == [("warehouse", "warehouse_to_kitchen"), ("kitchen", "order_accepted")]
    assert result.estimate.restock_seconds == 0


@pytest.mark.parametrize(("free", "gap"), [(2999, 1), (0, 3000), (-700, 3000)])
def test_what_lacks_is_fetched_first_and_the_rest_set_aside(free, gap):
    result = done(beans=free)

    assert result.lacking == {BEANS: gap}
    assert reserved(result) == {str(BEANS_ROW): (3000, max(0, free)), str(SALT_ROW): (1000, 1000)}
    assert kinds(result) == [
        ("warehouse", "store_to_warehouse"),
        ("warehouse", "warehouse_to_kitchen"),
        ("kitchen", "order_accepted"),
    ]
    assert result.estimate.restock_seconds == 1200


def test_messages_sort_as_they_are_to_be_told():
    ids = [message["id"] for message in done(beans=0).messages]

    assert ids == sorted(ids)


def test_an_ingredient_that_left_the_catalog_goes_by_its_id():
    goods = done(beans=3000).messages[0]["data"]["ingredients"]

    assert goods == [
        {"ingredient_id": str(SALT), "name": str(SALT), "unit": "", "thousandths": 1000},
        {"ingredient_id": str(BEANS), "name": "Beans", "unit": "gram", "thousandths": 3000},
    ]


def test_queue_and_conditions_go_into_the_estimate():
    result = done(beans=3000, conditions=Conditions(busy_seconds=120), queue=Queue(1200, 2, 30))

    assert result.estimate.wait_seconds == 600 + 120
    assert (result.estimate.courier_wait_seconds, result.estimate.open_orders) == (30, 2)
