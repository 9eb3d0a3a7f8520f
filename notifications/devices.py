"""Devices that take pushes: registered by the session that has them, listed, removed.

A token belongs to one device. Whoever registers it has it: moved to another customer it gets a new id, so that nothing
that was addressed to the former one can reach it.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import NotFound

from customerbackend.callers import Caller, TokenInvalid, sessions
from customerbackend.ids import new_id
from customerbackend.owned import one_statement, page_statement, read_one, read_page
from customerbackend.sqljson import json_object, json_text, json_time, json_value, json_word
from customerbackend.statements import Statement, in_transaction
from customerbackend.throttling import count_try
from customerbackend.times import rfc3339
from customerbackend.vapid import public_key_of
from notifications.models import Device
from notifications.push_addresses import refuse_address_inside

MOST = 20
BATCH = 5_000


def json_device(device: str, session: str) -> str:
    """SQL expression: JSON of a device's row under this alias, as the caller of this session sees it."""
    return json_object(
        id=json_word(f"{device}.id"),
        kind=json_word(f"{device}.kind"),
        name=json_text(f"{device}.name"),
        is_current=json_value(f"{device}.session_id = {session}"),
        registered_at=json_time(f"{device}.created_at"),
    )


THEIRS = "mine.recipient_id = {customer}"
LIVES = f"EXISTS ({sessions().live_session('mine.session_id', '$2')})"
READ_DEVICES = page_statement(
    "read_devices",
    table="notifications_device",
    item=json_device("mine", "$1"),
    owner=THEIRS,
    condition=LIVES,
)
FIND_DEVICE = one_statement(
    "find_device", table="notifications_device", item=json_device("mine", "$1"), owner=f"{THEIRS} AND {LIVES}"
)
# A customer's registrations one after the other, or two at once would both count one device too few.
TAKE_TURN = Statement(
    "take_turn_to_register", "uuid", "SELECT pg_advisory_xact_lock(hashtextextended('devices of ' || $1::text, 0))"
)
# `$1` session, `$2` now, `$3` a new id, `$4` kind, `$5` token, `$6` and `$7` keys, `$8` name, `$9` how many at most.
REGISTER = Statement(
    "register_device",
    "uuid, timestamptz, uuid, text, text, text, text, text, integer",
    f"""
    WITH caller AS ({sessions().live_session("$1", "$2")}),
    registered AS (
        INSERT INTO notifications_device AS known
            (id, kind, token, p256dh, auth, name, recipient_id, session_id, created_at)
        SELECT $3, $4, $5, $6, $7, $8, caller.customer_id, $1, $2 FROM caller
        ON CONFLICT (kind, token) DO UPDATE SET
            id = CASE WHEN known.recipient_id = EXCLUDED.recipient_id THEN known.id ELSE EXCLUDED.id END,
            p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth, name = EXCLUDED.name,
            recipient_id = EXCLUDED.recipient_id, session_id = EXCLUDED.session_id, created_at = EXCLUDED.created_at
        RETURNING known.*
    ),
    beyond AS (
        DELETE FROM notifications_device WHERE id IN (
            SELECT other.id FROM notifications_device AS other
            WHERE other.recipient_id = (SELECT recipient_id FROM registered)
                AND other.id <> (SELECT id FROM registered)
            ORDER BY other.created_at DESC, other.id DESC OFFSET $9 - 1
        )
    )
    SELECT registered.id, registered.id = $3, {json_device("registered", "$1")} FROM registered""",
)
REMOVE = Statement(
    "remove_device",
    "uuid, timestamptz, uuid",
    f"""
    WITH caller AS ({sessions().live_session("$1", "$2")}),
    gone AS (
        DELETE FROM notifications_device AS mine USING caller
        WHERE mine.id = $3 AND {THEIRS.format(customer="caller.customer_id")} AND {LIVES}
        RETURNING mine.id
    )
    SELECT (SELECT count(*) FROM gone) FROM caller""",
)
PURGE = Statement(
    "purge_devices",
    "timestamptz, integer",
    f"""
    DELETE FROM notifications_device WHERE id IN (
        SELECT device.id FROM notifications_device AS device
        WHERE NOT EXISTS ({sessions().live_session("device.session_id", "$1")})
        LIMIT $2
    ) AND NOT EXISTS ({sessions().live_session("notifications_device.session_id", "$1")})""",
)


def read_devices(*, caller: Caller, limit: int, cursor: str | None) -> str:
    """A page of the caller's devices as JSON, the one registered last first; of living sessions only.

    Raises TokenInvalid. One statement.
    """
    return read_page(READ_DEVICES, caller=caller, limit=limit, cursor=cursor)


def find_device(*, caller: Caller, device_id: UUID) -> None:
    """Raise TokenInvalid, or NotFound unless it is one of the caller's."""
    read_one(FIND_DEVICE, caller=caller, row_id=device_id)


def register_device(
    *, caller: Caller, kind: str, token: str, name: str, p256dh: str = "", auth: str = ""
) -> tuple[UUID, bool, str]:
    """Have pushes sent to the device as long as the caller's session lives: its id, whether that is new, its JSON.

    Registered again by the same customer it keeps its id and goes with the session that did so; by another one, it
    becomes theirs under a new id. Of more than MOST the ones registered longest ago go. A kind that is not set up here
    is kept for when it is. Raises TokenInvalid, PushAddressRefused, Throttled.
    """
    sessions().check_session(caller)
    if kind == Device.Kind.WEBPUSH:
        refuse_address_inside(token)
    count_try("device_by_customer", str(caller.customer_id))
    return store_device(caller, kind, token, p256dh, auth, name)


@in_transaction
def store_device(caller: Caller, *columns: str) -> tuple[UUID, bool, str]:
    """One statement, under the customer's turn to register."""
    TAKE_TURN.row(caller.customer_id)
    row = REGISTER.row(caller.session_id, timezone.now(), new_id(), *columns, MOST)
    if row is None:
        raise TokenInvalid()
    device_id, is_new, device = row
    return device_id, is_new, device


def remove_device(*, caller: Caller, device_id: UUID) -> None:
    """Push to the device no more. Raises TokenInvalid, NotFound. One statement."""
    row = REMOVE.row(caller.session_id, timezone.now(), device_id)
    if row is None:
        raise TokenInvalid()
    if not row[0]:
        raise NotFound()


def web_push_key() -> str:
    """The public key that browsers subscribe with. Raises NotFound where Web Push is not set up."""
    if Device.Kind.WEBPUSH not in settings.PUSH_KINDS:
        raise NotFound()
    return public_key_of(settings.VAPID_PRIVATE_KEY)


def purge_devices() -> int:
    """Delete devices whose session has ended; how many. They are told nothing even before that."""
    total = 0
    while count := PURGE.run(timezone.now(), BATCH):
        total += count
    return total


def export_devices(customer_id: UUID) -> list[dict[str, Any]]:
    """What is held about the customer's devices, in the order in which they were registered; not the tokens and keys,
    which are good for nothing but writing to them.
    """
    devices = Device.objects.filter(recipient_id=customer_id).order_by("created_at", "id")
    return [
        {
            "id": str(device.id),
            "kind": device.kind,
            "name": device.name,
            "registered_at": rfc3339(device.created_at),
        }
        for device in devices
    ]


def forget_devices(customer_id: UUID) -> None:
    """Delete the customer's devices, in the current transaction. Takes the customer's turn to register: whoever waits
    for it meanwhile finds the session gone.
    """
    TAKE_TURN.row(customer_id)
    Device.objects.filter(recipient_id=customer_id).delete()
