"""What can be bought is readable by anybody; but who sends a token must send a good one."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import Customer, Session
from tests.clients import Api, signed_in
from tests.factories import make_customer

READS = ["branches", "branches/serving?postal_code=10115", "menu", "categories", "products", "products/{soup}"]
NOBODY_KNOWS = "00000000-0000-7000-8000-000000000000"
WRONG_REQUESTS = [
    f"menu?branch_id={NOBODY_KNOWS}",
    f"products/{NOBODY_KNOWS}",
    "menu?no_such=1",
    "branches/serving",
    "products?limit=0",
]
NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("path", READS)
def test_anybody_may_read(anybody, soup, path):
    assert anybody.get(path.format(soup=soup.id)).status == 200


@pytest.mark.parametrize("path", READS)
def test_who_is_signed_in_reads_the_same(anybody, alice, soup, path):
    path = path.format(soup=soup.id)

    assert alice.get(path).text == anybody.get(path).text


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("token", ["nonsense", "a.b.c", ""])
def test_a_token_that_is_none_is_refused(soup, path, token):
    answer = Api().get(path.format(soup=soup.id), authorization=f"Bearer {token}")

    assert (answer.status, answer.code) == (401, "token_invalid")


@pytest.mark.parametrize("path", READS)
def test_a_forged_token_is_refused(alice, soup, path):
    header, payload, signature = alice.token.split(".")
    forged = f"{header}.{payload}.{signature[::-1]}"

    answer = Api(forged).get(path.format(soup=soup.id))

    assert (answer.status, answer.code) == (401, "token_invalid")


@pytest.mark.parametrize("path", READS)
def test_an_expired_token_is_refused(soup, path):
    path = path.format(soup=soup.id)
    with time_machine.travel(NOW, tick=False):
        alice = signed_in(make_customer("alice"))
        assert alice.get(path).status == 200

    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        answer = alice.get(path)

    assert (answer.status, answer.code) == (401, "token_expired")


@pytest.mark.parametrize("path", READS)
def test_the_token_of_an_ended_session_is_refused_at_once(alice, bob, soup, path):
    path = path.format(soup=soup.id)
    assert alice.get(path).status == 200

    Session.objects.filter(customer=alice.customer).update(ended_at=datetime.now(UTC))

    answer = alice.get(path)
    assert (answer.status, answer.code) == (401, "token_invalid")
    assert bob.get(path).status == 200


@pytest.mark.parametrize("path", READS)
def test_the_token_of_a_customer_who_is_not_active_is_refused(alice, soup, path):
    Customer.objects.update(is_active=False)

    answer = alice.get(path.format(soup=soup.id))

    assert (answer.status, answer.code) == (401, "token_invalid")


@pytest.mark.parametrize("path", WRONG_REQUESTS)
def test_a_bad_token_is_found_before_anything_else_that_is_wrong(alice, soup, path):
    assert alice.get(path).status in (400, 404, 422)

    Session.objects.update(ended_at=datetime.now(UTC))

    answer = alice.get(path)
    assert (answer.status, answer.code) == (401, "token_invalid")


def test_a_bad_token_is_refused_even_where_nothing_has_changed(alice, soup):
    tag = alice.get("menu").headers["ETag"]
    assert alice.get("menu", if_none_match=tag).status == 304

    Session.objects.update(ended_at=datetime.now(UTC))

    answer = alice.get("menu", if_none_match=tag)
    assert (answer.status, answer.code) == (401, "token_invalid")
    assert "ETag" not in answer.headers
