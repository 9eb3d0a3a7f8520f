"""Placing an order: one transaction of five statements, however long the order is.

BEGIN · session, catalog version, conditions and the claim of the Idempotency-Key · lock the stock rows and read the
queue (an order for later: take a place in its slot) · one writing statement that also makes and keeps the answer ·
COMMIT. Between them pure functions decide; whatever one of them refuses, nothing has been written.
"""

import json
from dataclasses import replace
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from accounts.addresses import AddressUnknown, json_place
from accounts.sessions import live_session
from catalog.conditions import read_states, sql_states
from catalog.loading import current_catalog, sql_catalog_version
from catalog.stock import write_reservations_sql
from customerbackend.callers import Caller
from customerbackend.idempotency import Answer, Attempt, claim_sql, keep_sql, replay, run_claim
from customerbackend.ids import new_id
from customerbackend.sqljson import json_array
from customerbackend.statements import Statement, broken_constraint, in_transaction, insert_json_sql
from notifications.messages import insert_messages_sql
from orders.composing import (
    compose_charge,
    compose_line,
    compose_log_entry,
    compose_order,
    describe_line,
    describe_subject,
)
from orders.delivering import BranchClosed, BranchPaused, BranchUnknown, OutsideDeliveryZone
from orders.estimates import describe_forecast, forecast_for_later
from orders.events import insert_event_sql
from orders.models import Estimate, Order, OrderCharge, OrderEvent, OrderLine, StatusLogEntry
from orders.numbers import number_for
from orders.planning import Customer, Plan, UnpaidOrderExists, Wish, plan_order
from orders.preprocessing import NotEnoughStock, Preprocessed, Subject, find_lack, lock_stock, preprocess
from orders.pricing import ItemUnavailable, ItemUnknown, OptionsInvalid
from orders.quoting import (
    Promise,
    QuoteBroken,
    QuoteChanged,
    QuoteExpired,
    check_promise,
    describe_problems,
    make_quote,
    read_promise,
)
from orders.representation import json_log_entry, json_order
from orders.slots import SlotFull, take_slot
from orders.statuses import Status
from orders.telling import compose_status_message

# The customer's row is locked so far that they cannot be erased while the order is being placed; its foreign key needs
# the same lock anyway.
BEGIN_PLACING = Statement(
    "begin_placing",
    "uuid, timestamptz, text, text, uuid, uuid",
    f"""
    WITH caller AS (
        SELECT customer.id AS customer_id, customer.language, customer.name, customer.phone, customer.allergens
        FROM ({live_session("$1", "$2")}) AS live JOIN accounts_customer AS customer ON customer.id = live.customer_id
        WHERE customer.is_active FOR KEY SHARE OF customer
    ),
    {claim_sql(caller="caller", key="$3", fingerprint="$4", new_id="$5", now="$2")}
    SELECT caller.customer_id, caller.language, caller.name, caller.phone, caller.allergens,
        {sql_catalog_version()}, {sql_states("NULL::uuid", "$2")},
        (SELECT {json_place("address")} FROM accounts_address AS address
            WHERE address.id = $6 AND address.customer_id = caller.customer_id),
        (SELECT unpaid.id FROM orders_order AS unpaid
            WHERE unpaid.customer_id = caller.customer_id AND unpaid.status = '{Status.WAITING_FOR_PAYMENT}'),
        claim.is_first, claim.fingerprint, claim.status, claim.body, claim.location
    FROM caller LEFT JOIN claim ON true""",
)

# What can become worse between a quote and the order that relies on it.
WORSE = (
    BranchUnknown, BranchClosed, BranchPaused, OutsideDeliveryZone, ItemUnknown, OptionsInvalid, ItemUnavailable,
    NotEnoughStock, SlotFull,
)  # fmt: skip

# The status log of an order that is being inserted, from the rows inserted beside it.
FIRST_LOG = f"""(SELECT {json_array(json_log_entry("log"), order_by="log.id")} FROM log WHERE log.is_visible)"""

WRITE_ORDER = Statement(
    "write_order",
    "json, json, json, json, json, json, json, text, timestamptz, uuid",
    f"""
    WITH placed AS ({insert_json_sql(Order, "$1", many=False)} RETURNING *),
    lines AS ({insert_json_sql(OrderLine, "$2", many=True)}),
    charges AS ({insert_json_sql(OrderCharge, "$3", many=True)}),
    log AS ({insert_json_sql(StatusLogEntry, "$4", many=True)} RETURNING *),
    estimates AS ({insert_json_sql(Estimate, "$5", many=False)}),
    {write_reservations_sql("$6", "(SELECT id FROM placed)", "$9")},
    messages AS ({insert_messages_sql("$7")}),
    event AS ({insert_event_sql("placed AS o", id="$10", type=f"'{OrderEvent.Type.PLACED.value}'", at="$9")}),
    answer AS (
        SELECT placed.customer_id, '/api/v1/orders/' || placed.id AS location,
            {json_order("placed", log=FIRST_LOG)} AS body
        FROM placed
    ),
    kept AS ({keep_sql(caller="(SELECT customer_id FROM answer)", key="$8", status="201",
                       body="(SELECT body FROM answer)", location="(SELECT location FROM answer)")})
    SELECT body, location FROM answer""",
)  # fmt: skip


