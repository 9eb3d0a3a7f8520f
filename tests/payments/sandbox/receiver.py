"""Our side's end of the webhooks, on loopback."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.stripe.record import Answer
from tests.stripe.wire import Handler, Server


@dataclass
class Receiver:
    """Keeps what it got and answers with the next of `statuses`, or 200. `meanwhile` runs before it answers."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    got: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    meanwhile: Callable[[], Any] = lambda: None

    def answer(self, handler: Handler, text: str) -> Answer:
        self.got.append((handler.path, text.encode(), dict(handler.headers)))
        self.meanwhile()
        status = self.statuses.pop(0) if self.statuses else 200
        return Answer(status, b"{}", {"Location": "/elsewhere"} if status == 302 else {})

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _path, body, _headers in self.got]

    @property
    def ids(self) -> list[str]:
        return [document["id"] for document in self.documents]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    server = Server(receiver.answer)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    server.start()
    try:
        yield receiver
    finally:
        server.cut()
