"""A Firebase Cloud Messaging on loopback: gives an access token for the service account's signed request, takes
messages of the HTTP v1 API with that token alone, and can be told to refuse each of them as Google does.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ACCESS_TOKEN = "ya29.of-the-service-account"
AUDIENCE = "https://oauth2.googleapis.com/token"  # whichever address it is asked at
DETAIL = "type.googleapis.com/google.firebase.fcm.v1.FcmError"

# What Google answers, by its name: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
STATUSES = {
    "UNREGISTERED": (404, "NOT_FOUND"),
    "SENDER_ID_MISMATCH": (403, "PERMISSION_DENIED"),
    "INVALID_ARGUMENT": (400, "INVALID_ARGUMENT"),
    "QUOTA_EXCEEDED": (429, "RESOURCE_EXHAUSTED"),
    "UNAVAILABLE": (503, "UNAVAILABLE"),
    "INTERNAL": (500, "INTERNAL"),
    "THIRD_PARTY_AUTH_ERROR": (401, "UNAUTHENTICATED"),
}


class Fcm:
    """What came, in its order. `answer` gets a message and gives the name of a refusal, or nothing."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.came: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], str] = lambda message: ""
        self.retry_after = ""
        self.token_status = 200

    @property
    def credentials(self) -> str:
        """The service account, as FCM_CREDENTIALS takes it."""
        pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        account = {
            "type": "service_account",
            "project_id": "kitchen",
            "private_key_id": "1",
            "private_key": pem,
            "client_email": "fcm@kitchen.iam.gserviceaccount.com",
            "token_uri": f"{self.url}/token",
        }
        return json.dumps(account)

    def give_token(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        claims = jwt.decode(form["assertion"][0], KEY.public_key(), algorithms=["RS256"], audience=AUDIENCE, leeway=5)
        assert "https://www.googleapis.com/auth/cloud-platform" in claims["scope"]
        if self.token_status != 200:
            return self.token_status, {"error": "unavailable"}
        return 200, {"access_token": ACCESS_TOKEN, "expires_in": 3600, "token_type": "Bearer"}

    def take(self, message: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.came.append(message)
        name = self.answer(message)
        if not name:
            return 200, {"name": f"projects/kitchen/messages/{len(self.came)}"}
        status, code = STATUSES[name]
        details = [{"@type": DETAIL, "errorCode": name}]
        return status, {"error": {"code": status, "message": "as told", "status": code, "details": details}}


@contextmanager
def serving_fcm() -> Iterator[Fcm]:
    """One that listens on a port of its own until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/token":
                status, answer = fcm.give_token(parse_qs(body.decode()))
            elif self.path != "/v1/projects/kitchen/messages:send":
                status, answer = 404, {}
            elif self.headers["Authorization"] != f"Bearer {ACCESS_TOKEN}":
                status, answer = 401, {}
            else:
                status, answer = fcm.take(json.loads(body)["message"])
            sent = json.dumps(answer).encode()
            self.send_response(status)
            if fcm.retry_after:
                self.send_header("Retry-After", fcm.retry_after)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fcm = Fcm(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fcm
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
