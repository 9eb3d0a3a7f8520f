"""Idempotency keys. https://docs.stripe.com/api/idempotent_requests and https://docs.stripe.com/error-low-level#idempotency"""

import threading
from dataclasses import dataclass, field

from tests.stripe.refusals import Refused

LONGEST = 255


@dataclass
class Kept:
    """The first request with a key: what it asked, and its answer once there is one."""

    asked: tuple[str, str, str]
    request_id: str
    status: int = 0
    body: bytes = b""
    done: bool = field(default=False)


class Keys:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: dict[str, Kept] = {}

    def claim(self, key: str, method: str, path: str, asked: str, request_id: str) -> Kept | None:
        """The kept answer of the same request; None when this is the first, which must keep or forget.

        Raises Refused: another request had this key, or the same one is under way.
        """
        with self.lock:
            known = self.kept.get(key)
            if known is None:
                self.kept[key] = Kept((method, path, asked), request_id)
                return None
            if known.asked[:2] != (method, path):
                raise Refused(
                    400,
                    "idempotency_error",
                    "Keys for idempotent requests can only be used for the same endpoint they were first used for "
                    f"('{path}' vs '{known.asked[1]}'). Try using a key other than '{key}' if you meant to execute a "
                    "different request.",
                )
            if known.asked[2] != asked:
                raise Refused(
                    400,
                    "idempotency_error",
                    "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                    f"Try using a key other than '{key}' if you meant to execute a different request.",
                )
            if not known.done:
                raise in_use(key)
            return known

    def keep(self, key: str, status: int, body: bytes) -> None:
        """Also what was refused, and 500s, once an endpoint has begun to execute."""
        with self.lock:
            kept = self.kept.get(key)
            if kept:
                kept.status, kept.body, kept.done = status, body, True

    def forget(self, key: str) -> None:
        """Nothing was executed: what failed validation, or a limit, may be sent again."""
        with self.lock:
            self.kept.pop(key, None)

    def expire_all(self) -> None:
        """As after a day, when Stripe may forget them."""
        with self.lock:
            self.kept = {key: kept for key, kept in self.kept.items() if not kept.done}


def in_use(key: str) -> Refused:
    return Refused(
        409,
        "idempotency_error",
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        f"twice, and the other request is still going through): {key}. Please try again later.",
        code="idempotency_key_in_use",
        headers={"Stripe-Should-Retry": "true"},
    )
