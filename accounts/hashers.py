"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: the least that OWASP's Password Storage Cheat Sheet allows.

    Django's default takes 100 MiB a check, so that a few sign-ins at once would starve everything else.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
