"""Claiming deliveries, and writing down what came of them.

A claim is a lease: whoever has it sends, within the lease's time, and records. A worker that dies leaves leases behind
that run out, and what it had sent without recording it is sent once more, under the same id.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from customerbackend.callers import sessions
from customerbackend.ids import new_id
from customerbackend.statements import Statement
from customerbackend.times import rfc3339
from notifications.channels.base import SEND_SECONDS, Parcel
from notifications.contacts import contacts
from notifications.kinds import NEWEST_ONLY
from notifications.models import Delivery

LEASE = timedelta(seconds=3 * SEND_SECONDS)
CLOCK_TOLERANCE = "10 seconds"  # so far may the clocks of workers be apart
HEARD_ON = "notifications_message"  # what workers listen to

# Has every worker look at once, from the end of the transaction on.
WAKE_WORKERS = Statement("wake_workers", "", f"SELECT pg_notify('{HEARD_ON}', '')")

State = Delivery.State

# The message's own; else that of the mailbox, or of the customer; empty where nobody has one.
SQL_LANGUAGE = f"""
    COALESCE(
        NULLIF(message.language, ''),
        CASE message.recipient_kind
            WHEN 'customer' THEN {contacts().sql_language("message.recipient_id")}
            WHEN 'staff' THEN (SELECT language FROM notifications_mailbox WHERE id = claimed.target_id)
        END,
        ''
    )"""

# Only the first of a lane can be claimed; what quiet hours hold back holds back nothing else, unless it is due within
# CLOCK_TOLERANCE: to a worker whose clock is slow, what another has just addressed is not due yet either. `$1` and `$2`
# are outlets and how many of each, `$3` now, `$4` the lease's end, `$5` the claim, `$6` the kinds of which only the
# newest is told. However much waits, it reads little more than what it claims: asked for the earliest position, the
# planner can take nothing but the index of lanes (NOT EXISTS it joins with all that wait, believing these to be few),
# and of an array of ids it knows that they are few.
CLAIM = Statement(
    "claim_deliveries",
    "text[], integer[], timestamptz, timestamptz, uuid, text[]",
    f"""
    WITH ready AS (
        SELECT first.id
        FROM unnest($1, $2) AS wanted (outlet, quota)
        CROSS JOIN LATERAL (
            SELECT waiting.id FROM notifications_delivery AS waiting
            WHERE waiting.state = 'pending' AND waiting.outlet = wanted.outlet AND waiting.due_at <= $3
                AND (waiting.leased_until IS NULL OR waiting.leased_until <= $3)
                AND waiting.position = (
                    SELECT min(earliest.position) FROM notifications_delivery AS earliest
                    WHERE earliest.state = 'pending' AND earliest.target_id = waiting.target_id
                        AND earliest.lane = waiting.lane
                        AND (earliest.due_at <= $3 + interval '{CLOCK_TOLERANCE}' OR earliest.attempts > 0)
                )
            ORDER BY waiting.due_at, waiting.position LIMIT wanted.quota FOR UPDATE SKIP LOCKED
        ) AS first
    ),
    claimed AS (
        UPDATE notifications_delivery AS delivery SET leased_until = $4, claim_id = $5
        WHERE delivery.id = ANY (ARRAY(SELECT id FROM ready))
        RETURNING delivery.*
    )
    SELECT claimed.channel, claimed.id, claimed.outlet, claimed.target_id, claimed.attempts,
        message.id, message.kind, message.recipient_kind, message.recipient_id, message.subject_id,
        {SQL_LANGUAGE}, message.data::json, message.created_at, message.expires_at, claimed.address,
        CASE claimed.channel
            WHEN 'email' THEN '{{}}'::json
            WHEN 'push' THEN (
                SELECT json_build_object('kind', device.kind, 'token', device.token, 'p256dh', device.p256dh,
                    'auth', device.auth)
                FROM notifications_device AS device
                WHERE device.id = claimed.target_id AND device.recipient_id = message.recipient_id
                    AND EXISTS ({sessions().live_session("device.session_id", "$3")})
            )
            ELSE (
                SELECT json_build_object('url', endpoint.url, 'secrets',
                    CASE WHEN endpoint.previous_until > $3
                    THEN json_build_array(endpoint.secret, endpoint.previous_secret)
                    ELSE json_build_array(endpoint.secret) END)
                FROM notifications_endpoint AS endpoint WHERE endpoint.id = claimed.target_id
            )
        END,
        message.recipient_kind = 'customer' AND message.kind = ANY ($6) AND EXISTS (
            SELECT FROM notifications_message AS newer
            WHERE newer.subject_id = message.subject_id AND newer.kind = message.kind
                AND newer.recipient_id = message.recipient_id AND newer.position > message.position
        )
    FROM claimed JOIN notifications_message AS message ON message.id = claimed.message_id
    ORDER BY claimed.position""",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a claimed delivery. `state` pending: it is to be tried again, at `due_at`.

    `took_ms` is None where it was not tried.
    """

    delivery_id: UUID
    claim_id: UUID
    state: str
    due_at: datetime | None = None
    note: str = ""
    tried_at: datetime | None = None
    took_ms: int | None = None
    status_code: int | None = None
    target_id: UUID | None = None
    is_target_gone: bool = False
    is_target_closed: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Parcels to be sent by channel until `ends_at`, and those that need not be sent any more."""

    id: UUID
    ends_at: datetime
    parcels: Sequence[tuple[str, Parcel]]
    dropped: Sequence[Outcome]


def claim_deliveries(quotas: Mapping[str, int]) -> Claim:
    """Claim up to so many deliveries of each outlet that are due and whose turn it is. One statement, committed."""
    now = timezone.now()
    claim_id, ends_at = new_id(), now + LEASE
    rows = CLAIM.rows(list(quotas), list(quotas.values()), now, ends_at, claim_id, NEWEST_ONLY)
    parcels, dropped = [], []
    for channel, *contents, is_superseded in rows:
        parcel = Parcel(*contents)
        note = why_drop(parcel, is_superseded=is_superseded, now=now)
        if note:
            dropped.append(Outcome(parcel.delivery_id, claim_id, State.DROPPED, note=note))
        else:
            parcels.append((channel, parcel))
    return Claim(claim_id, ends_at, parcels, dropped)


def why_drop(parcel: Parcel, *, is_superseded: bool, now: datetime) -> str:
    """Why the parcel need not be sent any more; empty where it must be."""
    if parcel.target is None:
        return "target gone"
    if parcel.expires_at is not None and parcel.expires_at <= now:
        return "expired"
    return "superseded" if is_superseded else ""


# That it still waits is asked by `finished_at`: asked by state, the planner takes the index of all that wait. How an
# endpoint fares is noted at most once a second while all goes well. Whoever else holds its row (another worker that
# notes the same, staff who change it) is not waited for: one that has closed says so again.
RECORD = Statement(
    "record_outcomes",
    "json, timestamptz",
    """
    WITH outcome AS MATERIALIZED (
        SELECT * FROM json_to_recordset($1) AS outcome (
            delivery_id uuid, claim_id uuid, state text, due_at timestamptz, note text, tried_at timestamptz,
            took_ms integer, status_code smallint, target_id uuid, is_target_gone boolean, is_target_closed boolean)
    ),
    tried AS (
        INSERT INTO notifications_attempt (delivery_id, at, took_ms, status_code, error)
        SELECT delivery_id, tried_at, took_ms, status_code, note FROM outcome
        WHERE took_ms IS NOT NULL
            AND delivery_id IN (
                SELECT id FROM notifications_delivery WHERE id = ANY (ARRAY(SELECT delivery_id FROM outcome))
            )
    ),
    gone AS (DELETE FROM notifications_device WHERE id IN (SELECT target_id FROM outcome WHERE is_target_gone)),
    fared AS (
        SELECT target_id, bool_or(is_target_closed) AS is_closed,
            max(tried_at) FILTER (WHERE state = 'delivered') AS delivered_at,
            max(tried_at) FILTER (WHERE state <> 'delivered') AS failed_at,
            (array_agg(note ORDER BY tried_at DESC) FILTER (WHERE state <> 'delivered'))[1] AS error
        FROM outcome WHERE took_ms IS NOT NULL GROUP BY target_id
    ),
    endpoint AS (
        SELECT known.id FROM notifications_endpoint AS known JOIN fared ON fared.target_id = known.id
        WHERE fared.is_closed OR fared.failed_at IS NOT NULL
            OR COALESCE(known.last_delivered_at < fared.delivered_at - interval '1 second', TRUE)
        FOR NO KEY UPDATE OF known SKIP LOCKED
    ),
    noted AS (
        UPDATE notifications_endpoint AS known SET
            is_on = known.is_on AND NOT fared.is_closed,
            off_note = CASE WHEN known.is_on AND fared.is_closed THEN fared.error ELSE known.off_note END,
            last_delivered_at = COALESCE(fared.delivered_at, known.last_delivered_at),
            last_failed_at = COALESCE(fared.failed_at, known.last_failed_at),
            last_error = COALESCE(fared.error, known.last_error)
        FROM fared JOIN endpoint ON endpoint.id = fared.target_id WHERE known.id = endpoint.id
    )
    UPDATE notifications_delivery AS delivery SET
        state = outcome.state,
        attempts = delivery.attempts + (outcome.took_ms IS NOT NULL)::integer,
        due_at = COALESCE(outcome.due_at, delivery.due_at),
        note = outcome.note,
        leased_until = NULL,
        claim_id = NULL,
        finished_at = CASE WHEN outcome.state <> 'pending' THEN $2 END,
        address = CASE WHEN outcome.state <> 'pending' THEN '' ELSE delivery.address END
    FROM outcome
    WHERE delivery.id = ANY (ARRAY(SELECT delivery_id FROM outcome)) AND delivery.id = outcome.delivery_id
        AND delivery.claim_id = outcome.claim_id AND delivery.finished_at IS NULL""",
)


def record_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Write down what came of claimed deliveries; those that another worker has claimed since stay. One statement, none
    for no outcomes.
    """
    if outcomes:
        RECORD.run(json.dumps([describe_outcome(outcome) for outcome in outcomes]), timezone.now())


def describe_outcome(outcome: Outcome) -> dict[str, Any]:
    """As the statement takes it."""
    return {
        "delivery_id": str(outcome.delivery_id),
        "claim_id": str(outcome.claim_id),
        "state": outcome.state,
        "due_at": rfc3339(outcome.due_at) if outcome.due_at else None,
        "note": outcome.note[:300],
        "tried_at": rfc3339(outcome.tried_at) if outcome.tried_at else None,
        "took_ms": outcome.took_ms,
        "status_code": outcome.status_code,
        "target_id": str(outcome.target_id) if outcome.target_id else None,
        "is_target_gone": outcome.is_target_gone,
        "is_target_closed": outcome.is_target_closed,
    }
