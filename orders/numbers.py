"""Order numbers for people: nine digits, which can be read over the phone in any language, and do not count up."""

DIGITS = 9
MODULUS = 10**DIGITS
HALF = 15  # bits; two halves hold a little more than nine digits
MASK = 2**HALF - 1
ROUND_KEYS = (24_251, 7_919, 30_013, 12_553, 18_433, 3_301)


def number_for(count: int) -> str:
    """The number of the `count`-th order, `count` from the sequence `orders_number`.

    A permutation of all numbers of nine digits: none comes twice before each has come once.
    """
    value = shuffle(count % MODULUS)
    while value >= MODULUS:  # walks on inside its cycle, so that it stays a permutation of what is below
        value = shuffle(value)
    return f"{value:0{DIGITS}}"


def shuffle(value: int) -> int:
    """A permutation of the numbers of 30 bits: a Feistel network, which is one whatever its rounds compute."""
    left, right = value >> HALF, value & MASK
    for key in ROUND_KEYS:
        mixed = (right * 2 + 1) * (key * 2 + 1)
        left, right = right, left ^ ((mixed >> 7) ^ mixed) & MASK
    return left << HALF | right
