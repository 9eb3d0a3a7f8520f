"""What was asked, for a test to look at."""

from dataclasses import dataclass, field
from typing import Any

from tests.stripe.failing import Failure


@dataclass
class Recorded:
    """One request, with its answer. `status` is 0 while there is none, and when there never was one."""

    method: str
    path: str
    params: dict[str, Any]
    headers: dict[str, str]
    id: str
    status: int = 0
    error: dict[str, Any] | None = None
    malformed: bool = False  # refused for its form: something that ours must never send
    replayed: bool = False
    acted: bool = False
    failure: Failure | None = None

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("idempotency-key")


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Unanswered(Exception):
    """The connection ends without an answer; `reset` says how."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__()
        self.reset = reset
