"""A client of the API, as the app would be one."""

import json
import re
from typing import Any
from uuid import uuid4

from django.core.signals import setting_changed
from django.test import Client
from django.test.client import ClientHandler

from accounts.models import Customer
from tests.factories import sign_in

# No middleware reads these when it is loaded.
READ_LATER = re.compile("COMPANY_NAME|CURRENCY|DATABASE_PREPARE|LIMITS|PASSWORD_HASH|PAYMENT|PUBLIC_URL|STRIPE_")


class Handlers:
    """One loaded chain of middleware for every client, as a server has: loading it takes longer than most requests."""

    loaded: ClientHandler | None = None

    @classmethod
    def forget(cls, *, setting: str, **_: Any) -> None:
        """A changed setting may be one that a middleware reads when it is loaded."""
        if not READ_LATER.match(setting):
            cls.loaded = None

    @classmethod
    def get(cls) -> ClientHandler:
        cls.loaded = cls.loaded or ClientHandler(enforce_csrf_checks=False)
        return cls.loaded


setting_changed.connect(Handlers.forget)


class Answer:
    """What came back: `status`, `headers`, `content` as bytes and as `text`, and `json` where it is JSON."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.content: bytes = b"".join(response) if response.streaming else response.content

    @property
    def text(self) -> str:
        """What is no text, like a picture, stands in it as numbers."""
        return self.content.decode(errors="backslashreplace")

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str | None:
        """The problem's code; None where the answer is no problem."""
        is_problem = self.headers.get("Content-Type", "").startswith("application/problem+json")
        return self.json["code"] if is_problem else None


class Api:
    """Speaks to /api/v1, signed in as a customer or as nobody."""

    def __init__(self, token: str | None = None, customer: Customer | None = None) -> None:
        self.customer = customer
        self.token = token
        # A fault must come back as a problem, as it would to the app.
        self.client = Client(raise_request_exception=False)
        self.client.handler = Handlers.get()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """`headers` are named with `_` for `-`. A body that is not text or bytes is sent as JSON."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("authorization", f"Bearer {self.token}")
        content_type = sent.pop("content-type", "application/json")
        data = body if isinstance(body, str | bytes) else b"" if body is None else json.dumps(body)
        url = path if path.startswith("/") else f"/api/v1/{path}"
        return Answer(self.client.generic(method, url, data, content_type=content_type, headers=sent))

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)

    def place(self, body: dict[str, Any], key: str | None = None, **headers: str) -> Answer:
        """Place an order, under a new Idempotency-Key unless one is given."""
        return self.post("orders", body, idempotency_key=key or str(uuid4()), **headers)

    def cancel(self, order_id: str, key: str | None = None, **body: str) -> Answer:
        """Cancel an order, under a new Idempotency-Key unless one is given."""
        return self.post(f"orders/{order_id}/cancellation", body, idempotency_key=key or str(uuid4()))


def signed_in(customer: Customer) -> Api:
    """A client with a new session of the customer."""
    return Api(sign_in(customer)["access_token"], customer)
