"""The demo company: a menu file that a newcomer's first order can never fail on."""

from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import call_command

import catalog
from catalog.loading import load_catalog
from catalog.recipes import find_unavailable
from catalog.zones import Location, find_zone
from tests.clients import Api

STATIC = Path(catalog.__file__).parent / "static"


@pytest.fixture
def company(db):
    call_command("load_demo", stdout=StringIO())
    return load_catalog()


def test_it_has_eight_categories_and_at_least_fifty_products(company):
    berlin = company.branches[0]
    assert len(berlin.menu) == 8
    assert len(berlin.products) >= 50
    assert len(company.branches) == 2


def test_berlin_is_always_open_restocks_and_delivers_to_all_of_mitte(company, time_machine):
    berlin = company.branches[0]
    assert (berlin.city, berlin.time_zone.key) == ("Berlin", "Europe/Berlin")
    assert berlin.restock_seconds is not None
    assert berlin.slot_capacity is None
    for code in ("10115", "10116", "10117", "10118", "10119"):
        zone = find_zone(berlin, Location(postal_code=code))
        assert zone is not None
        assert zone.minimum <= 1000
    for moment in ("2026-03-29T01:30:00+00:00", "2026-10-25T01:30:00+00:00", "2026-12-25T03:00:00+00:00"):
        time_machine.move_to(moment)
        assert Api().get("branches").json["data"][0]["open_now"] is True
    assert berlin.exceptions == {}


def test_the_other_branch_has_hours_a_break_a_holiday_and_does_not_restock(company):
    other = company.branches[1]
    assert other.restock_seconds is None
    assert any(len(intervals) > 1 for intervals in other.hours)
    assert any(not exception.intervals for exception in other.exceptions.values())
    assert find_unavailable(other, frozenset(), {}) >= set(other.products)


def test_every_product_says_what_is_in_it(company):
    for product in company.branches[0].products.values():
        assert product.recipe, product.name
        assert product.allergens is not None, product.name
        for group in product.groups:
            assert group.min <= len(group.options), product.name
            assert all(option.allergens is not None for option in group.options), product.name


def test_every_picture_is_a_small_drawing_of_ours_that_loads_nothing(company, client):
    pictures = [product.picture_url for product in company.branches[0].products.values()]
    pictures += [category.picture_url for category, _products in company.branches[0].menu]
    assert len(set(pictures)) == len(pictures)
    for url in pictures:
        path = url.removeprefix("http://testserver")
        drawing = (STATIC / path.removeprefix("/static/")).read_text(encoding="utf-8")
        assert len(drawing) < 4000
        root = ElementTree.fromstring(drawing)
        assert root.tag.endswith("svg")
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not tags & {"script", "image", "use", "foreignObject", "style"}
        assert "href" not in drawing
    assert client.get(pictures[0].removeprefix("http://testserver"))["Content-Type"] == "image/svg+xml"
