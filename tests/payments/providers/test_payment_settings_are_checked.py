"""What `manage.py check` says of the settings about payments."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import run_checks

GOOD = {
    "STRIPE_SECRET_KEY": "sk_live_0123abcXYZ",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_0123abcXYZ",
    "STRIPE_WEBHOOK_SECRETS": ["whsec_0123abcXYZ"],
    "STRIPE_QR_METHOD": "",
    "STRIPE_TIMEOUT_SECONDS": 10.0,
    "STRIPE_API_URL": "https://api.stripe.com",
    "PAYMENTS_SANDBOX": False,
    "PAYMENT_PROVIDER": "stripe",
    "PAYMENT_METHODS": ["cash", "terminal", "qr", "card"],
    "PAYMENT_SECONDS": 900,
    "CURRENCY": "EUR",
}
SECRETS = ("0123abcXYZ", "hunter2")

Check = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def check(settings, monkeypatch) -> Check:
    """What is found with these settings: ids with their settings, which every message begins with."""
    monkeypatch.delenv("STRIPE_LOG", raising=False)

    def run(*, deploy: bool = False, **changes: Any) -> list[tuple[str, str]]:
        for name, value in {**GOOD, **changes}.items():
            setattr(settings, name, value)
        found = run_checks(tags=["payments"], include_deployment_checks=deploy)
        for message in found:
            assert not [secret for secret in SECRETS if secret in f"{message.msg} {message.hint}"]
        return [(str(message.id), message.msg.replace(":", " ").split()[0]) for message in found]

    return run


def test_good_settings_are_good(check: Check):
    assert check(deploy=True) == []
    assert check(deploy=True, STRIPE_SECRET_KEY="rk_live_0123abcXYZ") == []
    assert check(STRIPE_SECRET_KEY="sk_test_1", STRIPE_PUBLISHABLE_KEY="pk_test_1") == []


@pytest.mark.parametrize("key", ["hunter2", "pk_live_0123abcXYZ", "sk_0123abcXYZ", "sk_live_", " sk_live_0123abcXYZ"])
def test_a_secret_key_of_another_form_is_found(check: Check, key):
    assert check(STRIPE_SECRET_KEY=key) == [("payments.E010", "STRIPE_SECRET_KEY")]


@pytest.mark.parametrize("key", ["", "hunter2", "sk_live_0123abcXYZ", "pk_live_"])
def test_a_publishable_key_of_another_form_is_found(check: Check, key):
    assert check(STRIPE_PUBLISHABLE_KEY=key) == [("payments.E011", "STRIPE_PUBLISHABLE_KEY")]


def test_keys_of_two_modes_are_found(check: Check):
    for changes in ({"STRIPE_PUBLISHABLE_KEY": "pk_test_1"}, {"STRIPE_SECRET_KEY": "rk_test_1"}):
        assert check(**changes) == [("payments.E012", "STRIPE_PUBLISHABLE_KEY")]


@pytest.mark.parametrize("secrets", [[], ["hunter2"], ["whsec_"], ["whsec_0123abcXYZ", "hunter2"], ["whsec_ 1"]])
def test_webhook_secrets_of_another_form_are_found(check: Check, secrets):
    assert check(STRIPE_WEBHOOK_SECRETS=secrets) == [("payments.E013", "STRIPE_WEBHOOK_SECRETS")]


def test_while_a_webhook_secret_is_replaced_there_are_two(check: Check):
    assert check(STRIPE_WEBHOOK_SECRETS=["whsec_old", "whsec_new"]) == []


def test_a_qr_method_that_is_not_known_is_found(check: Check):
    assert check(STRIPE_QR_METHOD="blik") == [("payments.E014", "STRIPE_QR_METHOD")]


@pytest.mark.parametrize(
    ("method", "currency", "other"),
    [
        ("promptpay", "THB", "EUR"),
        ("paynow", "SGD", "THB"),
        ("pix", "BRL", "USD"),
        ("swish", "SEK", "EUR"),
        ("wechat_pay", "EUR", "THB"),
        ("wechat_pay", "CNY", "BRL"),
    ],
)
def test_a_qr_method_of_another_currency_is_found(check: Check, method, currency, other):
    assert check(STRIPE_QR_METHOD=method, CURRENCY=currency) == []
    assert check(STRIPE_QR_METHOD=method, CURRENCY=other) == [("payments.E015", "STRIPE_QR_METHOD")]


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_a_timeout_that_is_none_is_found(check: Check, seconds):
    assert check(STRIPE_TIMEOUT_SECONDS=seconds) == [("payments.E016", "STRIPE_TIMEOUT_SECONDS")]


def test_the_secret_key_goes_nowhere_in_the_clear(check: Check):
    assert check(STRIPE_API_URL="http://stripe.example") == [("payments.E017", "STRIPE_API_URL")]
    assert check(STRIPE_API_URL="http://127.0.0.1:8200") == []


def test_a_package_that_is_told_to_print_everything_is_found(check: Check, monkeypatch):
    monkeypatch.setenv("STRIPE_LOG", "debug")
    assert check() == [("payments.W018", "STRIPE_LOG")]


def test_without_a_key_nothing_is_said_of_stripe(check: Check):
    nothing = {"STRIPE_SECRET_KEY": "", "STRIPE_PUBLISHABLE_KEY": "", "STRIPE_WEBHOOK_SECRETS": []}
    door = {"PAYMENT_PROVIDER": "", "PAYMENT_METHODS": ["cash", "terminal"]}
    assert check(deploy=True, STRIPE_QR_METHOD="blik", **nothing, **door) == []


@pytest.mark.parametrize(
    ("methods", "id"),
    [
        (["cash", "bitcoin"], "payments.E001"),
        (["cash", ""], "payments.E001"),
        (["cash", "card", "cash"], "payments.E002"),
    ],
)
def test_ways_of_paying_that_are_not_known_or_named_twice_are_found(check: Check, methods, id):
    assert check(PAYMENT_METHODS=methods) == [(id, "PAYMENT_METHODS")]


@pytest.mark.parametrize("method", ["qr", "card"])
def test_paying_in_the_app_without_a_provider_is_found(check: Check, method):
    found = check(PAYMENT_METHODS=["cash", method], PAYMENT_PROVIDER="", STRIPE_SECRET_KEY="")
    assert found == [("payments.E003", "PAYMENT_METHODS")]


@pytest.mark.parametrize(("seconds", "good"), [(59, False), (60, True), (43200, True), (43201, False), (-1, False)])
def test_payments_are_waited_for_a_sensible_time(check: Check, seconds, good):
    assert check(PAYMENT_SECONDS=seconds) == ([] if good else [("payments.E004", "PAYMENT_SECONDS")])


def test_where_it_is_deployed_nobody_pays_without_money(check: Check):
    sandbox = {"PAYMENTS_SANDBOX": True, "STRIPE_SECRET_KEY": "", "PAYMENT_PROVIDER": "sandbox"}
    test_keys = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_PUBLISHABLE_KEY": "pk_test_1"}
    assert check(**sandbox) == check(**test_keys) == []
    assert check(deploy=True, **sandbox) == [("payments.W020", "PAYMENTS_SANDBOX")]
    assert check(deploy=True, **test_keys) == [("payments.W021", "STRIPE_SECRET_KEY")]
