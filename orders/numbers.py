"""Order numbers for people: nine digits that can be read over the phone in any language and tell nothing of volume."""

DIGITS = 9
MODULUS = 10**DIGITS
# Coprime to the modulus, so that counting up visits every number once before any comes twice.
STEP = 618_033_989
START = 271_828_183


def number_for(count: int) -> str:
    """The number of the `count`-th order, `count` from the sequence `orders_number`."""
    return f"{(START + count * STEP) % MODULUS:0{DIGITS}}"
