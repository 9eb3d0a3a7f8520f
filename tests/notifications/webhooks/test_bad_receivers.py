"""A receiver that is slow, endless or broken holds no thread beyond its time, and staff read what was wrong."""

import socket
import threading
from functools import partial
from typing import Any

import pytest

from notifications.channels import http
from tests.notifications.webhooks.odd_server import OddServer, answering, drip


@pytest.fixture(autouse=True)
def little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request may take half a second."""
    monkeypatch.setattr(http, "SEND_SECONDS", 0.5)
    monkeypatch.setattr(http, "REST_SECONDS", 0.1)


def post(server: OddServer) -> http.Answer:
    return http.post(server.url, body=b"{}", headers={}, allow_private=True)


def says(text: bytes) -> Any:
    return lambda connection, over: connection.sendall(text)


def hang(connection: socket.socket, over: threading.Event) -> None:
    over.wait(30)


def endless(head: bytes, again: bytes) -> Any:
    """Answers as fast as it can, for ever."""

    def answer(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.is_set():
            connection.sendall(again)

    return answer


@pytest.mark.parametrize("answer", [hang, drip, partial(drip, head=b"HTTP/1.1 200 OK\r\nX-Long: ")])
def test_one_that_does_not_come_to_an_end_is_left(answer: Any) -> None:
    with answering(answer) as server, pytest.raises(http.NoAnswer, match=r"^no answer in time$"):
        post(server)


@pytest.mark.parametrize(
    "answer",
    [
        endless(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n"),
        endless(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 1000),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        endless(b"", b"no HTTP at all\r\n"),
        lambda connection, over: connection.shutdown(socket.SHUT_RDWR),
        says(b"HTTP/1.1 two hundred\r\n\r\n"),
    ],
    ids=["headers", "a header", "continue", "noise", "closed", "not a number"],
)
def test_one_that_answers_nonsense_is_broken_off(answer: Any) -> None:
    with answering(answer) as server, pytest.raises(http.NoAnswer, match=r"^broken off$"):
        post(server)


@pytest.mark.parametrize(
    "answer",
    [
        partial(drip, head=b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
        endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000),
        endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["slow", "long", "in parts"],
)
def test_what_follows_the_head_is_not_waited_for(answer: Any) -> None:
    with answering(answer) as server:
        assert post(server).status_code == 200
        assert post(server).status_code == 200
        assert server.connections == 2


def test_a_connection_is_used_again() -> None:
    with answering(says(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) as server:
        for _ in range(5):
            assert post(server).status_code == 200
        assert server.connections == 1


def test_a_session_reads_answers_that_end_with_the_connection_and_keeps_no_cookie() -> None:
    def answer(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 201 Created\r\nSet-Cookie: a=b\r\nConnection: close\r\n\r\nhello")
        connection.shutdown(socket.SHUT_RDWR)

    session = http.session(allow_private=True)
    with answering(answer) as server:
        response = session.post(server.url, data=b"{}")
    assert (response.status_code, response.content, dict(session.cookies)) == (201, b"hello", {})


def test_a_session_comes_to_an_end_too() -> None:
    with answering(drip) as server, pytest.raises(http.requests.RequestException):
        http.session(allow_private=True).post(server.url, data=b"{}")


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    with pytest.raises(http.NoAnswer, match=r"^no connection$"):
        post(OddServer(free))


def test_one_that_does_not_greet_is_left() -> None:
    with answering(hang) as server:
        server.url = server.url.replace("http:", "https:")
        with pytest.raises(http.NoAnswer, match=r"^no answer in time$"):
            post(server)


def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    for allow_private in (True, False):
        with pytest.raises(http.NoAnswer, match=r"^the name is not known$"):
            http.post("https://kitchen.example/", body=b"{}", headers={}, allow_private=allow_private)
