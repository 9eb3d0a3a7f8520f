"""Service keys: kept as a hash, good for what they were made for, and no longer than they should be."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import ServiceKey
from accounts.service_keys import ServiceKeyNameTaken, find_service, make_service_key, revoke_service_key
from customerbackend.callers import TokenInvalid
from customerbackend.idempotency import Attempt
from customerbackend.ids import new_id
from orders.fulfilment import report_delay
from tests.fulfilment.services import Service, make_service
from tests.orders.steps import nothing_written, row
from tests.problems import assert_problem
from tests.statements import statements_sent
from tests.tables import our_tables

pytestmark = pytest.mark.django_db


def test_a_key_is_256_random_bits_after_a_prefix_of_its_own(kitchen):
    assert re.fullmatch(r"cbk_[A-Za-z0-9_-]{43}", kitchen.token)
    assert make_service("another").token != kitchen.token


def test_of_a_key_only_its_hash_is_kept_even_after_it_was_used(kitchen, order):
    assert kitchen.report(order, "cooking").status == 200
    with connection.cursor() as cursor:
        for table in our_tables():
            cursor.execute(f"SELECT count(*) FROM {table} AS r WHERE r::text LIKE %s", [f"%{kitchen.token[4:20]}%"])
            assert cursor.fetchone() == (0,), table
    assert re.fullmatch("[0-9a-f]{64}", ServiceKey.objects.get().key_hash)


def test_a_revoked_key_is_refused_from_the_next_request_on(kitchen, order):
    assert kitchen.report(order, "cooking").status == 200
    assert revoke_service_key(kitchen.key.id)
    assert not revoke_service_key(kitchen.key.id)
    with nothing_written():
        assert_problem(kitchen.report(order, "ready"), 401, "token_invalid")


def test_what_was_answered_is_not_replayed_to_a_revoked_key(kitchen, order):
    assert kitchen.report(order, "cooking", key="k").status == 200
    revoke_service_key(kitchen.key.id)
    assert_problem(kitchen.report(order, "cooking", key="k"), 401, "token_invalid")


def test_a_key_that_is_revoked_after_it_was_looked_up_does_nothing_either(kitchen, order):
    service = find_service(kitchen.token)
    revoke_service_key(kitchen.key.id)
    with nothing_written(), pytest.raises(TokenInvalid):
        report_delay(service=service, attempt=Attempt("k", "f"), order_id=order["id"], minutes=5)


def test_a_key_expires_to_the_second(order, time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    kitchen = make_service("kitchen", days=1)
    time_machine.move_to("2026-03-03T10:59:59Z", tick=False)
    assert kitchen.report(order, "cooking").status == 200
    time_machine.move_to("2026-03-03T11:00:00Z", tick=False)
    answer = kitchen.report(order, "ready")
    assert_problem(answer, 401, "token_expired")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert row(order).status == "cooking"


@pytest.mark.parametrize(
    "token",
    ["cbk_", "cbk_" + "x" * 43, "cbk_" + "x" * 42, "cbk_" + "x" * 44, "x" * 43, "cbk_" + "é" * 43, "CBK_" + "x" * 43],
)
def test_what_is_no_key_of_ours_is_refused(order, token):
    with nothing_written():
        assert_problem(Service(token).report(order, "cooking"), 401, "token_invalid")


def test_the_hash_of_a_key_is_no_key(kitchen, order):
    assert_problem(Service(kitchen.key.key_hash).report(order, "cooking"), 401, "token_invalid")
    assert_problem(Service(f"cbk_{kitchen.key.key_hash[:43]}").report(order, "cooking"), 401, "token_invalid")


def test_without_a_key_nothing_is_done(anybody, order):
    path = f"fulfilment/orders/{order['id']}/status"
    assert_problem(anybody.post(path, {"status": "cooking"}), 401, "token_missing")
    assert_problem(anybody.post(path, {}, authorization="Basic eDp4"), 401, "token_invalid")


def test_a_customers_token_is_no_key_not_even_for_her_own_order(alice, order):
    customer = Service(alice.token)
    with nothing_written():
        assert_problem(customer.report(order, "delivered"), 401, "token_invalid")
        assert_problem(customer.delay(order, 5), 401, "token_invalid")


def test_a_key_is_no_customers_token(kitchen, order):
    for path in ("account", "orders", f"orders/{order['id']}", "menu", "orders/events"):
        assert_problem(kitchen.get(path), 401, "token_invalid")
    assert_problem(kitchen.cancel(order["id"]), 401, "token_invalid")


def test_one_name_names_one_key_in_use(kitchen):
    with pytest.raises(ServiceKeyNameTaken):
        make_service("kitchen")
    revoke_service_key(kitchen.key.id)
    assert make_service("kitchen").token != kitchen.token


def test_when_it_was_used_is_written_once_a_minute(order, time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    kitchen = make_service("kitchen")
    used = []
    for second in ("00:00", "00:59", "01:00", "01:30"):
        time_machine.move_to(f"2026-03-02T11:{second}Z", tick=False)
        assert kitchen.report(order, "cooking").status == 200
        used.append(f"{ServiceKey.objects.get().last_used_at:%M:%S}")
    assert used == ["00:00", "00:00", "01:00", "01:00"]


def test_looking_a_key_up_and_noting_its_use_is_one_statement(kitchen, order):
    assert kitchen.report(order, "cooking").status == 200
    ServiceKey.objects.update(last_used_at=None)
    with statements_sent() as sent:
        assert_problem(kitchen.post(f"fulfilment/orders/{new_id()}/status", {}), 404, "not_found")
    assert len(sent) == 2  # the key, and whether the order is there
    assert ServiceKey.objects.get().last_used_at is not None


def test_a_refused_key_leaves_no_trace_of_use(order):
    kitchen = make_service("kitchen", days=1)
    ServiceKey.objects.update(created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now())
    assert_problem(kitchen.report(order, "cooking"), 401, "token_expired")
    assert ServiceKey.objects.get().last_used_at is None


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"name": ""}, "service_key_named"),
        ({"key_hash": "cbk_" + "x" * 43}, "service_key_hashed"),
        ({"scopes": []}, "service_key_scopes_known"),
        ({"scopes": ["status", "prices"]}, "service_key_scopes_known"),
        ({"expires_at": "2026-01-01T00:00:00Z"}, "service_key_expires_later"),
        ({"name": "kitchen"}, "service_key_name_once"),
    ],
)
def test_the_database_takes_no_other_keys(kitchen, changes, constraint):
    key, _text = make_service_key(name="another", scopes=["status"])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ServiceKey.objects.filter(id=key.id).update(**changes)