def place_order(*, caller: Caller, attempt: Attempt, wish: Wish) -> Answer:
    """Place the order, have it preprocessed, and give the answer: the order as JSON, 201, with its address.

    One that is to be paid in the app waits for it, with its stock set aside. Raises TokenInvalid, RequestInProgress,
    IdempotencyKeyReused, AddressUnknown, every refusal of `plan_order` and of the stock and slot checks, and
    UnpaidOrderExists; with a quote QuoteInvalid, QuoteExpired, and QuoteChanged for what is worse than it promised.
    Locks the customer (FOR KEY SHARE), the claim, then the stock rows in id order.
    """
    try:
        return place_beside_others(caller, attempt, wish)
    except QuoteBroken as broken:
        fresh = make_quote(session_id=caller.session_id, lines=wish.lines, delivery=wish.delivery)
        if broken.has_expired:
            raise QuoteExpired(fresh_quote=fresh) from broken
        changes = [problem for refusal in broken.refusals for problem in describe_problems(refusal)]
        raise QuoteChanged(changes=changes, fresh_quote=fresh) from broken


def place_beside_others(caller: Caller, attempt: Attempt, wish: Wish) -> Answer:
    """`place_order`, once more where another order waiting for payment came at the same moment: now it can be named."""
    try:
        return place_once(caller, attempt, wish)
    except IntegrityError as fault:
        if broken_constraint(fault) != "one_order_waiting_for_payment":
            raise
    return place_once(caller, attempt, wish)


@in_transaction
def place_once(caller: Caller, attempt: Attempt, wish: Wish) -> Answer:
    """The transaction. Raises QuoteBroken, and IntegrityError beside another order waiting for payment."""
    now = timezone.now()
    address_id = wish.delivery.address_id
    row = run_claim(BEGIN_PLACING, caller.session_id, now, attempt.key, attempt.fingerprint, new_id(), address_id)
    customer, version, states, place, unpaid_id, (is_first, *earlier) = Customer(*row[:5]), *row[5:9], row[9:]
    if not is_first:
        return replay(attempt, *earlier)
    if address_id is not None:
        wish = deliver_to(wish, place)
    promise = None
    if wish.quote is not None:
        promise = read_promise(wish, now)
        wish = replace(wish, delivery=replace(wish.delivery, branch_id=promise.branch_id))
    try:
        plan = plan_order(
            wish=wish, customer=customer, catalog=current_catalog(version), states=read_states(states), now=now,
            agreed=promise.agreed if promise else None,
        )  # fmt: skip
        if plan.waits_for_payment and unpaid_id is not None:
            raise UnpaidOrderExists(order_id=str(unpaid_id))
        written = write_for_later(plan, attempt) if plan.is_for_later else write_for_now(plan, promise, attempt)
    except WORSE as refusal:
        if promise is None:
            raise
        raise QuoteBroken([refusal]) from refusal
    assert written is not None
    return Answer(status=201, body=written[0], location=written[1])


def deliver_to(wish: Wish, place: str | None) -> Wish:
    """The wish with a copy of the place that its address stands for. Raises AddressUnknown where there is none."""
    if place is None:
        raise AddressUnknown()
    return replace(wish, delivery=replace(wish.delivery, place=json.loads(place)))


def write_for_now(plan: Plan, promise: Promise | None, attempt: Attempt) -> tuple[Any, ...] | None:
    """Lock the stock, preprocess, and write the order, accepted or waiting for payment.

    Raises NotEnoughStock; QuoteBroken where it would come later than was promised.
    """
    demand = plan.priced.demand
    shelf, queue, count = lock_stock(branch=plan.branch, demand=demand, now=plan.now)
    if (lack := find_lack(plan.branch, plan.priced, shelf)) is not None:
        raise lack
    subject = describe_subject(plan, number_for(count))
    done = preprocess(
        subject=subject,
        catalog=plan.catalog,
        branch=plan.branch,
        conditions=plan.conditions,
        shelf=shelf,
        queue=queue,
        now=plan.now,
    )
    check_promise(promise, done.estimate)
    if plan.waits_for_payment:  # warehouse and kitchen are told when it has been paid
        return write(plan, subject, Status.WAITING_FOR_PAYMENT, replace(done, messages=[]), attempt)
    return write(plan, subject, Status.ACCEPTED, done, attempt)


def write_for_later(plan: Plan, attempt: Attempt) -> tuple[Any, ...] | None:
    """Take a place in the slot and write the order, scheduled or waiting for payment. Raises SlotFull."""
    requested_at = plan.wish.delivery.requested_at
    assert requested_at is not None
    count = take_slot(branch=plan.branch, requested_at=requested_at)
    subject = describe_subject(plan, number_for(count))
    estimate = forecast_for_later(
        now=plan.now,
        branch=plan.branch,
        cooking=plan.cooking_seconds,
        travel_seconds=plan.travel_seconds,
        requested_at=requested_at,
    )
    status = Status.WAITING_FOR_PAYMENT if plan.waits_for_payment else Status.SCHEDULED
    return write(plan, subject, status, Preprocessed([], {}, estimate, []), attempt)


def write(plan: Plan, subject: Subject, status: Status, done: Preprocessed, attempt: Attempt) -> tuple[Any, ...] | None:
    """Write the order with all that belongs to it, and keep the answer. One statement."""
    lines = [compose_line(plan.order_id, position, line) for position, line in enumerate(plan.priced.lines)]
    told = compose_status_message(
        order_id=plan.order_id,
        number=subject.number,
        customer_id=plan.customer.id,
        language=plan.customer.language,
        status=status,
        at=plan.now,
    )
    documents = (
        {**compose_order(plan, subject, status, done.estimate), "items": [describe_line(row) for row in lines]},
        lines,
        [compose_charge(plan.order_id, charge) for charge in plan.priced.charges],
        [compose_log_entry(plan, status)],
        {**describe_forecast(done.estimate, Estimate.Why.PLACED), "order_id": str(plan.order_id)},
        done.reservations,
        [*done.messages, told],
    )
    texts = [json.dumps(document, ensure_ascii=False) for document in documents]
    return WRITE_ORDER.row(*texts, attempt.key, plan.now, new_id())
