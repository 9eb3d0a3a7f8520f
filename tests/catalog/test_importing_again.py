"""Importing the whole demo company once more, when it has been in business for a while."""

import pytest

from catalog.importing import import_menu
from catalog.loading import current_catalog, read_version
from catalog.menufile import read_menu_file
from catalog.models import Branch, BranchState, Ingredient, Product, Stock, StockMovement, StopListEntry
from catalog.stock import find_contradictions
from tests.catalog.books import discard, receive
from tests.catalog.test_importing_a_menu import DEMO

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> dict:
    data = read_menu_file(DEMO)
    import_menu(data)
    return data


def test_the_whole_company_twice_changes_nothing(company):
    version, movements = read_version(), StockMovement.objects.count()
    catalog = current_catalog(version)

    assert import_menu(read_menu_file(DEMO)) == {}

    assert read_version() == version
    assert StockMovement.objects.count() == movements
    assert current_catalog(read_version()) is catalog


def test_the_conditions_of_the_minute_and_the_stock_outlive_it(company):
    branch = Branch.objects.order_by("position")[0]
    receive(branch, spaghetti=5)
    discard(branch, penne=7)
    BranchState.objects.filter(branch=branch).update(is_paused=True, busy_minutes=10)
    StopListEntry.objects.create(branch=branch, product=Product.objects.all()[0])
    before = list(Stock.objects.order_by("id").values_list("id", "on_hand", "reserved"))
    company["categories"][0]["products"][0]["price"] += 100

    assert import_menu(company) == {"products changed": 1}

    assert list(Stock.objects.order_by("id").values_list("id", "on_hand", "reserved")) == before
    state = BranchState.objects.get(branch=branch)
    assert (state.is_paused, state.busy_minutes) == (True, 10)
    assert StopListEntry.objects.count() == 1
    assert find_contradictions() == []


def test_every_ingredient_has_a_row_of_stock_at_every_branch(company):
    assert Stock.objects.count() == Ingredient.objects.count() * Branch.objects.count()
