"""Going out over HTTP to addresses that others have named: webhooks of services, browsers' push services.

Who names an address must not reach what lies inside with it (`requests_hardened` resolves the name, looks at the
address and connects to that very one), hold a thread, or fill memory: connecting, sending and reading end within
SEND_SECONDS together, and of an answer no more than ANSWER_BYTES are read, headers included.
"""

import io
import ipaddress
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, ProtocolError, SSLError
from urllib3.exceptions import TimeoutError as HttpTimeout

from notifications.channels.base import SEND_SECONDS

CONNECT_SECONDS = 3.0
ANSWER_BYTES = 64 * 1024
REST_SECONDS = 0.5  # for what follows an answer's headers, where only those are of interest
RESOLVE_SECONDS = 30.0
USER_AGENT = "customerbackend"

WORDS: Mapping[type[Exception], str] = {
    NameResolutionError: "the name is not known",
    NewConnectionError: "no connection",
    HttpTimeout: "no answer in time",
    SSLError: "TLS failed",
    ProtocolError: "broken off",
    requests.exceptions.InvalidURL: "the address is not well formed",
    requests.ConnectionError: "the name is not known",
}


class OfThread(threading.local):
    """The thread's sessions and routes, and when the request that it is at must have ended, on the monotonic clock."""

    ends_at = float("inf")

    def __init__(self) -> None:
        self.sessions: dict[bool, BoundedSession] = {}
        self.routes: dict[tuple[str, bool], Route] = {}


_of_thread = OfThread()


class BoundedReader(io.RawIOBase):
    """What comes from a socket until the thread's request must have ended, and no more of it than ANSWER_BYTES."""

    def __init__(self, connected: socket.socket, source: io.RawIOBase) -> None:
        self._connected = connected
        self._source = source
        self._left = ANSWER_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        seconds = _of_thread.ends_at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("timed out")
        if self._left <= 0:
            raise OSError("the answer is too long")
        self._connected.settimeout(seconds)
        count = self._source.readinto(memoryview(buffer)[: self._left]) or 0
        self._left -= count
        return count

    def close(self) -> None:
        self._source.close()
        super().close()


class BoundedResponse(HTTPResponse):
    """An answer that is read through a BoundedReader."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: Any = io.BufferedReader(BoundedReader(sock, self.fp.detach()))


class Bounded:
    """Mixin of connections: they connect and read within what is left of the thread's time."""

    response_class = BoundedResponse

    def _new_conn(self: Any) -> socket.socket:
        left = _of_thread.ends_at - time.monotonic()
        self.timeout = max(0.001, min(self.timeout, left))
        made: socket.socket = super()._new_conn()  # type: ignore[misc]
        # Never meant, even where the company's own network may be reached: clouds give out their machines' keys there.
        if is_link_local(made.getpeername()[0]):
            made.close()
            raise InvalidIPAddress("link-local")
        return made


def is_link_local(address: str) -> bool:
    """Whether the address is good on one wire only, in whatever form it is written."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return (getattr(found, "ipv4_mapped", None) or found).is_link_local


class BoundedConnection(Bounded, HTTPConnection):  # type: ignore[misc]
    """Over TCP."""


class BoundedTlsConnection(Bounded, HTTPSConnection):  # type: ignore[misc]
    """Over TLS."""


class Pool(HTTPConnectionPool):
    """Connections to one address."""

    ConnectionCls = BoundedConnection


class TlsPool(HTTPSConnectionPool):
    """The same, over TLS."""

    ConnectionCls = BoundedTlsConnection


class BoundedAdapter(HTTPAdapter):
    """Makes bounded connections."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}


class OutsideAdapter(BoundedAdapter, IPFilterAdapter):
    """Makes bounded connections to addresses outside only."""

    def __init__(self, is_tls: bool) -> None:
        IPFilterAdapter.__init__(self, is_https_proto=is_tls)


