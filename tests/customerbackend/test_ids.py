"""Ids: UUIDv7, so that what is created later sorts later."""

import time

from customerbackend.ids import new_id
from tests.threads import run_together


def test_an_id_is_of_version_seven_and_begins_with_the_moment():
    before = time.time_ns() // 10**6
    made = new_id()
    after = time.time_ns() // 10**6
    assert made.version == 7
    assert before <= made.int >> 80 <= after


def test_later_ids_sort_later_as_values_and_as_text():
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(ids)
    assert [str(made) for made in ids] == sorted(str(made) for made in ids)


def test_threads_never_make_the_same_one():
    made = run_together(*[lambda: [new_id() for _ in range(1000)]] * 8)
    assert len({found for several in made for found in several}) == 8000
