"""Which zone of a branch a place is in, and which branch serves it best. Pure functions."""

import pytest

from catalog.zones import Location, LocationRequired, distance_m, find_zone, serving_branches
from tests.catalog.values import a_branch, a_catalog, a_zone

BRANDENBURG_GATE = Location(latitude=52.51627, longitude=13.37770)
HAMBURG = Location(latitude=53.5511, longitude=9.9937)


def test_a_place_is_in_the_zone_whose_prefix_its_postal_code_begins_with():
    north, south = a_zone("north", postal_prefixes=("10115", "1043")), a_zone("south", postal_prefixes=("109",))
    branch = a_branch(zones=(north, south))

    assert find_zone(branch, Location(postal_code="10115")) == north
    assert find_zone(branch, Location(postal_code="10435")) == north
    assert find_zone(branch, Location(postal_code="10999")) == south
    assert find_zone(branch, Location(postal_code="20095")) is None
    assert find_zone(branch, Location(postal_code="1011")) is None


@pytest.mark.parametrize("written", ["SW1A 1AA", "sw1a1aa", "Sw1a 1aA"])
def test_spaces_and_case_of_a_postal_code_do_not_matter(written):
    zone = a_zone("westminster", postal_prefixes=("SW1 A",))

    assert find_zone(a_branch(zones=(zone,)), Location(postal_code=written)) == zone


def test_a_known_distance_is_right_to_a_thousandth():
    berlin_to_hamburg = distance_m(52.5200, 13.4050, 53.5511, 9.9937)

    assert berlin_to_hamburg == pytest.approx(255_300, rel=0.001)
    assert distance_m(52.52, 13.405, 52.52, 13.405) == 0
    assert distance_m(0, 179.5, 0, -179.5) == pytest.approx(111_195, rel=0.001)


def test_a_place_is_in_a_zone_by_distance_up_to_its_last_metre():
    at_the_branch = a_branch(latitude=52.0, longitude=13.0)
    place = Location(latitude=52.01, longitude=13.0)
    metres = distance_m(52.0, 13.0, 52.01, 13.0)
    wide, narrow = a_zone("wide", max_distance_m=int(metres) + 1), a_zone("narrow", max_distance_m=int(metres))

    assert find_zone(a_branch(zones=(wide,), latitude=52.0, longitude=13.0), place) == wide
    assert find_zone(a_branch(zones=(narrow,), latitude=52.0, longitude=13.0), place) is None
    assert find_zone(at_the_branch, place) is None


def test_the_lowest_priority_number_wins_whatever_it_costs():
    cheap = a_zone("cheap", postal_prefixes=("1",), priority=2, fee=0)
    dear = a_zone("dear", postal_prefixes=("10",), priority=1, fee=500)

    assert find_zone(a_branch(zones=(cheap, dear)), Location(postal_code="10115")) == dear


def test_of_equal_priority_the_lowest_fee_wins_then_the_shortest_way():
    dear = a_zone("dear", postal_prefixes=("1",), fee=300, travel_seconds=300)
    slow = a_zone("slow", postal_prefixes=("1",), fee=200, travel_seconds=900)
    quick = a_zone("quick", postal_prefixes=("1",), fee=200, travel_seconds=600)

    assert find_zone(a_branch(zones=(dear, slow, quick)), Location(postal_code="10115")) == quick


def test_without_what_the_zones_go_by_the_location_is_required():
    by_code, by_distance = a_zone("code", postal_prefixes=("1",)), a_zone("far", max_distance_m=5000)

    for branch, location in [
        (a_branch(zones=(by_code,)), BRANDENBURG_GATE),
        (a_branch(zones=(by_distance,)), Location(postal_code="10115")),
        (a_branch(zones=(by_code, by_distance)), Location()),
        (a_branch(zones=(by_distance,)), Location(latitude=52.5)),
    ]:
        with pytest.raises(LocationRequired):
            find_zone(branch, location)


def test_a_zone_that_covers_the_place_is_enough_even_if_another_cannot_tell():
    by_code, by_distance = a_zone("code", postal_prefixes=("1",)), a_zone("far", max_distance_m=5000)

    assert find_zone(a_branch(zones=(by_code, by_distance)), Location(postal_code="10115")) == by_code


def test_with_all_that_is_known_outside_is_outside_and_needs_nothing_more():
    by_code, by_distance = a_zone("code", postal_prefixes=("1",)), a_zone("far", max_distance_m=5000)
    branch = a_branch(zones=(by_code, by_distance))

    assert find_zone(branch, Location("20095", HAMBURG.latitude, HAMBURG.longitude)) is None
    assert find_zone(a_branch(), Location()) is None  # it delivers nowhere


def test_the_branches_that_serve_a_place_come_best_first():
    second = a_branch(name="second", zones=(a_zone("z", postal_prefixes=("1",), priority=1, fee=300),))
    third = a_branch(name="third", zones=(a_zone("z", postal_prefixes=("1",), priority=2, fee=0),))
    first = a_branch(name="first", zones=(a_zone("z", postal_prefixes=("1",), priority=1, fee=200),))
    elsewhere = a_branch(name="elsewhere", zones=(a_zone("z", postal_prefixes=("2",)),))

    found = serving_branches(a_catalog(second, third, elsewhere, first), Location(postal_code="10115"))

    assert [branch.name for branch, _zone in found] == ["first", "second", "third"]
    assert [zone.fee for _branch, zone in found] == [200, 300, 0]


def test_branches_alike_stay_in_the_company_s_order():
    zone = a_zone("z", postal_prefixes=("1",))
    branches = [a_branch(name=name, zones=(zone,)) for name in ("one", "two", "three")]

    found = serving_branches(a_catalog(*branches), Location(postal_code="10115"))

    assert [branch.name for branch, _zone in found] == ["one", "two", "three"]


def test_a_branch_that_cannot_tell_does_not_hide_one_that_serves():
    by_distance = a_branch(name="distance", zones=(a_zone("z", max_distance_m=5000),))
    by_code = a_branch(name="code", zones=(a_zone("z", postal_prefixes=("1",)),))

    found = serving_branches(a_catalog(by_distance, by_code), Location(postal_code="10115"))

    assert [branch.name for branch, _zone in found] == ["code"]
    with pytest.raises(LocationRequired):
        serving_branches(a_catalog(by_distance, by_code), Location(postal_code="20095"))
