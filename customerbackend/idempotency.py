"""Idempotency keys: a request sent twice is carried out once, and answered the same both times.

The claim is a row of `IdempotentAnswer`, inserted by the first statement of the transaction that does the work, and
committed with it. PostgreSQL has a second request with the same key wait at the unique index until the first one ends:
committed, it finds the answer there; rolled back (refused, crashed, killed), the claim is its own. Nothing has to be
cleaned up after a process that died: the claim dies with its connection.

Work that asks others over the network cannot hold a transaction open meanwhile: `carry_out` commits its claim before,
and whoever died with one has it taken over after CLAIMED. Such work must be able to go on where another one stopped.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg2.errors
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from customerbackend.callers import TokenInvalid
from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from customerbackend.statements import Row, Statement

KEPT = timedelta(hours=24)
WAIT_SECONDS = 5
CLAIMED = timedelta(seconds=60)
PAUSE_SECONDS = 0.1
PRINTABLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


class IdempotencyKeyRequired(Refusal):
    status_code = 400
    default_code = "idempotency_key_required"
    title = _("Idempotency-Key is missing")
    default_detail = _("Send an Idempotency-Key header of 1 to 255 printable characters, new for each intention.")


class IdempotencyKeyReused(Refusal):
    status_code = 422
    default_code = "idempotency_key_reused"
    title = _("Idempotency-Key was used for something else")
    default_detail = _("This Idempotency-Key came with another request before. Use a new one.")


class RequestInProgress(Refusal):
    status_code = 409
    default_code = "request_in_progress"
    title = _("The first request is still running")
    default_detail = _("A request with this Idempotency-Key is still being carried out. Ask again in a moment.")
    wait = 1


@dataclass(frozen=True)
class Attempt:
    """A request with its key: what `claim_sql` needs to claim it."""

    key: str
    fingerprint: str


@dataclass(frozen=True)
class Answer:
    """A 2xx answer, new or replayed."""

    status: int
    body: str
    location: str = ""
    replayed: bool = False


def read_attempt(request: Request) -> Attempt:
    """The request's key and the fingerprint of its method, path and body.

    Raises IdempotencyKeyRequired. The body is compared as JSON, so that spacing and the order of names do not matter.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if not PRINTABLE.fullmatch(key):
        raise IdempotencyKeyRequired()
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    text = f"{request.method} {request.path}\n{body}"
    return Attempt(key, hashlib.sha256(text.encode()).hexdigest())


def claim_sql(*, caller: str, key: str, fingerprint: str, new_id: str, now: str, id_column: str = "customer_id") -> str:
    """A CTE pair for the first statement of a transaction: claims the key for whom the relation `caller` names in its
    `id_column` (no row there, no claim), waiting up to WAIT_SECONDS for another request that holds it.

    The arguments are SQL: parameters such as `$3`. The CTE `claim` has the columns is_first, fingerprint, status, body
    and location. An answer older than 24 hours is forgotten. The lock wait ends in LockNotAvailable.
    """
    expired = f"mine.created_at < {now} - interval '{int(KEPT.total_seconds())} seconds'"
    kept = ", ".join(
        f"{column} = CASE WHEN {expired} THEN excluded.{column} ELSE mine.{column} END"
        for column in ("fingerprint", "status", "body", "location", "created_at")
    )
    return f"""
    patience AS MATERIALIZED (SELECT set_config('lock_timeout', '{WAIT_SECONDS}s', true)),
    claim AS (
        INSERT INTO customerbackend_idempotentanswer AS mine
            (id, caller_id, key, fingerprint, status, body, location, created_at)
        SELECT {new_id}, caller.{id_column}, {key}, {fingerprint}, NULL, '', '', {now}
        FROM {caller} AS caller, patience
        ON CONFLICT (caller_id, key) DO UPDATE SET {kept}
        RETURNING mine.status IS NULL AND mine.fingerprint = {fingerprint} AS is_first,
            mine.fingerprint, mine.status, mine.body, mine.location
    )"""


def run_claim(statement: Statement, *values: Any) -> Row:
    """The row of a statement that holds `claim_sql`. Raises RequestInProgress; TokenInvalid where there is no row."""
    try:
        row = statement.row(*values)
    except OperationalError as fault:
        if isinstance(fault.__cause__, psycopg2.errors.LockNotAvailable):
            raise RequestInProgress() from fault
        raise
    if row is None:
        raise TokenInvalid()
    return row


