"""Events that Stripe never sent: each is one that it did send, altered."""

import random
from collections.abc import Callable, Iterator

from tests.stripe.webhooks import sign

Forged = tuple[bytes, dict[str, str]]
NAME = "Stripe-Signature"


def flip(data: bytes, chance: random.Random) -> bytes:
    """One bit the other way."""
    at = chance.randrange(len(data) * 8)
    altered = bytearray(data)
    altered[at // 8] ^= 1 << at % 8
    return bytes(altered)


def forgeries(body: bytes, secret: str, *, now: int, seed: int) -> Iterator[Forged]:
    """Without end, one of each kind after the other."""
    chance = random.Random(seed)
    while True:
        for forge in KINDS:
            yield forge(body, secret, now, chance)


def signed(body: bytes, *secrets: str, at: int) -> str:
    """Without the part that is to be ignored anyway."""
    return sign(body, *secrets, at=at).partition(",v0=")[0]


def header(text: str) -> dict[str, str]:
    return {NAME: text}


def flip_in_body(body: bytes, secret: str, now: int, chance: random.Random) -> Forged:
    return flip(body, chance), header(signed(body, secret, at=now))


def flip_in_signature(body: bytes, secret: str, now: int, chance: random.Random) -> Forged:
    start, _, digits = signed(body, secret, at=now).partition("v1=")
    return body, header(f"{start}v1={flip(digits.encode(), chance).decode('latin-1')}")


def flip_anywhere_in_header(body: bytes, secret: str, now: int, chance: random.Random) -> Forged:
    return body, header(flip(signed(body, secret, at=now).encode(), chance).decode("latin-1"))


def by_another_secret(body: bytes, secret: str, now: int, chance: random.Random) -> Forged:
    others = ("", "whsec_", secret[:-1], secret + "0", flip(secret.encode(), chance).decode("latin-1"), secret.upper())
    return body, header(signed(body, chance.choice(others), at=now))


def without_a_part(body: bytes, secret: str, now: int, chance: random.Random) -> Forged:
    stamp, _, signature = signed(body, secret, at=now).partition(",")
    value = signature.removeprefix("v1=")
    whole = (
        "",
        stamp,
        signature,
        value,
        f"{stamp},v1=",
        f"{stamp},v0={value}",
        f"t=,{signature}",
        f"{stamp} {signature}",
    )
    return body, chance.choice([{}, *map(header, whole)])


def of_another_moment(body: bytes, secret: str, now: int, chance: random.Random) -> Forged:
    """Signed rightly, too long ago or in time to come."""
    seconds = chance.randint(301, 10**6) * chance.choice((1, -1))
    return body, header(signed(body, secret, at=now + seconds))


def with_another_stamp(body: bytes, secret: str, now: int, chance: random.Random) -> Forged:
    """What was sent long ago, said to be new."""
    old = signed(body, secret, at=now - chance.randint(1, 10**6)).partition(",")[2]
    stamps = (f"t={now}", f"t={now},t={now}", f"t={now}.0", f"t= {now}", f"t=+{now}", f"t=0{now}", f"T={now}", "t=-1")
    return body, header(f"{chance.choice(stamps)},{old}")


def shortened_or_longer(body: bytes, secret: str, now: int, chance: random.Random) -> Forged:
    altered = (body[: chance.randrange(len(body))], body + b" ", b"\xef\xbb\xbf" + body, b"\0" + body, body * 2)
    return chance.choice(altered), header(signed(body, secret, at=now))


def signed_in_another_way(body: bytes, secret: str, now: int, chance: random.Random) -> Forged:
    right = signed(body, secret, at=now)
    other = signed(chance.choice((b"", b"{}", body + b"\n")), secret, at=now)
    return body, header(chance.choice((other, right.upper(), right[:-1], right + "0", right.replace("v1", "v2"))))


Forge = Callable[[bytes, str, int, random.Random], Forged]
KINDS: tuple[Forge, ...] = (
    flip_in_body,
    flip_in_signature,
    flip_anywhere_in_header,
    by_another_secret,
    without_a_part,
    of_another_moment,
    with_another_stamp,
    shortened_or_longer,
    signed_in_another_way,
)
