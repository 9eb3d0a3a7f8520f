"""Idempotency keys: what was carried out is answered again, not done again; what was refused may be sent again."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.sessions import end_session
from customerbackend.models import IdempotentAnswer
from notifications.models import Message
from orders.models import Order
from tests.clients import Api
from tests.factories import order_body
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", [None, "", " ", "x" * 256, "schlüssel", "ключ", "tab\there", "x\x7f"])
def test_without_a_well_formed_key_nothing_is_done(alice, soup, key):
    headers = {} if key is None else {"idempotency_key": key}
    assert_problem(alice.post("orders", order_body(soup, total=1200), **headers), 400, "idempotency_key_required")
    assert not Order.objects.exists()
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.parametrize("key", ["x", "x" * 255, "a b", '~!"', "0"])
def test_any_printable_key_will_do(alice, soup, key):
    assert alice.place(order_body(soup, total=1200), key=key).status == 201
    assert IdempotentAnswer.objects.get().key == key


def test_the_same_again_replays_the_answer_byte_for_byte(alice, soup):
    body = order_body(soup, total=1200)
    first = alice.place(body, key="k")
    Order.objects.update(status="ready", version=9)
    messages = Message.objects.count()

    again = alice.place(body, key="k")

    assert (again.status, again.text) == (201, first.text)
    assert again.headers["Location"] == first.headers["Location"] == f"/api/v1/orders/{first.json['id']}"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Order.objects.count() == 1
    assert Message.objects.count() == messages


def test_a_cancellation_is_replayed_too(alice, soup):
    order_id = alice.place(order_body(soup, total=1200)).json["id"]
    first = alice.cancel(order_id, key="k", reason="too_slow")
    again = alice.cancel(order_id, key="k", reason="too_slow")
    assert (first.status, again.status) == (200, 200)
    assert again.text == first.text
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Location" not in again.headers
    assert Order.objects.get().log.filter(status="cancelled").count() == 1


def test_spacing_and_the_order_of_names_do_not_make_another_body(alice, soup):
    body = order_body(soup, total=1200)
    first = alice.place(body, key="k")
    again = alice.place(json.dumps(dict(reversed(body.items())), indent=3), key="k")
    assert again.text == first.text
    assert Order.objects.count() == 1


def test_for_another_body_path_or_method_the_key_is_used_up(alice, soup):
    body = order_body(soup, total=1200)
    order_id = alice.place(body, key="k").json["id"]
    assert_problem(alice.place({**body, "comment": "x"}, key="k"), 422, "idempotency_key_reused")
    assert_problem(alice.cancel(order_id, key="k"), 422, "idempotency_key_reused")
    assert Order.objects.get().status != "cancelled"


def test_the_keys_of_two_customers_have_nothing_to_do_with_each_other(alice, bob, soup):
    body = order_body(soup, total=1200)
    mine, theirs = alice.place(body, key="k"), bob.place(body, key="k")
    assert (mine.status, theirs.status) == (201, 201)
    assert mine.json["id"] != theirs.json["id"]
    assert "Idempotent-Replayed" not in theirs.headers


def test_what_was_refused_leaves_no_claim_and_may_be_sent_again(alice, soup, settings):
    settings.PAYMENT_METHODS = ["cash", "terminal"]
    body = order_body(soup, total=1199)
    assert_problem(alice.place(body, key="k"), 409, "total_changed")
    assert_problem(alice.place({**body, "payment_method": "card"}, key="k"), 422, "payment_not_possible")
    assert_invalid(alice.place({**body, "typo": 1}, key="k"), ("/typo", "unknown_field"))
    assert not IdempotentAnswer.objects.exists()

    answer = alice.place({**body, "expected_total": {"amount": 1200, "currency": "EUR"}}, key="k")

    assert answer.status == 201
    assert "Idempotent-Replayed" not in answer.headers
    assert Order.objects.count() == 1


def test_a_refused_cancellation_leaves_no_claim(alice, bob, soup):
    order_id = alice.place(order_body(soup, total=1200)).json["id"]
    Order.objects.update(status="cooking")
    assert_problem(alice.cancel(order_id, key="k"), 409, "order_not_cancellable")
    assert_problem(bob.cancel(order_id, key="k"), 404, "not_found")
    assert not IdempotentAnswer.objects.filter(key="k").exists()


def test_after_a_day_the_key_is_new_again(alice, soup):
    body = order_body(soup, total=1200)
    first = alice.place(body, key="k")
    day = timedelta(hours=24)
    IdempotentAnswer.objects.update(created_at=timezone.now() - day + timedelta(minutes=1))
    assert alice.place(body, key="k").text == first.text

    IdempotentAnswer.objects.update(created_at=timezone.now() - day - timedelta(seconds=1))
    fresh = alice.place({**body, "comment": "another one"}, key="k")

    assert fresh.status == 201
    assert fresh.json["id"] != first.json["id"]
    assert Order.objects.count() == 2
    assert alice.place({**body, "comment": "another one"}, key="k").text == fresh.text
    assert_problem(alice.place(body, key="k"), 422, "idempotency_key_reused")


def test_who_has_signed_out_gets_no_replay(alice, soup):
    body = order_body(soup, total=1200)
    alice.place(body, key="k")
    end_session(session_id=alice.customer.sessions.get().id)
    assert_problem(alice.place(body, key="k"), 401, "token_invalid")
    assert_problem(Api().place(body, key="k"), 401, "token_missing")
    assert IdempotentAnswer.objects.count() == 1
