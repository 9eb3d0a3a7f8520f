"""Addressing: for each new message, to whom it is to be brought, by which way, and when.

One worker at a time addresses, holding an advisory lock, and takes messages in the order in which they were written. So
of two messages about one thing the later one never gets its deliveries before the earlier, and a worker that looks for
the first in a lane finds it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from customerbackend.callers import sessions
from customerbackend.ids import new_id
from customerbackend.statements import Statement, in_transaction, insert_json_sql
from customerbackend.times import rfc3339, zone_or_utc
from notifications.contacts import Contact, read_contacts
from notifications.kinds import NEWEST_ONLY, SECURITY, Kind, kind_of
from notifications.models import Channel, Delivery, Endpoint, Mailbox, Preferences, Recipient

MAIL = "email"  # the outlet of all mail
BATCH = 500

TAKE_TURN = Statement("take_turn_to_address", "", "SELECT pg_try_advisory_xact_lock(hashtext('address messages'))")
WAIT_FOR_TURN = Statement("wait_to_address", "", "SELECT pg_advisory_xact_lock(hashtext('address messages'))")
READ_NEW = Statement(
    "read_new_messages",
    "timestamptz, integer",
    """
    SELECT id, position, kind, recipient_kind, recipient_id, subject_id, address, due_at, created_at
    FROM notifications_message WHERE addressed_at IS NULL AND (due_at IS NULL OR due_at <= $1)
    ORDER BY position LIMIT $2""",
)
READ_DEVICES = Statement(
    "read_devices_to_push",
    "uuid[], text[], timestamptz",
    f"""
    SELECT device.recipient_id, device.id, device.kind FROM notifications_device AS device
    WHERE device.recipient_id = ANY ($1) AND device.kind = ANY ($2)
        AND EXISTS ({sessions().live_session("device.session_id", "$3")})
    ORDER BY device.created_at, device.id""",
)
# What was withdrawn or erased meanwhile is not told.
WRITE_ADDRESSED = Statement(
    "write_addressed",
    "json, uuid[], timestamptz",
    f"""
    WITH addressed AS (
        UPDATE notifications_message SET addressed_at = $3, address = ''
        WHERE id = ANY ($2) AND addressed_at IS NULL RETURNING id
    )
    {insert_json_sql(Delivery, "$1", many=True)}
    WHERE message_id IN (SELECT id FROM addressed)
    ON CONFLICT DO NOTHING""",
)
# What is first in a lane, waits for its next try and has been superseded is due at once: it is dropped, and what takes
# its place leaves. A worker that is just at it is not waited for. That it still waits is asked by `finished_at`: asked
# by state, the planner can take the index of all that wait.
HURRY_SUPERSEDED = Statement(
    "hurry_superseded",
    "json, timestamptz",
    """
    UPDATE notifications_delivery SET due_at = $2
    WHERE finished_at IS NULL AND leased_until IS NULL AND id = ANY (ARRAY(
        SELECT first.id
        FROM json_to_recordset($1) AS newer (target_id uuid, lane uuid, position bigint, kind text)
        CROSS JOIN LATERAL (
            SELECT waiting.id, waiting.message_id, waiting.due_at FROM notifications_delivery AS waiting
            WHERE waiting.state = 'pending' AND waiting.target_id = newer.target_id AND waiting.lane = newer.lane
                AND waiting.position < newer.position AND waiting.attempts > 0
            ORDER BY waiting.position LIMIT 1
        ) AS first
        JOIN notifications_message AS message ON message.id = first.message_id AND message.kind = newer.kind
        WHERE first.due_at > $2
    ))""",
)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What of a message says where it goes."""

    id: UUID
    position: int
    kind: str
    recipient_kind: str
    recipient_id: UUID
    subject_id: UUID | None
    address: str
    due_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Book:
    """Where everybody can be reached, as far as some messages need it. Devices are those whose session lives."""

    contacts: Mapping[UUID, Contact]
    preferences: Mapping[UUID, Preferences]
    devices: Mapping[UUID, Sequence[tuple[UUID, str]]]
    endpoints: Sequence[Endpoint]
    mailboxes: Sequence[Mailbox]


@in_transaction
def address_messages(limit: int = BATCH) -> int:
    """Write the deliveries of messages that are due and have none yet; how many messages these were.

    Four to nine statements, however many messages. None are addressed while another worker is at it.
    """
    now = timezone.now()
    if TAKE_TURN.row() != (True,):
        return 0
    messages = [NewMessage(*row) for row in READ_NEW.rows(now, limit)]
    if not messages:
        return 0
    book = open_book(messages, now)
    deliveries = [delivery for message in messages for delivery in plan_deliveries(message, book, now)]
    WRITE_ADDRESSED.run(json.dumps(deliveries), [message.id for message in messages], now)
    hurry_superseded(messages, deliveries, now)
    return len(messages)


