"""How many statements a request takes: a number that does not grow with the data. Counted by PostgreSQL."""

import pytest

from tests.clients import signed_in
from tests.factories import make_branch, make_customer, make_product, order_body, put_in_stock
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return signed_in(make_customer("alice"))


@pytest.fixture
def products():
    branch = make_branch()
    made = [make_product(f"dish{number}", recipe={f"part{number}": 1, "salt": 1}) for number in range(20)]
    put_in_stock(branch, salt=1000, **{f"part{number}": 100 for number in range(20)})
    return made


def count(request) -> int:
    """Statements of a request on a warm connection, menu and plan cache: the second of two alike."""
    request()
    with statements_sent() as sent:
        request()
    return len(sent)


READS = ["menu", "orders", "orders?limit=100&status=processing", "orders/current", "orders/{id}", "orders/{id}/status"]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("orders", [1, 30])
def test_a_read_is_one_statement_with_the_session_check_inside(alice, products, path, orders):
    placed = [alice.place(order_body(*products[:3], total=3200)).json for _ in range(orders)]
    path = path.format(id=placed[0]["id"])

    assert alice.get(path).status == 200
    assert count(lambda: alice.get(path)) == 1


@pytest.mark.parametrize("path", READS)
def test_a_read_that_has_not_changed_is_one_statement_too(alice, products, path):
    placed = alice.place(order_body(products[0], total=1200)).json
    path = path.format(id=placed["id"])
    tag = alice.get(path).headers["ETag"]

    assert alice.get(path, if_none_match=tag).status == 304
    assert count(lambda: alice.get(path, if_none_match=tag)) == 1


@pytest.mark.parametrize("path", ["orders/{id}/cancellation", "account"])
def test_every_other_read_takes_at_most_three(alice, products, path):
    placed = alice.place(order_body(products[0], total=1200)).json
    path = path.format(id=placed["id"])

    assert alice.get(path).status == 200
    assert count(lambda: alice.get(path)) <= 3


@pytest.mark.parametrize("lines", [1, 20])
def test_placing_takes_five_statements_for_one_line_as_for_twenty(alice, products, lines):
    body = order_body(*products[:lines], total=1000 * lines + 200)
    assert alice.place(body).status == 201

    with statements_sent() as sent:
        assert alice.place(body).status == 201

    assert [text.split()[0] for text in sent] == ["BEGIN", "EXECUTE", "EXECUTE", "EXECUTE", "COMMIT"]


@pytest.mark.parametrize("lines", [1, 20])
def test_cancelling_takes_as_many_statements_for_one_line_as_for_twenty(alice, products, lines):
    body = order_body(*products[:lines], total=1000 * lines + 200)
    first, second = alice.place(body).json, alice.place(body).json
    assert alice.cancel(first["id"]).status == 200

    with statements_sent() as sent:
        assert alice.cancel(second["id"]).status == 200

    assert len(sent) == 14
