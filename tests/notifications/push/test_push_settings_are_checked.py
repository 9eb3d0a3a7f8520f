"""What `manage.py check` says of the settings about pushes."""

import json
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.checks import run_checks
from django.core.management import call_command

from customerbackend.vapid import make_private_key, public_key_of
from tests.development.programs import complete
from tests.notifications.push import apns_server, web_push_server
from tests.notifications.push.fcm_server import Fcm

ACCOUNT = Fcm("https://oauth2.googleapis.com").credentials
OTHER_CURVE = ec.generate_private_key(ec.SECP384R1()).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
).decode()  # fmt: skip
NONE: dict[str, Any] = dict.fromkeys(
    ["FCM_CREDENTIALS", "APNS_KEY", "APNS_KEY_ID", "APNS_TEAM_ID", "APNS_TOPIC", "VAPID_PRIVATE_KEY", "VAPID_SUBJECT"],
    "",
)
GOOD = {
    "FCM_CREDENTIALS": ACCOUNT,
    "APNS_KEY": apns_server.KEY_PEM,
    "APNS_KEY_ID": apns_server.KEY_ID,
    "APNS_TEAM_ID": apns_server.TEAM_ID,
    "APNS_TOPIC": apns_server.TOPIC,
    "VAPID_PRIVATE_KEY": web_push_server.VAPID_KEY,
    "VAPID_SUBJECT": web_push_server.SUBJECT,
}

Check = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def check(settings) -> Check:
    """What is found with these settings: ids with their settings, which every message begins with."""

    def run(**changes: Any) -> list[tuple[str, str]]:
        for name, value in {**GOOD, **changes}.items():
            setattr(settings, name, value)
        found = run_checks(tags=["notifications"])
        for message in found:
            assert "hunter2" not in f"{message.msg} {message.hint}"
        return [(str(message.id), message.msg.replace(":", " ").replace(",", " ").split()[0]) for message in found]

    return run


def without(name: str) -> str:
    return json.dumps({key: value for key, value in json.loads(ACCOUNT).items() if key != name})


def test_good_settings_are_good_and_so_are_none(check: Check, tmp_path):
    assert check() == []
    assert check(**NONE) == []
    (tmp_path / "account.json").write_text(ACCOUNT)
    (tmp_path / "key.p8").write_text(apns_server.KEY_PEM)
    assert check(FCM_CREDENTIALS=str(tmp_path / "account.json"), APNS_KEY=str(tmp_path / "key.p8")) == []
    assert check(APNS_KEY=apns_server.KEY_PEM.replace("\n", "\\n"), VAPID_SUBJECT="https://example.com") == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"FCM_CREDENTIALS": "/nonexistent/hunter2"}, "E001 FCM_CREDENTIALS"),
        ({"FCM_CREDENTIALS": "{hunter2"}, "E002 FCM_CREDENTIALS"),
        ({"FCM_CREDENTIALS": '{"type": "authorized_user", "client_secret": "hunter2"}'}, "E003 FCM_CREDENTIALS"),
        ({"FCM_CREDENTIALS": without("project_id")}, "E003 FCM_CREDENTIALS"),
        ({"FCM_CREDENTIALS": ACCOUNT.replace("BEGIN PRIVATE KEY", "hunter2")}, "E004 FCM_CREDENTIALS"),
        ({"APNS_KEY": ""}, "E010 APNS_KEY"),
        ({"APNS_KEY_ID": ""}, "E010 APNS_KEY_ID"),
        ({"APNS_TEAM_ID": ""}, "E010 APNS_TEAM_ID"),
        ({"APNS_TOPIC": ""}, "E010 APNS_TOPIC"),
        ({"APNS_KEY": "/nonexistent/hunter2"}, "E011 APNS_KEY"),
        ({"APNS_KEY": "-----BEGIN hunter2"}, "E012 APNS_KEY"),
        ({"APNS_KEY": OTHER_CURVE}, "E012 APNS_KEY"),
        ({"APNS_KEY_ID": "hunter2"}, "E013 APNS_KEY_ID"),
        ({"APNS_TEAM_ID": "hunter2"}, "E013 APNS_TEAM_ID"),
        ({"APNS_TOPIC": "hunter2"}, "E013 APNS_TOPIC"),
        ({"VAPID_PRIVATE_KEY": ""}, "E020 VAPID_PRIVATE_KEY"),
        ({"VAPID_SUBJECT": ""}, "E020 VAPID_SUBJECT"),
        ({"VAPID_PRIVATE_KEY": "hunter2"}, "E021 VAPID_PRIVATE_KEY"),
        ({"VAPID_PRIVATE_KEY": "_" * 42 + "8"}, "E021 VAPID_PRIVATE_KEY"),
        ({"VAPID_SUBJECT": "hunter2@example.com"}, "E022 VAPID_SUBJECT"),
        ({"VAPID_SUBJECT": "https://example.com/hunter2"}, "E022 VAPID_SUBJECT"),
    ],
)
def test_what_is_half_set_or_wrong_is_named(check: Check, changes, found):
    number, name = found.split()
    assert check(**changes) == [(f"notifications.{number}", name)]


def test_a_new_key_pair_is_printed_ready_for_the_settings(check: Check):
    out = StringIO()
    call_command("make_vapid_key", stdout=out)
    lines = dict(line.split("=", 1) for line in out.getvalue().splitlines() if not line.startswith("#"))
    assert list(lines) == ["VAPID_PRIVATE_KEY", "VAPID_SUBJECT"]
    assert check(**lines) == []
    assert public_key_of(lines["VAPID_PRIVATE_KEY"]) in out.getvalue()
    assert make_private_key() != make_private_key()


PRINT = "from django.conf import settings as s; print(*s.PUSH_KINDS)"


def test_what_is_set_up_as_a_whole_is_pushed_to():
    result = complete(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", PRINT],
        SECRET_KEY="x" * 50, ALLOWED_HOSTS="*", DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing",
        DATA_DIR="/nonexistent", FCM_CREDENTIALS="/secrets/fcm.json", APNS_KEY="/secrets/apns.p8", APNS_KEY_ID="A",
        APNS_TOPIC="com.example.kitchen", VAPID_PRIVATE_KEY="$key", VAPID_SUBJECT="mailto:ops@example.com",
    )  # fmt: skip
    assert result.stdout.strip() == "fcm webpush", result.stderr
