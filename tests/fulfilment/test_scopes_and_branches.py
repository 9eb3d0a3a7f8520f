"""A key does what its scopes say, at its branches: what is elsewhere is not there for it."""

from uuid import uuid4

import pytest

from catalog.models import Stock
from customerbackend.ids import new_id
from tests.clients import Api
from tests.factories import make_branch, make_ingredient
from tests.fulfilment.services import make_service
from tests.orders.steps import nothing_written, row
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


def reports(service, order, branch):
    """One of each kind, by the scope that it takes."""
    return {
        "status": lambda: service.report(order, "cooking"),
        "delay": lambda: service.delay(order, 5),
        "stock": lambda: service.count(branch, soup=7000),
    }


@pytest.mark.parametrize("scope", ["status", "delay", "stock"])
def test_a_key_of_one_scope_does_that_and_nothing_else(order, branch, scope):
    for name, report in reports(make_service("narrow", scope), order, branch).items():
        if name == scope:
            continue
        with nothing_written_but_use():
            document = assert_problem(report(), 403, "scope_missing")
        assert document["scope"] == name
    assert reports(make_service("again", scope), order, branch)[scope]().status == 200


def nothing_written_but_use():
    """The keys' own table aside: that one was used is noted also where it may not do what it asks for."""
    return nothing_written("accounts_servicekey")


def test_at_another_branch_everything_is_as_if_it_did_not_exist(order, branch):
    make_ingredient("soup")
    elsewhere = make_service("elsewhere", branches=(make_branch("Far", postal_prefixes=("2",)),))
    nobodys_order, nobodys_branch = {"id": str(new_id())}, type(branch)(id=new_id())
    with nothing_written_but_use():
        for name, report in reports(elsewhere, order, branch).items():
            hidden, nothing = report(), reports(elsewhere, nobodys_order, nobodys_branch)[name]()
            assert_problem(hidden, 404, "not_found")
            assert {**hidden.json, "request_id": ""} == {**nothing.json, "request_id": ""}
            assert hidden.headers.keys() == nothing.headers.keys()


def test_a_key_of_several_branches_works_at_each_of_them(order, branch):
    both = make_service("both", branches=(make_branch("Far", postal_prefixes=("2",)), branch))
    assert {name: report().status for name, report in reports(both, order, branch).items()} == {
        "status": 200, "delay": 200, "stock": 200,
    }  # fmt: skip


def test_a_key_whose_branch_has_gone_is_good_for_nothing_and_not_for_all(order, branch):
    gone = make_branch("Gone", postal_prefixes=())
    service = make_service("orphan", branches=(gone,))
    gone.state.delete()
    gone.hours.all().delete()
    gone.delete()
    assert_problem(service.report(order, "cooking"), 404, "not_found")
    assert_problem(service.count(branch, soup=1), 404, "not_found")
    assert row(order).status == "accepted"
    assert Stock.objects.get().on_hand == 100_000


PATHS = ["orders/{order}/status", "orders/{order}/delay", "branches/{branch}/stock"]
BAD = ["{", "{}", '{"typo": 1}', "[]"]


@pytest.mark.parametrize("body", BAD)
@pytest.mark.parametrize("path", PATHS)
def test_a_request_is_judged_401_403_404_400(order, branch, path, body):
    """The same bad request, each time with one reason less to refuse it."""
    method, scope = ("PUT" if "branches" in path else "POST"), path.rpartition("/")[2]
    there = "fulfilment/" + path.format(order=order["id"], branch=branch.id)
    nowhere = "fulfilment/" + path.format(order=uuid4(), branch=uuid4())
    others = {"status", "delay", "stock"} - {scope}
    narrow, right = make_service("narrow", *others), make_service("right", scope)

    assert_problem(Api().call(method, nowhere, body), 401, "token_missing")
    assert_problem(narrow.call(method, nowhere, body), 403, "scope_missing")
    assert_problem(right.call(method, nowhere, body), 404, "not_found")
    assert right.call(method, there, body).status == 400
    assert right.call(method, f"{there}?typo=1", body, idempotency_key="k").status == 400
    wrong_method = "GET" if method == "PUT" else "PUT"
    assert_problem(narrow.call(wrong_method, nowhere, body), 403, "scope_missing")
    assert_problem(right.call(wrong_method, nowhere, body), 404, "not_found")
    assert_problem(right.call(wrong_method, there, body), 405, "method_not_allowed")


def test_the_refusal_speaks_russian_to_who_reads_it(order):
    narrow = make_service("narrow", "delay")
    path = f"fulfilment/orders/{order['id']}/status"
    refused = narrow.post(path, {"status": "cooking"}, accept_language="ru")
    assert refused.json["title"] == "Этому ключу такое действие не разрешено"
