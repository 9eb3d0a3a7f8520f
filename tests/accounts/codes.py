"""What a person does with a mail: find the code in it."""

import re
from typing import Any

from django.core import mail

from tests.clients import Answer, Api

BODY = {"login": "dora", "email": "dora@example.com", "password": "rather-Long-1", "name": "Dora"}


def sign_up(anybody: Api, **changes: Any) -> Answer:
    return anybody.post("auth/sign-up", {**BODY, **changes})


def mailed_code() -> str:
    """The one six-digit number of the last mail, headers, text and HTML together."""
    [code] = set(re.findall(r"(?<!\d)\d{6}(?!\d)", mail.outbox[-1].message().as_string()))
    return code


def wrong(code: str) -> str:
    """Another code than this one."""
    return f"{(int(code) + 1) % 10**6:06}"


def enter(anybody: Api, sign_up_id: str, code: str) -> Answer:
    return anybody.post(f"auth/sign-up/{sign_up_id}/verification", {"code": code})
