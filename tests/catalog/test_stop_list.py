"""The stop list: what a branch does not sell for now, with and without an end."""

from datetime import UTC, datetime

import pytest
import time_machine

from catalog.models import Branch, CatalogVersion, Option, StopListEntry
from tests.factories import make_branch, make_options, make_product, order_body

TONIGHT = datetime(2026, 5, 4, 20, 0, tzinfo=UTC)
BEFORE = datetime(2026, 5, 4, 19, 59, 59, tzinfo=UTC)


@pytest.fixture
def branch(db) -> Branch:
    """It restocks, so that only the stop list makes anything unavailable."""
    return make_branch(restock_minutes=30)


def availability(anybody, branch) -> dict[str, bool]:
    """By name, of products and options."""
    found = {}
    for product in anybody.get(f"products?branch_id={branch.id}").json["data"]:
        found[product["name"]] = product["available"]
        found |= {
            option["name"]: option["available"] for group in product["option_groups"] for option in group["options"]
        }
    return found


def test_a_branch_that_restocks_lacks_nothing_although_nothing_was_ever_counted(anybody, branch):
    make_product("pizza", groups=(make_options("extras", {"olives": 100}, recipes={"olives": {"olives": 1}}),))

    assert availability(anybody, branch) == {"Pizza": True, "Olives": True}


def test_a_product_without_an_end_stays_stopped_until_it_is_taken_off(anybody, branch):
    soup, bread = make_product("soup"), make_product("bread")
    entry = StopListEntry.objects.create(branch=branch, product=soup)

    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False):
        assert availability(anybody, branch) == {"Soup": False, "Bread": True}
    assert bread.key == "bread"

    entry.delete()
    assert availability(anybody, branch) == {"Soup": True, "Bread": True}


def test_a_stop_with_an_end_is_over_at_its_end(anybody, branch):
    StopListEntry.objects.create(branch=branch, product=make_product("soup"), until=TONIGHT)

    with time_machine.travel(BEFORE, tick=False):
        assert availability(anybody, branch) == {"Soup": False}
    with time_machine.travel(TONIGHT, tick=False):
        assert availability(anybody, branch) == {"Soup": True}


def test_of_two_stops_the_longer_counts(anybody, branch):
    soup = make_product("soup")
    StopListEntry.objects.create(branch=branch, product=soup, until=BEFORE)
    StopListEntry.objects.create(branch=branch, product=soup)

    with time_machine.travel(TONIGHT, tick=False):
        assert availability(anybody, branch) == {"Soup": False}


def test_a_stopped_option_leaves_its_product_available(anybody, branch):
    make_product("pizza", groups=(make_options("extras", {"olives": 100, "ham": 150}),))
    StopListEntry.objects.create(branch=branch, option=Option.objects.get(key="ham"))

    assert availability(anybody, branch) == {"Pizza": True, "Olives": True, "Ham": False}


def test_stopping_every_option_that_is_required_stops_the_product(anybody, branch):
    make_product("pizza", groups=(make_options("size", {"small": 0}, min=1),))
    make_product("soup")
    StopListEntry.objects.create(branch=branch, option=Option.objects.get(key="small"))

    assert availability(anybody, branch) == {"Pizza": False, "Small": False, "Soup": True}


def test_a_stop_is_of_one_branch_only(anybody, branch):
    other = make_branch("Other", restock_minutes=30)
    StopListEntry.objects.create(branch=other, product=make_product("soup"))

    assert availability(anybody, branch) == {"Soup": True}
    assert availability(anybody, other) == {"Soup": False}


def test_what_is_stopped_cannot_be_ordered_and_what_is_not_can(alice, branch):
    soup, bread = make_product("soup"), make_product("bread")
    StopListEntry.objects.create(branch=branch, product=soup)

    refused = alice.place(order_body(soup, total=1200))

    assert (refused.status, refused.code) == (409, "item_unavailable")
    assert alice.place(order_body(bread, total=1200)).status == 201


def test_stopping_something_is_no_new_version_of_the_catalog(anybody, branch):
    soup = make_product("soup")
    version = CatalogVersion.objects.get().version

    StopListEntry.objects.create(branch=branch, product=soup).delete()

    assert CatalogVersion.objects.get().version == version
