"""What `manage.py check` says of the settings about pushes. Values of keys never stand in a message."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from customerbackend.vapid import public_key_of
from notifications.push_keys import read_apns_key, read_fcm_credentials

OF_A_SERVICE_ACCOUNT = ("project_id", "client_email", "private_key", "token_uri")
APPLE_ID = re.compile(r"[A-Z0-9]{10}", re.ASCII)
TOPIC = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
SUBJECT = re.compile(r"mailto:[^\s@]+@[\w.-]+|https://[\w-]+(\.[\w-]+)+", re.ASCII)

AppConfigs = Sequence[AppConfig] | None


def missing_of(names: Sequence[str]) -> list[str]:
    """Those of the settings that lack where others are set."""
    missing = [name for name in names if not getattr(settings, name)]
    return [] if len(missing) == len(names) else missing


def check_fcm(app_configs: AppConfigs, **kwargs: Any) -> list[CheckMessage]:
    """The service account of Firebase."""
    if not settings.FCM_CREDENTIALS:
        return []
    hint = "The Firebase console gives it: Project settings, Service accounts, Generate new private key."
    try:
        account = read_fcm_credentials()
    except OSError:
        return [Error("FCM_CREDENTIALS names a file that cannot be read.", hint=hint, id="notifications.E001")]
    except ValueError:
        return [Error("FCM_CREDENTIALS is no JSON of a service account.", hint=hint, id="notifications.E002")]
    if account.get("type") != "service_account" or not all(account.get(name) for name in OF_A_SERVICE_ACCOUNT):
        return [Error("FCM_CREDENTIALS is no service account.", hint=hint, id="notifications.E003")]
    try:
        load_pem_private_key(str(account["private_key"]).encode(), None)
    except ValueError:
        return [Error("FCM_CREDENTIALS has a private_key that is none.", hint=hint, id="notifications.E004")]
    return []


def check_apns(app_configs: AppConfigs, **kwargs: Any) -> list[CheckMessage]:
    """The token key of Apple."""
    names = ("APNS_KEY", "APNS_KEY_ID", "APNS_TEAM_ID", "APNS_TOPIC")
    if missing := missing_of(names):
        return [Error(f"{', '.join(missing)}: missing, while others of APNs are set.", id="notifications.E010")]
    if not settings.APNS_KEY:
        return []
    found: list[CheckMessage] = []
    try:
        key = load_pem_private_key(read_apns_key().encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("of another kind")
    except OSError:
        found.append(Error("APNS_KEY names a file that cannot be read.", id="notifications.E011"))
    except ValueError:
        found.append(Error("APNS_KEY is no key of Apple's: those are .p8 files.", id="notifications.E012"))
    forms: Mapping[str, tuple[re.Pattern[str], str]] = {
        "APNS_KEY_ID": (APPLE_ID, "ten capital letters and digits"),
        "APNS_TEAM_ID": (APPLE_ID, "ten capital letters and digits"),
        "APNS_TOPIC": (TOPIC, "the app's bundle id"),
    }
    for name, (form, words) in forms.items():
        if not form.fullmatch(getattr(settings, name)):
            found.append(Error(f"{name} is not {words}.", id="notifications.E013"))
    return found


def check_vapid(app_configs: AppConfigs, **kwargs: Any) -> list[CheckMessage]:
    """The key of Web Push."""
    if missing := missing_of(("VAPID_PRIVATE_KEY", "VAPID_SUBJECT")):
        return [Error(f"{', '.join(missing)}: missing, while the other is set.", id="notifications.E020")]
    if not settings.VAPID_PRIVATE_KEY:
        return []
    found: list[CheckMessage] = []
    try:
        public_key_of(settings.VAPID_PRIVATE_KEY)
    except ValueError:
        text = "VAPID_PRIVATE_KEY is no key."
        found.append(Error(text, hint="`manage.py make_vapid_key` makes one.", id="notifications.E021"))
    if not SUBJECT.fullmatch(settings.VAPID_SUBJECT):
        text = "VAPID_SUBJECT is neither mailto: with an address nor https:// with a host name alone."
        found.append(Error(text, id="notifications.E022"))
    return found
