"""Somebody to whom webhooks are sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import stripe

from tests.stripe.record import Answer
from tests.stripe.wire import Handler, Server


@dataclass
class Receiver:
    """Keeps what it got and answers with `status`."""

    url: str = ""
    status: int = 200
    got: list[tuple[bytes, str]] = field(default_factory=list)

    def answer(self, handler: Handler, text: str) -> Answer:
        self.got.append((text.encode(), handler.headers["Stripe-Signature"]))
        return Answer(self.status, b"{}")

    def believed(self, secret: str) -> list[stripe.Event]:
        """What it got, as the SDK reads it. Raises SignatureVerificationError."""
        return [stripe.Webhook.construct_event(body, signature, secret) for body, signature in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    server = Server(receiver.answer)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/webhooks/stripe"
    server.start()
    yield receiver
    server.cut()