def replay(attempt: Attempt, fingerprint: str, status: int, body: str, location: str) -> Answer:
    """The kept answer of an earlier request with this key. Raises IdempotencyKeyReused if that was another one."""
    if fingerprint != attempt.fingerprint:
        raise IdempotencyKeyReused()
    return Answer(status=status, body=body, location=location, replayed=True)


def keep_sql(*, caller: str, key: str, status: str, body: str, location: str) -> str:
    """SQL that writes the answer into the claim made before in the same transaction. The arguments are SQL; `caller` is
    the id that the claim was made for.
    """
    return f"""
    UPDATE customerbackend_idempotentanswer SET status = {status}, body = {body}, location = {location}
    WHERE caller_id = {caller} AND key = {key}"""


def replay_headers(answer: Answer) -> dict[str, Any]:
    """The headers of an answer to a request with a key."""
    headers = {"Location": answer.location} if answer.location else {}
    return {**headers, "Idempotent_Replayed": "true"} if answer.replayed else headers


TAKE_CLAIM = Statement(
    "take_claim",
    "uuid, uuid, text, text, timestamptz, timestamptz, timestamptz",
    """
    INSERT INTO customerbackend_idempotentanswer AS mine
        (id, caller_id, key, fingerprint, status, body, location, created_at)
    VALUES ($1, $2, $3, $4, NULL, '', '', $5)
    ON CONFLICT (caller_id, key) DO UPDATE SET (id, fingerprint, status, body, location, created_at) = (
        SELECT taken.id, taken.fingerprint, taken.status, taken.body, taken.location, taken.created_at
        FROM (VALUES
            (true, excluded.id, excluded.fingerprint, NULL::smallint, '', '', excluded.created_at),
            (false, mine.id, mine.fingerprint, mine.status, mine.body, mine.location, mine.created_at)
        ) AS taken (is_free, id, fingerprint, status, body, location, created_at)
        WHERE taken.is_free = (mine.created_at < $6 OR (mine.status IS NULL AND mine.created_at < $7)))
    RETURNING mine.id, mine.fingerprint, mine.status, mine.body, mine.location""",
)
KEEP_CLAIM = Statement(
    "keep_claim",
    "uuid, smallint, text, text",
    """
    UPDATE customerbackend_idempotentanswer SET status = $2, body = $3, location = $4
    WHERE id = $1 AND status IS NULL""",
)
DROP_CLAIM = Statement(
    "drop_claim", "uuid", "DELETE FROM customerbackend_idempotentanswer WHERE id = $1 AND status IS NULL"
)


def carry_out(*, caller_id: UUID, attempt: Attempt, work: Callable[[], Answer]) -> Answer:
    """Do the work once for this key, outside of any transaction, and keep its answer; or give the answer that is kept.

    A second request waits up to WAIT_SECONDS for the first one's answer. Raises RequestInProgress,
    IdempotencyKeyReused, and whatever the work raises, after which the key is free again.
    """
    claim_id, deadline = new_id(), time.monotonic() + WAIT_SECONDS
    while (earlier := take_claim(claim_id, caller_id, attempt)) is not None:
        fingerprint, status, body, location = earlier
        if status is not None or fingerprint != attempt.fingerprint:
            return replay(attempt, fingerprint, status, body, location)
        if time.monotonic() > deadline:
            raise RequestInProgress()
        time.sleep(PAUSE_SECONDS)
    try:
        answer = work()
    except BaseException:
        DROP_CLAIM.run(claim_id)
        raise
    KEEP_CLAIM.run(claim_id, answer.status, answer.body, answer.location)
    return answer


def take_claim(claim_id: UUID, caller_id: UUID, attempt: Attempt) -> Row | None:
    """Claim the key; None when that went, else fingerprint, status, body and location of who has it."""
    now = timezone.now()
    row = run_claim(TAKE_CLAIM, claim_id, caller_id, attempt.key, attempt.fingerprint, now, now - KEPT, now - CLAIMED)
    return None if row[0] == claim_id else row[1:]
