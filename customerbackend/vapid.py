"""The key pair that signs Web Push (VAPID, RFC 8292): a private key of P-256 as 32 bytes, a public one as a point of
65, both in base64url, as browsers and push services write them.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def from_base64url(text: str) -> bytes:
    """Decode what may lack its padding. Raises ValueError."""
    if not text.isascii() or set(text.rstrip("=")) & set("+/"):
        raise ValueError("not base64url")
    bare = text.rstrip("=")
    decoded = urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    if to_base64url(decoded) != bare:
        raise ValueError("not base64url")
    return decoded


def to_base64url(value: bytes) -> str:
    """Encode without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def make_private_key() -> str:
    """A new private key."""
    value = ec.generate_private_key(CURVE).private_numbers().private_value
    return to_base64url(value.to_bytes(32, "big"))


def public_key_of(private_key: str) -> str:
    """The public key that belongs to it. Raises ValueError when it is none."""
    value = from_base64url(private_key)
    if len(value) != 32:
        raise ValueError("not 32 bytes")
    point = ec.derive_private_key(int.from_bytes(value, "big"), CURVE).public_key()
    return to_base64url(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def is_public_key(text: str) -> bool:
    """Whether it is a point of the curve, in the long form of 65 bytes."""
    try:
        value = from_base64url(text)
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, value)
    except ValueError:
        return False
    return len(value) == 65
