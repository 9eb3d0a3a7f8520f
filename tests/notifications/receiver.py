"""A service on loopback that takes webhooks as the kitchen's would: it holds every request against its secret with the
reference library of Standard Webhooks, and can be told to refuse, to hang or to redirect.
"""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1raXRjaGVuLTAx"


class Receiver:
    """What came, in the order in which it came, and what is answered: `answer` gets the event, gives a status code."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.secret = SECRET
        self.came: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], int] = lambda event: 204
        self.headers: dict[str, str] = {}
        self.hangs = threading.Event()
        self.may_go_on = threading.Event()
        self._lock = threading.Lock()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Verify one request, keep it, and say what is answered."""
        event = Webhook(self.secret).verify(body, headers)
        event["id"] = headers["webhook-id"]
        with self._lock:
            self.came.append(event)
        if self.hangs.is_set():
            self.may_go_on.wait(60)
        return self.answer(event)

    @property
    def ids(self) -> list[str]:
        """The ids of what came."""
        with self._lock:
            return [event["id"] for event in self.came]


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that listens on a port of its own until the block ends, over TLS if that is given."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                status = receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            except Exception as fault:  # a test sees in `came` that it is missing
                self.log_error("%s", fault)
                status = 401
            self.send_response(status)
            for header in receiver.headers.items():
                self.send_header(*header)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who is killed, or does not trust it, hangs up
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/webhooks")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.may_go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()


def describe(events: list[dict[str, Any]]) -> list[Any]:
    """Types and data of events, for a comparison."""
    return [(event["type"], json.loads(json.dumps(event["data"]))) for event in events]
