"""Events sent to somebody: signed, at once or when it is told to, late, twice, in any order, or never.

https://docs.stripe.com/webhooks and https://docs.stripe.com/webhooks/signature
"""

import hashlib
import hmac
import http.client
import queue
import random
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.stripe.books import Object, in_bytes, shown


@dataclass(frozen=True)
class Delivery:
    """One try to deliver one event; status 0 says that nobody answered."""

    event: str
    type: str
    status: int


def sign(body: bytes, *secrets: str, at: float | None = None) -> str:
    """The `Stripe-Signature` header. While a secret is rolled, there is a signature by each. `v0` is to be ignored."""
    stamp = int(time.time() if at is None else at)
    signatures = [hmac.new(key.encode(), b"%d." % stamp + body, hashlib.sha256).hexdigest() for key in secrets]
    return ",".join([f"t={stamp}", *(f"v1={signature}" for signature in signatures), f"v0={'0' * 64}"])


class Webhooks:
    """Until `send_to`, events are only kept. Then a thread sends each at once, in order, unless held or dropped."""

    def __init__(self) -> None:
        self.url = ""
        self.secrets: tuple[str, ...] = ("whsec_loopback",)
        self.deliveries: list[Delivery] = []
        self._mode = "send"
        self._held: list[Object] = []
        self._failed: list[Object] = []
        self._queue: queue.Queue[Object | None] = queue.Queue()
        self._sender: threading.Thread | None = None

    def send_to(self, url: str, *secrets: str) -> None:
        self.url = url
        self.secrets = secrets or self.secrets
        if not self._sender:
            self._sender = threading.Thread(target=self._send_all, daemon=True)
            self._sender.start()

    def hold(self) -> None:
        """Keep what happens from now on until `release`."""
        self._mode = "hold"

    def drop(self) -> None:
        """Send nothing of what happens from now on."""
        self._mode = "drop"

    def release(
        self,
        *,
        times: int = 1,
        backwards: bool = False,
        shuffled: random.Random | None = None,
        keep_holding: bool = False,
    ) -> list[int]:
        """Send what was held, before this returns: each so many times, as it happened, backwards or in any order."""
        held, self._held = self._held, []
        events = [event for event in held for _ in range(times)]
        if not keep_holding:
            self._mode = "send"
        if backwards:
            events.reverse()
        if shuffled:
            shuffled.shuffle(events)
        return [self.deliver(event) for event in events]

    @property
    def held(self) -> list[Object]:
        return list(self._held)

    def deliver(self, event: Object, *, at: float | None = None) -> int:
        """Send one event before this returns, signed as of `at`; gives the status of the answer, 0 for none."""
        body, signature = self.raw(event, at=at)
        status = post(self.url, body, signature)
        self.deliveries.append(Delivery(event["id"], event["type"], status))
        if not 200 <= status < 300:
            self._failed.append(event)
        return status

    def retry(self) -> list[int]:
        """Send again what was not answered with 2xx. https://docs.stripe.com/webhooks#automatic-retries"""
        failed, self._failed = self._failed, []
        return [self.deliver(event) for event in failed]

    def raw(self, event: Object, *, at: float | None = None, secrets: tuple[str, ...] = ()) -> tuple[bytes, str]:
        """Body and signature of an event, as they would be sent."""
        body = in_bytes(shown(event))
        return body, sign(body, *(secrets or self.secrets), at=at)

    def wait(self) -> None:
        """Until everything is sent that was to be sent at once."""
        end = time.monotonic() + 20
        while self._queue.unfinished_tasks:
            assert time.monotonic() < end, "webhooks are not delivered"
            time.sleep(0.002)

    def told(self, event: Object) -> None:
        """Something happened."""
        if self._mode == "hold":
            self._held.append(event)
        elif self._mode == "send" and self.url:
            self._queue.put(event)

    def reset(self) -> None:
        self.wait()
        self.url, self._mode = "", "send"
        self.secrets = ("whsec_loopback",)
        self._held.clear()
        self._failed.clear()
        self.deliveries.clear()

    def stop(self) -> None:
        if self._sender:
            self._queue.put(None)
            self._sender.join(5)
            self._sender = None

    def _send_all(self) -> None:
        while (event := self._queue.get()) is not None:
            try:
                self.deliver(event)
            finally:
                self._queue.task_done()
        self._queue.task_done()


def post(url: str, body: bytes, signature: str) -> int:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=10)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature,
    }
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
