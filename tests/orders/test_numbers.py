"""Order numbers are for people, and say nothing of how many orders there are."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orders.numbers import MODULUS, number_for, shuffle

COUNTS = st.integers(min_value=0, max_value=MODULUS - 1)


@given(COUNTS)
def test_a_number_has_nine_digits(count):
    assert len(number_for(count)) == 9
    assert number_for(count).isdecimal()


def test_no_number_comes_twice():
    assert len({number_for(count) for count in range(1, 50_001)}) == 50_000


@given(st.integers(min_value=0, max_value=2**30 - 1), st.integers(min_value=0, max_value=2**30 - 1))
def test_the_shuffle_is_a_permutation(one, other):
    assert 0 <= shuffle(one) < 2**30
    assert (shuffle(one) == shuffle(other)) == (one == other)


def test_orders_that_follow_each_other_have_numbers_far_apart():
    numbers = [int(number_for(count)) for count in range(1, 1001)]
    steps = {second - first for first, second in pairwise(numbers)}
    assert len(steps) == 999
    assert len({number % 1000 for number in numbers}) > 500


def test_the_first_numbers_stay_what_they_are():
    assert [number_for(count) for count in (1, 2, 3)] == ["065315430", "347007962", "178318769"]
