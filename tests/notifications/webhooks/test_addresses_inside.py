"""Webhooks go to no address inside, however it is written and whatever its name is resolved to."""

import socket
from typing import Any

import pytest
import urllib3.connection

from notifications.channels import http
from notifications.models import Delivery
from tests.notifications.conftest import make_endpoint
from tests.notifications.receiver import Receiver, receiving
from tests.notifications.telling import deliver, tell

OUTSIDE = "93.184.216.34"
INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "169.254.1.1",
    "169.254.169.254", "224.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[fd00:ec2::254]", "[ff02::1]",
    "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]",
    "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost",
]  # fmt: skip


def post(url: str, *, allow_private: bool = False) -> http.Answer:
    return http.post(url, body=b"{}", headers={}, allow_private=allow_private)


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_not_gone_to(host: str) -> None:
    with pytest.raises(http.LiesInside):
        post(f"http://{host}:9/")
    with pytest.raises(http.LiesInside):
        post(f"https://{host}:9/")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:7f00:1]", "169.254.169.254", "localhost"])
def test_nor_by_a_session(host: str) -> None:
    with pytest.raises(http.InvalidIPAddress):
        http.session(allow_private=False).post(f"http://{host}:9/", data=b"{}")


@pytest.mark.django_db
def test_staff_see_why_it_was_not_sent_and_it_is_tried_again() -> None:
    with receiving() as receiver:
        make_endpoint(receiver)
        tell()
        deliver()
        assert receiver.came == []
    [delivery] = Delivery.objects.all()
    assert (delivery.state, delivery.attempts, delivery.note) == ("pending", 1, "the address lies inside")


class Names:
    """Whoever answers for a name, and where connections went. The address outside is reached on this machine."""

    def __init__(self, receiver: Receiver, *answers: str) -> None:
        self.port = int(receiver.url.split(":")[2].split("/")[0])
        self.answers = list(answers)
        self.connected_to: list[str] = []

    def resolve(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        address = self.answers.pop(0) if host == "kitchen.example" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(self, address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        self.connected_to.append(address[0])
        assert address[0] == OUTSIDE
        made = socket.socket()
        made.connect(("127.0.0.1", self.port))
        return made


@pytest.fixture
def names(kitchen: Receiver, monkeypatch: pytest.MonkeyPatch) -> Names:
    """`kitchen.example` lies outside when it is asked for first, and inside from then on."""
    names = Names(kitchen, OUTSIDE, "127.0.0.1", "127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", names.resolve)
    monkeypatch.setattr(urllib3.connection.connection, "create_connection", names.connect)
    return names


def test_the_address_that_was_looked_at_is_the_one_connected_to(names: Names) -> None:
    assert post("http://kitchen.example/").status_code == 401  # it came, and was not signed
    assert names.connected_to == [OUTSIDE]
    assert len(names.answers) == 2


def test_a_name_that_moves_inside_is_refused_when_it_is_resolved_again(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "RESOLVE_SECONDS", 0.0)
    post("http://kitchen.example/")
    with pytest.raises(http.LiesInside):
        post("http://kitchen.example/")
    assert names.connected_to == [OUTSIDE]


@pytest.mark.django_db
def test_a_redirect_is_not_followed(kitchen: Receiver) -> None:
    with receiving() as elsewhere:
        make_endpoint(kitchen)
        kitchen.headers["Location"] = elsewhere.url
        kitchen.answer = lambda event: 307
        tell()
        deliver()
        assert elsewhere.came == []
    assert len(kitchen.came) == 1
    [delivery] = Delivery.objects.all()
    assert (delivery.state, delivery.note) == ("pending", "answered 307")


def test_the_companys_own_network_can_be_allowed_and_link_local_addresses_cannot(
    kitchen: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(kitchen.url, allow_private=True).status_code == 401
    assert post(kitchen.url.replace("127.0.0.1", "localhost"), allow_private=True).status_code == 401
    monkeypatch.setattr(http, "is_link_local", lambda address: address == "127.0.0.1")
    http._of_thread.sessions.clear()
    http._of_thread.routes.clear()
    with pytest.raises(http.LiesInside):
        post(kitchen.url, allow_private=True)


@pytest.mark.parametrize(
    ("address", "is_so"),
    [("169.254.169.254", True), ("::ffff:169.254.169.254", True), ("fe80::1%eth0", True), ("10.0.0.1", False)],
)
def test_what_is_link_local(address: str, is_so: bool) -> None:
    assert http.is_link_local(address) is is_so
