"""UUIDv7 of moments that have passed, so that what was placed earlier sorts before what was placed later."""

import random
from uuid import UUID

from orders.seeding.copying import EPOCH, ID_HEAD

EPOCH_MS = int(EPOCH.timestamp()) * 1000
VERSION_AND_VARIANT = 7 << 76 | 2 << 62
# So many ids can be made of one tail: its last bits count them.
COUNTED_BITS = 6


def draw_tail(chance: random.Random) -> int:
    """What ids that belong together have in common: all but their moment, and room to count them."""
    bits = chance.getrandbits(12 + 62 - COUNTED_BITS)
    return VERSION_AND_VARIANT | bits >> 62 - COUNTED_BITS << 64 | (bits & 2 ** (62 - COUNTED_BITS) - 1) << COUNTED_BITS


def id_field(at: int, tail: int) -> bytes:
    """An id of a moment, as a column's value. `tail` is one that was drawn, and the id's number added."""
    return ID_HEAD + (at // 1000 + EPOCH_MS << 80 | tail).to_bytes(16, "big")


def id_of(at: int, tail: int) -> UUID:
    """The same id itself."""
    return UUID(bytes=id_field(at, tail)[len(ID_HEAD) :])


def text_of(field: bytes) -> str:
    """An id as it stands in JSON."""
    digits = field[len(ID_HEAD) :].hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
