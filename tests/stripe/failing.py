"""Failures on order: a connection that dies, an answer that never comes, 409, 429, 500; before or after acting."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from tests.stripe.refusals import Refused

Kind = Literal["timeout", "reset", "500", "409", "429", "lock_timeout"]


@dataclass(frozen=True)
class Failure:
    """`acted`: Stripe has done what was asked, and the caller does not learn it. `late`: it acts when the caller has
    given up waiting. A 500 after acting stays the answer to its idempotency key (`kept`), as documented:
    https://docs.stripe.com/api/idempotent_requests
    """

    kind: Kind
    acted: bool = False
    late: bool = False
    kept: bool = True

    def __post_init__(self) -> None:
        if self.acted and self.kind in ("409", "429", "lock_timeout"):
            raise ValueError(f"{self.kind} is said before anything is done")
        if self.late and self.kind != "timeout":
            raise ValueError("only a timeout can be late")


TIMEOUT, TIMEOUT_AFTER, TIMEOUT_LATE = Failure("timeout"), Failure("timeout", acted=True), Failure("timeout", late=True)
RESET, RESET_AFTER = Failure("reset"), Failure("reset", acted=True)
ERROR, ERROR_AFTER = Failure("500"), Failure("500", acted=True)
CONFLICT, LIMITED, LOCKED = Failure("409"), Failure("429"), Failure("lock_timeout")
EVERY_KIND = (TIMEOUT, TIMEOUT_AFTER, RESET, RESET_AFTER, ERROR, ERROR_AFTER, CONFLICT, LIMITED, LOCKED)
QUICK = tuple(failure for failure in EVERY_KIND if failure.kind != "timeout")  # none for which a caller waits

Matches = Callable[[str, str], bool]


def anything(method: str, path: str) -> bool:
    return True


def only(method: str, path: str) -> Matches:
    """Requests of this method to addresses that end so: `only("POST", "/cancel")`."""
    return lambda m, p: m == method and p.endswith(path)


@dataclass
class Pause:
    """Requests that have been accepted and are held; `arrived` is set by the first."""

    matches: Matches
    arrived: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


class Failing:
    """What fails next. Rules are asked in the order in which they were made; the first that says something counts."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rules: list[Callable[[str, str], Failure | None]] = []
        self.pauses: list[Pause] = []
        self.happened: list[tuple[str, str, Failure]] = []

    def next(self, *failures: Failure, matching: Matches = anything) -> None:
        """The next requests fail, one by one, so."""
        left = list(failures)
        self.rules.append(lambda method, path: left.pop(0) if left and matching(method, path) else None)

    def every(self, n: int, failure: Failure, matching: Matches = anything) -> None:
        """Every nth request fails."""
        seen = 0

        def rule(method: str, path: str) -> Failure | None:
            nonlocal seen
            seen += matching(method, path)
            return failure if matching(method, path) and seen % n == 0 else None

        self.rules.append(rule)

    def share(
        self,
        of: float,
        *,
        seed: int,
        failures: tuple[Failure, ...] = QUICK,
        matching: Matches = anything,
        keep_500: bool = True,
    ) -> None:
        """A share of the requests fails, each time in one of these ways; the same ones for the same seed and order."""
        chance = random.Random(seed)

        def rule(method: str, path: str) -> Failure | None:
            if not matching(method, path) or chance.random() >= of:
                return None
            return replace(chance.choice(failures), kept=keep_500)

        self.rules.append(rule)

    def stop(self) -> None:
        """Everything works again; whoever is held goes on."""
        with self.lock:
            self.rules.clear()
        for pause in self.pauses:
            pause.over.set()
        self.pauses.clear()

    @contextmanager
    def held(self, matching: Matches = anything) -> Iterator[Pause]:
        """Within it, requests are accepted and not acted on; they go on when it ends."""
        pause = Pause(matching)
        self.pauses.append(pause)
        try:
            yield pause
        finally:
            if pause in self.pauses:
                self.pauses.remove(pause)
            pause.over.set()

    def draw(self, method: str, path: str) -> Failure | None:
        """What happens to this request."""
        with self.lock:
            for rule in self.rules:
                if failure := rule(method, path):
                    self.happened.append((method, path, failure))
                    return failure
        return None

    def wait_if_held(self, method: str, path: str) -> None:
        for pause in list(self.pauses):
            if pause.matches(method, path):
                pause.arrived.set()
                pause.over.wait(30)


def refusal(failure: Failure) -> Refused:
    """What a failure that is said is said with."""
    match failure.kind:
        case "429":
            # https://docs.stripe.com/rate-limits
            return Refused(
                429,
                "invalid_request_error",
                "Request rate limit exceeded. You can learn more about rate limits here "
                "https://stripe.com/docs/rate-limits.",
                code="rate_limit",
                headers={"Retry-After": "1", "Stripe-Rate-Limited-Reason": "global-rate"},
            )
        case "lock_timeout":
            # https://docs.stripe.com/rate-limits#object-lock-timeouts
            return Refused(
                429,
                "invalid_request_error",
                "This object cannot be accessed right now because another API request or Stripe process is currently "
                "accessing it.",
                code="lock_timeout",
                headers={"Stripe-Should-Retry": "true"},
            )
        case "409":
            return Refused(
                409,
                "invalid_request_error",
                "The request conflicts with another request. Please try again later.",
                headers={"Stripe-Should-Retry": "true"},
            )
    # https://docs.stripe.com/error-low-level#server-errors
    kept = failure.acted and failure.kept
    return Refused(
        500,
        "api_error",
        "Sorry, there was an error processing your request. Please try again in a bit.",
        headers={"Stripe-Should-Retry": "false" if kept else "true"},
    )
