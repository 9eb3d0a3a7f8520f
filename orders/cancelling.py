"""Cancelling by the customer: what it would do, and doing it."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts.sessions import live_session
from customerbackend.callers import Caller, TokenInvalid
from customerbackend.errors import Refusal
from customerbackend.idempotency import Answer, Attempt, claim_sql, keep_sql, replay, run_claim
from customerbackend.ids import new_id
from customerbackend.money import money
from customerbackend.statements import Statement, in_transaction
from orders.lifecycle import Actor, ActorKind, move_locked
from orders.models import Order
from orders.representation import json_order, sql_cancel_refusal
from orders.statuses import Status, VisibleStatus, visible


class OrderNotCancellable(Refusal):
    """`order_status` is the visible one that holds, `reason` the code that `cancel_refusal` has."""

    status_code = 409
    default_code = "order_not_cancellable"
    title = _("The order cannot be cancelled")
    default_detail = _("The order cannot be cancelled because its status has changed.")


READ_CANCELLATION = Statement(
    "read_cancellation",
    "uuid, timestamptz, uuid",
    f"""
    SELECT o.id, {sql_cancel_refusal("o")}, o.amount_paid - o.amount_refunded
    FROM ({live_session("$1", "$2")}) AS caller
    LEFT JOIN orders_order AS o ON o.id = $3 AND o.customer_id = caller.customer_id""",
)
BEGIN_CANCELLING = Statement(
    "begin_cancelling",
    "uuid, timestamptz, text, text, uuid",
    f"""
    WITH caller AS ({live_session("$1", "$2")}),
    {claim_sql(caller="caller", key="$3", fingerprint="$4", new_id="$5", now="$2")}
    SELECT caller.customer_id, claim.is_first, claim.fingerprint, claim.status, claim.body, claim.location
    FROM caller LEFT JOIN claim ON true""",
)
# Locks the order before it judges: what it says holds until the transaction ends.
LOCK_TO_CANCEL = Statement(
    "lock_to_cancel",
    "uuid, uuid",
    f"""
    SELECT {sql_cancel_refusal("o")}, o.status FROM orders_order AS o
    WHERE o.id = $1 AND o.customer_id = $2 FOR UPDATE""",
)
KEEP_ORDER = Statement(
    "keep_order",
    "uuid, uuid, text",
    f"""
    WITH answer AS (SELECT {json_order("o")} AS body FROM orders_order AS o WHERE o.id = $1),
    kept AS ({keep_sql(caller="$2", key="$3", status="200", body="(SELECT body FROM answer)", location="''")})
    SELECT body FROM answer""",
)


def read_cancellation(*, caller: Caller, order_id: UUID) -> dict[str, Any]:
    """Whether the customer can cancel, why not, until when at the latest, and what would be given back.

    Raises TokenInvalid, NotFound. One statement.
    """
    row = READ_CANCELLATION.row(caller.session_id, timezone.now(), order_id)
    if row is None:
        raise TokenInvalid()
    found, refusal, held = row
    if found is None:
        raise NotFound()
    return {
        "can_cancel": refusal is None,
        "cancel_refusal": refusal,
        "until_status": VisibleStatus.COOKING.value if refusal is None else None,
        "refund": money(held) if refusal is None and held else None,
    }


@in_transaction
def cancel_order(*, caller: Caller, attempt: Attempt, order_id: UUID, reason: str, comment: str) -> Answer:
    """Cancel the order: stock is released, those who work on it are told. The answer is the order, 200.

    Raises TokenInvalid, NotFound, OrderNotCancellable, RequestInProgress, IdempotencyKeyReused. Locks the claim, the
    order, then stock rows in id order: of cancelling and cooking one wins, the other finds the order as it is.
    """
    row = run_claim(BEGIN_CANCELLING, caller.session_id, timezone.now(), attempt.key, attempt.fingerprint, new_id())
    customer_id, is_first, *earlier = row
    if not is_first:
        return replay(attempt, *earlier)
    judged = LOCK_TO_CANCEL.row(order_id, customer_id)
    if judged is None:
        raise NotFound()
    refusal, status = judged
    if refusal is not None:
        raise OrderNotCancellable(order_status=visible(status), reason=refusal)
    order = Order.objects.select_related("customer").get(id=order_id)
    why = ": ".join(part for part in (reason, comment) if part)
    move_locked(order, to=Status.CANCELLED, actor=Actor(ActorKind.CUSTOMER, str(customer_id)), reason=why)
    answer = KEEP_ORDER.row(order_id, customer_id, attempt.key)
    assert answer is not None
    return Answer(status=200, body=answer[0])
