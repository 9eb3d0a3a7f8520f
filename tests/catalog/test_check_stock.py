"""`manage.py check_stock`: proves that every stock row is the sum of its movements and of its reservations."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from catalog.models import Branch
from tests.catalog.books import consume, count, discard, receive, release, set_aside, shelf
from tests.factories import make_branch

pytestmark = pytest.mark.django_db


@pytest.fixture
def business():
    """Two branches with stock that has been through everything."""
    mitte, other = make_branch(), make_branch()
    Branch.objects.filter(pk=mitte.pk).update(key="mitte")
    Branch.objects.filter(pk=other.pk).update(key="other")
    receive(mitte, flour=900, salt=100)
    receive(other, flour=50)
    cooked, cancelled = set_aside(mitte, flour=300, salt=10), set_aside(mitte, flour=100)
    set_aside(other, flour=70)
    consume(cooked)
    release(cancelled)
    discard(mitte, salt=20)
    count(mitte, flour=590)
    return mitte


def check() -> str:
    out = StringIO()
    call_command("check_stock", stdout=out)
    return out.getvalue()


def falsify(sql: str) -> list[str]:
    """What the command says after this was done behind the books' back."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount == 1
    with pytest.raises(CommandError) as refused:
        check()
    return str(refused.value).splitlines()


FLOUR = """stock.ingredient_id = (SELECT id FROM catalog_ingredient WHERE key = 'flour')
    AND stock.branch_id = (SELECT id FROM catalog_branch WHERE key = 'mitte')"""


def test_books_that_are_right_are_said_to_be(business):
    said = check()

    assert "3 stock rows" in said
    assert shelf(business) == {"flour": (590, 0), "salt": (70, 0)}


def test_no_books_are_right(db):
    assert "0 stock rows" in check()


def test_a_row_that_is_not_the_sum_of_its_movements_is_named(business):
    (line,) = falsify(f"UPDATE catalog_stock AS stock SET on_hand = on_hand + 1 WHERE {FLOUR}")

    assert line == "flour at mitte: on hand 591 (movements 590), reserved 0 (movements 0, open reservations 0)"


def test_more_reserved_than_was_set_aside_is_named(business):
    (line,) = falsify(f"UPDATE catalog_stock AS stock SET reserved = 5 WHERE {FLOUR}")

    assert line == "flour at mitte: on hand 590 (movements 590), reserved 5 (movements 0, open reservations 0)"


def test_a_movement_that_is_missing_is_named(business):
    (line,) = falsify("DELETE FROM catalog_stockmovement WHERE kind = 'waste'")

    assert line == "salt at mitte: on hand 70 (movements 90), reserved 0 (movements 0, open reservations 0)"


def test_a_reservation_that_is_missing_is_named(business):
    (line,) = falsify("DELETE FROM catalog_reservation WHERE closed_at IS NULL")

    assert line == "flour at other: on hand 50 (movements 50), reserved 50 (movements 50, open reservations 0)"


def test_a_reservation_that_was_closed_without_a_movement_is_named(business):
    (line,) = falsify("UPDATE catalog_reservation SET closed_at = now() WHERE closed_at IS NULL")

    assert line.startswith("flour at other:")


def test_every_row_that_is_wrong_is_named(business):
    falsify(f"UPDATE catalog_stock AS stock SET on_hand = 0 WHERE {FLOUR}")
    lines = falsify("DELETE FROM catalog_stockmovement WHERE kind = 'waste'")

    assert sorted(line.partition(":")[0] for line in lines) == ["flour at mitte", "salt at mitte"]
