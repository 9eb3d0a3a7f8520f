"""The keys of push providers, each given as itself or as the path of a file."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings


def read_fcm_credentials() -> dict[str, Any]:
    """The service account in FCM_CREDENTIALS. Raises OSError, ValueError."""
    given = settings.FCM_CREDENTIALS.strip()
    document = json.loads(given if given.startswith("{") else Path(given).read_text())
    if not isinstance(document, dict):
        raise ValueError("no JSON object")
    return document


def read_apns_key() -> str:
    """The PEM in APNS_KEY; its line ends may be written as `\\n`. Raises OSError, ValueError."""
    given = settings.APNS_KEY.strip()
    return given.replace("\\n", "\n") if given.startswith("-----BEGIN") else Path(given).read_text()
