"""Password hashes: cheap ones for the tests, and those that are really computed, counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.hashers import Argon2Hasher

COSTS = (Argon2Hasher.time_cost, Argon2Hasher.memory_cost)
# What a hash costs is tested by itself; in every other test it would only take time.
Argon2Hasher.time_cost, Argon2Hasher.memory_cost = 1, 8


def cheap_hash(password: str) -> str:
    """The hash of a password, as tests keep it."""
    return make_password(password)


@contextmanager
def full_cost() -> Iterator[None]:
    """Passwords are hashed as in production meanwhile."""
    cheap = (Argon2Hasher.time_cost, Argon2Hasher.memory_cost)
    Argon2Hasher.time_cost, Argon2Hasher.memory_cost = COSTS
    try:
        yield
    finally:
        Argon2Hasher.time_cost, Argon2Hasher.memory_cost = cheap


class CountedHasher(Argon2Hasher):
    """Notes each hash; name it in `settings.PASSWORD_HASHERS`."""

    computed: list[str] = []

    def encode(self, password: str, salt: str) -> Any:
        self.computed.append("encode")
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> Any:
        self.computed.append("verify")
        return super().verify(password, encoded)


def count_hashes(settings: Any) -> list[str]:
    """What is hashed from now on is noted in the list."""
    CountedHasher.computed.clear()
    settings.PASSWORD_HASHERS = ["tests.hashes.CountedHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    return CountedHasher.computed
