"""Every request of the API counts, by client address and by session, before anything else is looked at."""

from typing import Any

import pytest
from django.conf import settings as ours

from customerbackend.models import Throttle
from customerbackend.throttling import leases
from tests.clients import Api, signed_in
from tests.factories import PASSWORD, make_customer, sign_in
from tests.limits import assert_throttled, at, set_limits
from tests.statements import statements_sent

pytestmark = pytest.mark.django_db

ID = "019a0000-0000-7000-8000-000000000000"
REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "menu", None),
    ("GET", "menu?typo=1", None),
    ("GET", "orders", None),
    ("GET", f"orders/{ID}", None),
    ("POST", "orders", {"items": []}),
    ("POST", "orders", "no json"),
    ("PUT", "menu", None),
    ("OPTIONS", "menu", None),
    ("GET", "account", None),
    ("POST", "auth/sign-in", {"login": "alice", "password": PASSWORD}),
    ("POST", "auth/sign-in", "x" * 200_000),
    ("POST", "auth/sign-up", {}),
    ("POST", f"auth/sign-up/{ID}/verification", {"code": "123456"}),
    ("POST", "auth/refresh", {"refresh_token": "nonsense"}),
    ("POST", "auth/password-reset", {"email": "alice@example.com"}),
]


@pytest.fixture(autouse=True)
def standing_clock(time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    return time_machine


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
@pytest.mark.parametrize("token", [None, "nonsense"])
def test_whatever_is_asked_for_counts_by_address_and_is_refused_before_it_is_judged(
    settings, method, path, body, token
):
    set_limits(settings, requests_by_address=(2, 60))
    anybody = Api(token)
    assert [anybody.call(method, path, body).status == 429 for _ in range(2)] == [False, False]
    assert_throttled(anybody.call(method, path, body), 60)
    assert_throttled(anybody.get("branches"), 60)
    assert at("198.51.100.9", Api(token)).call(method, path, body).status != 429


def test_a_session_is_counted_wherever_it_is_used_from(settings, branch):
    set_limits(settings, requests_by_session=(3, 60))
    token = sign_in(make_customer("alice"))["access_token"]
    assert at("198.51.100.1", Api(token)).get("menu").status == 200
    assert at("198.51.100.2", Api(token)).post("orders", "no json").status == 400
    assert at("198.51.100.3", Api(token)).get("account").status == 200
    assert_throttled(at("198.51.100.4", Api(token)).get("account"), 60)
    assert_throttled(at("198.51.100.5", Api(token)).get(f"orders/{ID}"), 60)


def test_another_session_of_the_same_customer_and_whoever_else_comes_are_not_concerned(
    settings, branch, standing_clock
):
    set_limits(settings, requests_by_session=(1, 60))
    customer = make_customer("alice")
    here, there, bob = signed_in(customer), signed_in(customer), signed_in(make_customer("bob"))
    assert [here.get("account").status for _ in range(3)] == [200, 429, 429]
    assert there.get("account").status == bob.get("account").status == Api().get("menu").status == 200

    standing_clock.move_to("2026-03-02T11:01:00Z", tick=False)
    assert here.get("account").status == 200


def test_a_token_that_names_no_session_of_ours_is_counted_by_address_only(settings):
    set_limits(settings, requests_by_session=(1, 60))
    assert [Api("nonsense").get("account").status for _ in range(3)] == [401] * 3
    assert Throttle.objects.count() == 1


def test_the_session_is_not_told_apart_by_what_else_the_request_says(settings):
    set_limits(settings, requests_by_address=(1, 60))
    Api().get("menu")
    assert_throttled(Api().get("menu", x_forwarded_for="203.0.113.99", x_real_ip="203.0.113.98"), 60)


def test_the_refusal_is_a_problem_in_the_language_asked_for(settings):
    set_limits(settings, requests_by_address=(1, 60))
    Api().get("menu")
    refused = Api().get("menu", accept_language="ru")
    assert_throttled(refused, 60)
    assert refused.json["detail"].startswith("Слишком много попыток.")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_not_counted(settings, path):
    set_limits(settings, requests_by_address=(1, 60))
    assert [Api().get(path).status for _ in range(3)] == [200] * 3
    assert not Throttle.objects.exists()


def test_within_a_lease_no_request_takes_a_statement_more(alice):
    with statements_sent() as first:
        assert alice.get("orders").status == 200
    with statements_sent() as later:
        for _ in range(9):
            assert alice.get("orders").status == 200
    assert sum("customerbackend_throttle" in text or "count_tries" in text for text in first) >= 2
    assert len(later) == 9
    assert not any("count_tries" in text for text in later)


def test_who_is_known_to_have_used_it_up_is_refused_without_a_statement(settings, alice):
    set_limits(settings, requests_by_session=(2, 60))
    while alice.get("account").status != 429:
        pass
    with statements_sent() as sent:
        assert_throttled(alice.get("account"), 60)
    assert sent == []


def test_by_default_a_session_may_send_at_least_six_hundred_a_minute():
    times, seconds = ours.LIMITS["requests_by_session"]
    assert seconds == 60
    with statements_sent() as sent:
        for _ in range(600):
            leases.spend("requests_by_session", ID)
    assert len([text for text in sent if text.startswith("EXECUTE")]) == 20
    assert times >= 600
