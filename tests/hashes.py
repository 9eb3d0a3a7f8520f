"""Password hashes as they are really computed, counted."""

from typing import Any

from accounts.hashers import Argon2Hasher


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
