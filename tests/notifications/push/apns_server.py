"""An Apple Push Notification service on loopback: HTTP/2 over TLS. It holds each request against the token key, and can
be told to refuse as Apple does, or to say nothing.
"""

import json
import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError

KEY = ec.generate_private_key(ec.SECP256R1())
KEY_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
KEY_ID, TEAM_ID, TOPIC = "ABC123DEFG", "TEAM123456", "com.example.kitchen"

Refusal = tuple[int, str]


class Apns:
    """What came, in its order: `token`, `headers`, `payload`. `answer` gets one and gives a status and a reason."""

    def __init__(self) -> None:
        self.came: list[dict[str, Any]] = []
        self.connections = 0
        self.answer: Callable[[dict[str, Any]], Refusal] = lambda push: (200, "")
        self.says_nothing = False

    def take(self, headers: dict[str, str], body: bytes) -> Refusal | None:
        """Verify one request, keep it, and say what is answered."""
        scheme, _, token = headers["authorization"].partition(" ")
        claims = jwt.decode(token, KEY.public_key(), algorithms=["ES256"])
        signed = (scheme, jwt.get_unverified_header(token)["kid"], claims["iss"], headers["apns-topic"])
        if signed != ("bearer", KEY_ID, TEAM_ID, TOPIC):
            return 403, "InvalidProviderToken"
        push = {"token": headers[":path"].rpartition("/")[2], "headers": headers, "payload": json.loads(body)}
        self.came.append(push)
        return None if self.says_nothing else self.answer(push)

    def serve(self, connection: ssl.SSLSocket) -> None:
        """Speak HTTP/2 on one connection until the other side ends it."""
        self.connections += 1
        speech = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        speech.initiate_connection()
        headers: dict[int, dict[str, str]] = {}
        bodies: dict[int, bytes] = defaultdict(bytes)
        with suppress(OSError, ProtocolError):
            connection.sendall(speech.data_to_send())
            while received := connection.recv(65536):
                for event in speech.receive_data(received):
                    if isinstance(event, RequestReceived):
                        headers[event.stream_id] = {str(name): str(value) for name, value in event.headers}
                    elif isinstance(event, DataReceived):
                        bodies[event.stream_id] += event.data
                        speech.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, StreamEnded):
                        asked = headers[event.stream_id]
                        answer = self.take(asked, bodies[event.stream_id])
                        if answer is not None:
                            self.reply(speech, event.stream_id, asked["apns-id"], *answer)
                connection.sendall(speech.data_to_send())

    def reply(self, speech: H2Connection, stream_id: int, apns_id: str, status: int, reason: str) -> None:
        content = json.dumps({"reason": reason}).encode() if reason else b""
        speech.send_headers(stream_id, [(":status", str(status)), ("apns-id", apns_id)], end_stream=not content)
        if content:
            speech.send_data(stream_id, content, end_stream=True)


@contextmanager
def serving_apns(context: ssl.SSLContext) -> Iterator[tuple[Apns, int]]:
    """One that listens on a port of its own until the block ends; that port."""
    apns = Apns()
    listener = socket.create_server(("127.0.0.1", 0))
    open_ones: list[ssl.SSLSocket] = []

    def accept() -> None:
        while True:
            try:
                raw, _address = listener.accept()
                open_ones.append(context.wrap_socket(raw, server_side=True))
            except OSError:
                if listener.fileno() == -1:
                    return
                continue
            threading.Thread(target=apns.serve, args=[open_ones[-1]], daemon=True).start()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield apns, listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for connection in open_ones:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
