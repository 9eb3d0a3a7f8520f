"""HTTP to addresses that others have chosen: no redirect is followed, no answer read for long and, where it must not
be, no address inside reached.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests_hardened import Config, HTTPSession
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 7.0
MOST_READ = 4096  # bytes of an answer; a connection on which there is more is closed

_of_thread = threading.local()


def session(*, may_go_inside: bool) -> requests.Session:
    """The thread's own session, which keeps connections.

    A name is resolved for every request, and what is connected to is the very address that was found good
    (InvalidIPAddress otherwise): there is nothing to be gained by resolving to something else the next time.
    """
    sessions = _of_thread.__dict__.setdefault("sessions", {})
    if may_go_inside not in sessions:
        sessions[may_go_inside] = make_session(may_go_inside=may_go_inside)
    found: requests.Session = sessions[may_go_inside]
    return found


def make_session(*, may_go_inside: bool) -> requests.Session:
    """A new session. Certificates are judged by SSL_CERT_FILE where that is set, as everywhere else in Python."""
    made = BriefSession(
        Config(
            ip_filter_enable=not may_go_inside,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            user_agent_override="customerbackend",
        )
    )
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.trust_env = False  # no proxy and no password that lies about on the machine
    made.verify = os.environ.get("SSL_CERT_FILE") or True
    for adapter in made.adapters.values():
        assert isinstance(adapter, requests.adapters.HTTPAdapter)
        adapter.poolmanager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
    return made


class BriefSession(HTTPSession):
    """Reads no more of an answer than lets the connection be used again: how much there is, the other side decides."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        answer = super().send(request, **{**kwargs, "stream": True})
        left = answer.raw.length_remaining
        if left is not None and left <= MOST_READ and "close" not in answer.headers.get("Connection", "").lower():
            with contextlib.suppress(HTTPError):  # what matters has been said
                answer.raw.read()
        else:
            answer.raw.close()
        answer._content, answer._content_consumed = b"", True
        return answer


@contextlib.contextmanager
def cut_off_after(seconds: float) -> Iterator[None]:
    """Whatever this thread requests within fails when it takes longer. A timeout is for one read, and whoever sends a
    byte now and then never meets it.
    """
    line = _of_thread.line = Line()
    timer = threading.Timer(seconds, line.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        _of_thread.line = None


class Line:
    """What a thread speaks over at the moment."""

    twin: socket.socket | None = None

    def cut(self) -> None:
        """End it, from another thread."""
        with contextlib.suppress(OSError, AttributeError):
            self.twin.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


class Cuttable(HTTPConnection):
    """A connection that lets itself be cut: it keeps a second handle on its socket, which TLS takes over."""

    _twin: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self._twin = sock.dup()
        self._tell()
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request."""
        self._tell()
        super().request(*args, **kwargs)

    def close(self) -> None:
        """Close both handles."""
        super().close()
        if self._twin is not None:
            self._twin.close()
            self._twin = None

    def _tell(self) -> None:
        line = getattr(_of_thread, "line", None)
        if line is not None:
            line.twin = self._twin


class CuttableTls(Cuttable, HTTPSConnection):
    """The same over TLS."""


class HttpPool(HTTPConnectionPool):
    ConnectionCls = Cuttable


class HttpsPool(HTTPSConnectionPool):
    ConnectionCls = CuttableTls
