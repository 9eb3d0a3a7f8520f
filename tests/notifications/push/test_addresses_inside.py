"""Whoever registers a browser chooses where our requests go: never to an address inside, by whatever name."""

import pytest

from tests.notifications.push.network import OUTSIDE
from tests.notifications.push.steps import due_again, register, states, tell_status
from tests.notifications.push.web_push_server import NAME, Browser
from tests.notifications.telling import deliver
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db

INSIDE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_connected_to(alice, push_service, network, browser, address):
    network.names[NAME] = [address]
    tell_status(alice)
    deliver()
    assert states() == [("dead", "the address lies inside")]
    assert network.connected == []
    assert push_service.came == []


def test_what_is_connected_to_is_the_address_that_was_looked_at(alice, push_service, network, browser):
    network.names[NAME] = [OUTSIDE, "127.0.0.1"]
    tell_status(alice)
    deliver()
    assert states() == [("delivered", "")]
    assert network.connected == [OUTSIDE]


def test_a_name_is_looked_at_again_for_the_next_push(alice, push_service, network, browser):
    network.names[NAME] = [OUTSIDE, "169.254.169.254"]
    tell_status(alice)
    deliver()
    tell_status(alice)
    deliver()
    assert states() == [("delivered", ""), ("dead", "the address lies inside")]
    assert network.connected == [OUTSIDE]


def test_no_redirect_is_followed(alice, push_service, network, browser):
    push_service.answer = lambda push: 307
    push_service.headers = {"Location": "https://169.254.169.254/latest/meta-data"}
    tell_status(alice)
    deliver()
    assert states() == [("dead", "answered 307")]
    assert network.connected == [OUTSIDE]


def test_a_name_that_leads_nowhere_is_tried_again(alice, push_service, network, browser):
    network.names[NAME] = ["no-such-name.invalid"]
    tell_status(alice)
    deliver()
    assert states() == [("pending", "ConnectionError")]
    network.names[NAME] = [OUTSIDE]
    due_again()
    deliver()
    assert states() == [("delivered", "")]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "169.254.169.254", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[fd00::1]", "127.1", "2130706433",
        "0x7f000001", "0177.0.0.1", "localhost", "LOCALHOST", "localhost.", "push.localhost",
        "metadata.google.internal",
        "printer.local", "intranet", "93.184.215.14", "[2606:2800::1]", "a..example", "-a.example", ".", "...",
    ],
)  # fmt: skip
def test_an_address_that_names_something_inside_is_refused_at_once(alice, host):
    body = {**Browser().subscription, "token": f"https://{host}/send/1"}
    document = assert_problem(alice.post("devices", body), 422, "push_address_refused")
    assert [error["pointer"] for error in document["errors"]] == ["/token"]
    assert alice.get("devices").json["data"] == []


@pytest.mark.parametrize(
    "token",
    [
        "http://web.push.example/1", "ftp://web.push.example/1", "https://user:secret@web.push.example/1", "https://",
        "https://web.push.example@127.0.0.1/", "https://web.push.example\\@127.0.0.1/", "https://web.push.example/ 1",
        "https://web.push.example/1#part", "https://web.push.example:0/1", "https://web.push.example:65536/1",
        "https://пример.example/1", "https://web.push.example/\n1", "web.push.example",
        "https://[::1/", "//web.push.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_invalid(alice, token):
    assert_invalid(alice.post("devices", {**Browser().subscription, "token": token}), ("/token", "invalid"))


@pytest.mark.parametrize(
    "token",
    [
        "https://fcm.googleapis.com/fcm/send/dQw4:APA91b_-x", "https://web.push.apple.com/QGk3",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA", "https://web.push.example:443/1",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2bx%3d&a=b", "https://web.push.example",
    ],
)  # fmt: skip
def test_the_addresses_of_push_services_are_taken(alice, token):
    register(alice, **{**Browser().subscription, "token": token})
