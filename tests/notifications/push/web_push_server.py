"""A browser and its push service on loopback: it decrypts what arrives, as the browser would, holds it against the key
that the browser subscribed with, and can be told to refuse, to redirect or to trickle.
"""

import json
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from customerbackend.vapid import from_base64url, make_private_key, public_key_of, to_base64url

VAPID_KEY = make_private_key()
SUBJECT = "mailto:ops@example.com"
NAME = "web.push.example"


class Browser:
    """One that subscribed at the push service."""

    def __init__(self, path: str = "/send/1", host: str = NAME) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        self.endpoint = f"https://{host}{path}"
        self.path = path

    @property
    def subscription(self) -> dict[str, Any]:
        """As it is registered."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": to_base64url(point), "auth": to_base64url(self.secret)}
        return {"kind": "webpush", "token": self.endpoint, "keys": keys}

    def decrypt(self, body: bytes) -> Any:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"))


class PushService:
    """What came, in its order: `headers`, `content`. `answer` gets one and gives a status."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.browsers: dict[str, Browser] = {}
        self.came: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], int] = lambda push: 201
        self.headers: dict[str, str] = {}
        self.trickles = False

    def subscribe(self, path: str = "/send/1", host: str = NAME) -> Browser:
        """A new browser."""
        self.browsers[path] = Browser(path, host)
        return self.browsers[path]

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Verify one push, decrypt and keep it, and say what is answered."""
        scheme, _, rest = headers["authorization"].partition(" ")
        said = dict(part.strip().split("=", 1) for part in rest.split(","))
        x, y = (int.from_bytes(from_base64url(said["k"])[a:b], "big") for a, b in ((1, 33), (33, 65)))
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        claims = jwt.decode(said["t"], key, algorithms=["ES256"], audience=f"https://{headers['host'].split(':')[0]}")
        if (scheme, said["k"], claims["sub"]) != ("vapid", public_key_of(VAPID_KEY), SUBJECT):
            return 403
        assert headers["content-encoding"] == "aes128gcm"
        push = {"headers": headers, "content": self.browsers[path].decrypt(body)}
        self.came.append(push)
        return self.answer(push)


@contextmanager
def serving_web_push(context: ssl.SSLContext) -> Iterator[PushService]:
    """One that listens on a port of its own until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = service.take(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            if service.trickles:
                self.trickle()
                return
            self.send_response(status)
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def trickle(self) -> None:
            """A status line without end, as long as somebody listens."""
            try:
                while service.trickles:
                    self.wfile.write(b"HTTP/1.1 ")
                    time.sleep(0.05)
            except OSError:
                service.trickles = False
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A connection that was cut."""

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    service = PushService(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.trickles = False
        server.shutdown()
        server.server_close()
        thread.join()
