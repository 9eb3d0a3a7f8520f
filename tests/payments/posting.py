"""Events as Stripe posts them, seen as answers; and what somebody else might post in their place."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.clients import Answer, Api
from tests.stripe.webhooks import sign

SECRET = "whsec_loopback"


def post(body: bytes | str, signature: str | None, provider: str = "stripe") -> Answer:
    """Post a body with a signature, or with none."""
    headers = {} if signature is None else {"stripe_signature": signature}
    return Api().post(f"/webhooks/{provider}", body, **headers)


def make_event(event_id: str, type: str, thing: dict[str, Any]) -> bytes:
    """An event about a thing, in Stripe's form."""
    event = {"id": event_id, "object": "event", "type": type, "data": {"object": thing}}
    return json.dumps(event, indent=2).encode()


def post_signed(body: bytes, *secrets: str, at: float | None = None) -> Answer:
    """Post a body as somebody would who has these secrets; Stripe's own without any."""
    return post(body, sign(body, *(secrets or (SECRET,)), at=at))


def forge(body: bytes, signature: str, times: int, *, seed: int) -> Iterator[tuple[bytes, str | None]]:
    """Bodies and signatures, none of which Stripe has sent: each is a good one (`body` and `signature`), altered."""
    chance = random.Random(seed)
    for number in range(times):
        forged = WAYS[number % len(WAYS)](chance, body, signature)
        assert forged[0] != body or forged[1] is None or signatures_in(forged[1]) != signatures_in(signature)
        yield forged


def signatures_in(header: str) -> list[str]:
    """What counts of a header: its moment, and the signatures of the scheme that we take."""
    return [part for part in header.split(",") if part.startswith(("t=", "v1="))]


def flip_byte(chance: random.Random, body: bytes, signature: str) -> tuple[bytes, str | None]:
    place = chance.randrange(len(body))
    return body[:place] + bytes([body[place] ^ 1 << chance.randrange(8)]) + body[place + 1 :], signature


def drop_bytes(chance: random.Random, body: bytes, signature: str) -> tuple[bytes, str | None]:
    place = chance.randrange(len(body))
    return body[:place] + body[place + chance.randint(1, 50) :], signature


def add_bytes(chance: random.Random, body: bytes, signature: str) -> tuple[bytes, str | None]:
    place = chance.randrange(len(body) + 1)
    return body[:place] + chance.randbytes(chance.randint(1, 50)) + body[place:], signature


def change_event(chance: random.Random, body: bytes, signature: str) -> tuple[bytes, str | None]:
    event = json.loads(body)
    thing = event["data"]["object"]
    changes: list[dict[str, Any]] = [
        {"id": f"evt_{chance.randrange(10**9)}"},
        {"type": "payment_intent.succeeded"},
        {"data": {"object": {**thing, "status": "succeeded", "amount_received": chance.randrange(1, 10**6)}}},
        {"data": {"object": {**thing, "id": f"pi_{chance.randrange(10**9)}"}}},
    ]
    return json.dumps({**event, **chance.choice(changes)}).encode(), signature


def change_signature(chance: random.Random, body: bytes, signature: str) -> tuple[bytes, str | None]:
    start = signature.index("v1=") + 3
    place = start + chance.randrange(64)
    other = chance.choice([digit for digit in "0123456789abcdef" if digit != signature[place]])
    return body, signature[:place] + other + signature[place + 1 :]


def change_moment(chance: random.Random, body: bytes, signature: str) -> tuple[bytes, str | None]:
    moment, rest = signature.removeprefix("t=").split(",", 1)
    return body, f"t={int(moment) + chance.choice([-1, 1]) * chance.randint(1, 400)},{rest}"


def sign_with_another(chance: random.Random, body: bytes, signature: str) -> tuple[bytes, str | None]:
    return body, sign(body, f"whsec_{chance.randrange(10**9)}", "", SECRET.upper())


def sign_long_ago(chance: random.Random, body: bytes, signature: str) -> tuple[bytes, str | None]:
    moment = int(signature.removeprefix("t=").split(",")[0])
    return body, sign(body, SECRET, at=moment + chance.choice([-1, 1]) * chance.randint(1000, 10**8))


def use_another_scheme(chance: random.Random, body: bytes, signature: str) -> tuple[bytes, str | None]:
    return body, signature.replace("v1=", chance.choice(["v0=", "v2=", "V1=", "v1 =", "v1:", ""]))


def leave_out(chance: random.Random, body: bytes, signature: str) -> tuple[bytes, str | None]:
    moment, good = signature.split(",")[:2]
    return body, chance.choice([None, "", moment, good, f"{moment},{moment},{good}", "null", "t=,v1=", f"t=0,{good}"])


WAYS: list[Callable[[random.Random, bytes, str], tuple[bytes, str | None]]] = [
    flip_byte,
    drop_bytes,
    add_bytes,
    change_event,
    change_signature,
    change_moment,
    sign_with_another,
    sign_long_ago,
    use_another_scheme,
    leave_out,
]