def hurry_superseded(messages: Sequence[NewMessage], deliveries: Sequence[dict[str, Any]], now: datetime) -> None:
    """Have nothing wait behind what these have superseded. One statement, none where they supersede nothing."""
    kinds = {str(m.id): m.kind for m in messages if m.recipient_kind == Recipient.CUSTOMER and m.kind in NEWEST_ONLY}
    newest = [{**each, "kind": kinds[each["message_id"]]} for each in deliveries if each["message_id"] in kinds]
    if newest:
        HURRY_SUPERSEDED.run(json.dumps(newest), now)


def open_book(messages: Sequence[NewMessage], now: datetime) -> Book:
    """What is known of those whom these messages are for."""
    customers = {m.recipient_id for m in messages if m.recipient_kind == Recipient.CUSTOMER}
    kinds = {message.recipient_kind for message in messages} - {Recipient.CUSTOMER.value}
    devices: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    if customers and settings.PUSH_KINDS:
        for recipient_id, device_id, kind in READ_DEVICES.rows(list(customers), settings.PUSH_KINDS, now):
            devices[recipient_id].append((device_id, kind))
    return Book(
        contacts=read_contacts(customers),
        preferences=Preferences.objects.in_bulk(customers) if customers else {},
        devices=devices,
        endpoints=list(Endpoint.objects.filter(is_on=True, recipient_kind__in=kinds)) if kinds else [],
        mailboxes=list(Mailbox.objects.filter(is_on=True)) if Recipient.STAFF in kinds else [],
    )


def plan_deliveries(message: NewMessage, book: Book, now: datetime) -> Iterator[dict[str, Any]]:
    """The rows of the message's deliveries. Pure."""
    if message.recipient_kind == Recipient.CUSTOMER:
        yield from plan_for_customer(message, kind_of(message.kind), book, now)
        return
    for endpoint in book.endpoints:
        if endpoint.recipient_kind == message.recipient_kind and endpoint.wants(message.kind, message.recipient_id):
            yield compose_delivery(message, Channel.WEBHOOK, str(endpoint.id), endpoint.id, now)
    if message.recipient_kind == Recipient.STAFF:
        for mailbox in book.mailboxes:
            if mailbox.wants(message.kind, message.recipient_id):
                yield compose_delivery(message, Channel.EMAIL, MAIL, mailbox.id, now, address=mailbox.address)


def plan_for_customer(message: NewMessage, kind: Kind, book: Book, now: datetime) -> Iterator[dict[str, Any]]:
    """The same for a message to a customer: to every device, and by mail, as their preferences have it."""
    contact = book.contacts.get(message.recipient_id)
    preferences = book.preferences.get(message.recipient_id)
    is_wanted = partial(wants, kind, preferences)
    if contact is not None and is_wanted(Channel.PUSH):
        held_until = None if kind.about_running_order else end_of_quiet_hours(preferences, contact, now)
        for device_id, outlet in book.devices.get(message.recipient_id, ()):
            yield compose_delivery(message, Channel.PUSH, outlet, device_id, now, held_until=held_until)
    address = message.address or (contact.email if contact else None)
    if address and is_wanted(Channel.EMAIL):
        yield compose_delivery(message, Channel.EMAIL, MAIL, message.recipient_id, now, address=address)


def wants(kind: Kind, preferences: Preferences | None, channel: Channel) -> bool:
    """Whether somebody with these preferences is told this kind by this way."""
    default = kind.is_on_by_default(channel)
    if preferences is None or kind.preference == SECURITY:
        return default
    return bool(preferences.channels.get(kind.preference, {}).get(channel.value, default))


def end_of_quiet_hours(preferences: Preferences | None, contact: Contact, now: datetime) -> datetime | None:
    """When the recipient's quiet hours are over that hold now by their own clock; None where none hold."""
    if preferences is None or preferences.quiet_from is None or preferences.quiet_to is None:
        return None
    begin, end = preferences.quiet_from, preferences.quiet_to
    local = now.astimezone(zone_or_utc(contact.time_zone))
    clock = local.time()
    is_quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not is_quiet:
        return None
    ends_on = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(ends_on, end, tzinfo=local.tzinfo)


def compose_delivery(
    message: NewMessage,
    channel: Channel,
    outlet: str,
    target_id: UUID,
    now: datetime,
    *,
    held_until: datetime | None = None,
    address: str = "",
) -> dict[str, Any]:
    """The row of `Delivery`; `held_until` is in the future."""
    return {
        "id": str(new_id()),
        "message_id": str(message.id),
        "position": message.position,
        "channel": channel.value,
        "outlet": outlet,
        "target_id": str(target_id),
        "lane": str(message.subject_id or message.id),
        "address": address,
        "state": Delivery.State.PENDING.value,
        "attempts": 0,
        "wanted_at": rfc3339(held_until or message.due_at or message.created_at),
        "due_at": rfc3339(held_until or now),
        "note": "",
    }
