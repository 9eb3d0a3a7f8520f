"""Addresses that several devices of one customer write at the same moment."""

import pytest

from accounts.models import Address
from tests.accounts.steps import ADDRESS, add_address, patch
from tests.clients import Api, signed_in
from tests.factories import make_customer
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return signed_in(make_customer("alice"))


def test_twenty_five_added_at_once_are_twenty_and_one_default(alice):
    body = {**ADDRESS, "is_default": True}
    answers = run_together(*[lambda: Api(alice.token).post("account/addresses", body)] * 25)

    outcomes = sorted((answer.status, answer.code) for answer in answers)
    assert outcomes == [(201, None)] * 20 + [(409, "too_many_addresses")] * 5
    assert Address.objects.count() == 20
    assert Address.objects.filter(is_default=True).count() == 1


def test_of_many_made_the_default_at_once_exactly_one_is(alice):
    ids = [add_address(alice)["id"] for _ in range(8)]
    by_address = [
        lambda key=key: patch(Api(alice.token), {"is_default": True}, f"account/addresses/{key}") for key in ids
    ]
    by_account = [lambda key=key: patch(Api(alice.token), {"default_address_id": key}) for key in ids]

    answers = run_together(*by_address, *by_account)

    assert [answer.status for answer in answers] == [200] * 16
    [default] = Address.objects.filter(is_default=True)
    assert alice.get("account").json["default_address_id"] == str(default.id)


def test_one_deleted_many_times_at_once_is_deleted_once(alice):
    key = add_address(alice)["id"]
    answers = run_together(*[lambda: Api(alice.token).call("DELETE", f"account/addresses/{key}")] * 5)
    assert sorted(answer.status for answer in answers) == [204, 404, 404, 404, 404]
