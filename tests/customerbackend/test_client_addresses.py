"""Whose address a request is counted by: believed only as far as proxies of ours wrote it down."""

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from accounts.models import Session
from customerbackend.clients import client_address, counted_block, normal_address, shown_network
from tests.factories import PASSWORD, make_customer
from tests.limits import assert_throttled, at, set_limits


def seen(settings, proxies: int, forwarded: str | None, remote: str = "192.0.2.1") -> str:
    """What the address of a request is, behind so many proxies."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    more = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(Request(RequestFactory().get("/", REMOTE_ADDR=remote, **more)))


@pytest.mark.parametrize("forwarded", [None, "", "203.0.113.7", "1.1.1.1, 203.0.113.7", "nonsense"])
def test_without_a_proxy_nothing_that_is_forwarded_is_believed(settings, forwarded):
    assert seen(settings, 0, forwarded) == "192.0.2.1"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (None, "192.0.2.1"),
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("1.1.1.1,2.2.2.2,unknown,  203.0.113.7 ", "203.0.113.7"),
        ("203.0.113.7:49152", "203.0.113.7"),
        ("1.1.1.1, [2001:DB8:0::7]:443", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:443", "203.0.113.7"),
        ("", "unknown"),
        ("203.0.113.7, ", "unknown"),
        ("203.0.113.7, nonsense", "unknown"),
        ("203.0.113.7, 203.0.113.256", "unknown"),
        ("'; DROP TABLE x; --", "unknown"),
        ("1" * 5000, "unknown"),
        (":" * 5000, "unknown"),
    ],
)
def test_behind_one_proxy_the_last_entry_counts(settings, forwarded, address):
    assert seen(settings, 1, forwarded) == address


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (None, "192.0.2.1"),
        ("203.0.113.7, 10.0.0.1", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        ("1.1.1.1, 2001:db8::7, 10.0.0.1", "2001:db8::7"),
        ("203.0.113.7, nonsense, 10.0.0.1", "unknown"),
        ("203.0.113.7", "203.0.113.7"),
    ],
)
def test_behind_two_proxies_the_one_before_the_last_counts(settings, forwarded, address):
    assert seen(settings, 2, forwarded) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:0DB8:0000::0001", "2001:db8::1"),
        ("::FFFF:c000:0201", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("", "unknown"),
        ("localhost", "unknown"),
        ("192.0.2", "unknown"),
        ("192.0.2.01", "unknown"),
        ("192.0.2.1/24", "unknown"),
        ("\x00", "unknown"),
        ("١٩٢.0.2.1", "unknown"),
    ],
)
def test_one_address_has_one_form(text, address):
    assert normal_address(text) == address


@pytest.mark.parametrize(
    ("address", "counted", "shown"),
    [
        ("203.0.113.7", "203.0.113.7/32", "203.0.113.0/24"),
        ("2001:db8:7:1:2:3:4:5", "2001:db8:7:1::/64", "2001:db8:7::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_counted_by_line_and_shown_roughly(address, counted, shown):
    assert (counted_block(address), shown_network(address)) == (counted, shown)


@pytest.mark.django_db
def test_a_forged_prefix_escapes_no_limit(settings, time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    set_limits(settings, requests_by_address=(3, 60))

    answers = [at("10.0.0.1").get("menu", x_forwarded_for=f"10.1.1.{n}, 203.0.113.7:{n}") for n in range(1, 5)]

    assert 429 not in [answer.status for answer in answers[:3]]
    assert_throttled(answers[3], 60)
    assert at("10.0.0.1").get("menu", x_forwarded_for="203.0.113.7, 203.0.113.8").status != 429


@pytest.mark.django_db
def test_who_cannot_be_told_apart_is_counted_together(settings, time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    set_limits(settings, requests_by_address=(2, 60))
    assert [at(remote).get("menu").status == 429 for remote in ("", "unix:", "garbage")] == [False, False, True]


@pytest.mark.django_db
def test_a_session_keeps_of_the_address_only_roughly_where_it_was(settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    make_customer("alice")
    body = {"login": "alice", "password": PASSWORD}
    answer = at("10.0.0.1").post("auth/sign-in", body, x_forwarded_for="1.1.1.1, [2001:db8:7:1::5]:443")
    assert answer.status == 200
    assert Session.objects.get().network == "2001:db8:7::/48"