class BoundedSession(HTTPSession):
    """Follows no redirect, uses no proxy and no password that lies about on the machine, keeps no cookie."""

    def __init__(self, *, allow_private: bool) -> None:
        super().__init__(
            Config(
                ip_filter_enable=not allow_private,
                ip_filter_allow_loopback_ips=False,
                never_redirect=True,
                default_timeout=(CONNECT_SECONDS, SEND_SECONDS),
                user_agent_override=USER_AGENT,
            )
        )
        self.trust_env = False
        self.verify = os.environ.get("SSL_CERT_FILE") or True  # as everywhere else in Python
        for scheme in ("http", "https"):
            self.mount(f"{scheme}://", BoundedAdapter() if allow_private else OutsideAdapter(scheme == "https"))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        with bounded():
            response = super().send(request, **kwargs)
            self.cookies.clear()
            return response


@contextmanager
def bounded() -> Iterator[None]:
    """What the thread does within ends in time; what it reads afterwards is the rest of an answer."""
    _of_thread.ends_at = time.monotonic() + SEND_SECONDS
    try:
        yield
    finally:
        _of_thread.ends_at = time.monotonic() + REST_SECONDS


def session(*, allow_private: bool) -> requests.Session:
    """The thread's own session, which keeps its connections. It raises what `requests` raises: InvalidIPAddress (of
    `requests_hardened`) where the address lies inside and must not, and RequestException for the rest.
    """
    if allow_private not in _of_thread.sessions:
        _of_thread.sessions[allow_private] = BoundedSession(allow_private=allow_private)
    return _of_thread.sessions[allow_private]


class NoAnswer(Exception):
    """Nothing was answered, or not as HTTP has it. The text says why, in words for staff."""


class LiesInside(NoAnswer):
    """The address is one of those inside that must not be gone to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer."""

    status_code: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """Where an address leads: the connections to the machine that its name stood for when it was resolved."""

    pool: HTTPConnectionPool
    path: str
    host: str
    good_until: float


def post(url: str, *, body: bytes, headers: Mapping[str, str], allow_private: bool) -> Answer:
    """POST by the thread's session, in a third of the time: of what a session does for a request nothing is needed here
    but the connection. A name is resolved anew every RESOLVE_SECONDS. Raises NoAnswer.
    """
    with bounded():
        try:
            route = find_route(url, allow_private=allow_private)
            answer = route.pool.urlopen(
                "POST", route.path, body, {**headers, "Host": route.host, "User-Agent": USER_AGENT}, retries=False,
                redirect=False, assert_same_host=False, preload_content=False, timeout=CONNECT_SECONDS,
            )  # fmt: skip
        except (requests.RequestException, HTTPError, OSError) as fault:
            raise explain(fault) from fault
    answer.drain_conn()  # the connection can be used again, unless the rest is long or late
    answer.release_conn()
    return Answer(answer.status, answer.headers)


def find_route(url: str, *, allow_private: bool) -> Route:
    """The thread's way to the address. Raises RequestException, among them InvalidIPAddress."""
    known = _of_thread.routes.get((url, allow_private))
    if known is not None and known.good_until > time.monotonic():
        return known
    of_thread = session(allow_private=allow_private)
    adapter: Any = of_thread.get_adapter(url)
    request = requests.Request("POST", url).prepare()
    pool = adapter.get_connection_with_tls_context(request, verify=of_thread.verify)
    adapter.cert_verify(pool, request.url, of_thread.verify, None)
    host = request.headers.get("Host") or urlsplit(str(request.url)).netloc
    route = Route(pool, adapter.request_url(request, {}), host, time.monotonic() + RESOLVE_SECONDS)
    _of_thread.routes = {(url, allow_private): route}  # a thread sends to one endpoint
    return route


def explain(fault: Exception) -> NoAnswer:
    """What a failed request comes to, in words that hold nothing of what was sent."""
    causes = [fault, *(arg for arg in fault.args if isinstance(arg, Exception))]
    if any(isinstance(cause, InvalidIPAddress) for cause in causes):
        return LiesInside("the address lies inside")
    for kind, words in WORDS.items():
        if any(isinstance(cause, kind) for cause in causes):
            return NoAnswer(words)
    return NoAnswer(type(fault).__name__)
