"""Quotes: what placing an order would say now. Nothing is stored; the quote itself says, signed, what it promises.

For five minutes an order placed with it costs what it said, for the same items, branch, place and way of handing over.
Refused is only what is worse than promised, and then the refusal brings the next quote.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from accounts.addresses import AddressUnknown, json_place
from accounts.sessions import live_session
from catalog.conditions import read_states, sql_states
from catalog.describing import describe_allergens
from catalog.loading import current_catalog, sql_catalog_version
from customerbackend.callers import TokenInvalid
from customerbackend.errors import Refusal
from customerbackend.money import included_tax, money
from customerbackend.statements import Statement
from customerbackend.times import rfc3339
from orders.delivering import Delivery
from orders.estimates import Forecast, forecast, forecast_for_later
from orders.planning import Assessment, Wish, assess
from orders.preprocessing import find_lack, look_at_stock
from orders.pricing import Agreed, Charge, PricedLine, WantedLine, describe_totals
from orders.slots import SlotFull, look_at_slot

BINDS = timedelta(minutes=5)
# A quote stands for the time that it named, unless it has become later by more than the greater of these.
LATER = timedelta(minutes=10)
LATER_SHARE = 0.25
SALT = "orders.quoting"
EDITION = 1
WHERE = ("city", "line", "postal_code", "latitude", "longitude")


class QuoteInvalid(Refusal):
    status_code = 422
    default_code = "quote_invalid"
    title = _("The quote is not for this order")
    default_detail = _("The quote was altered, or is for other items, another branch, place or way of handing over.")


class QuoteExpired(Refusal):
    """With a fresh quote, as in QuoteChanged."""

    status_code = 409
    default_code = "quote_expired"
    title = _("The quote has expired")
    default_detail = _("The quote was good for five minutes. Look at the new one and confirm.")


class QuoteChanged(Refusal):
    """`changes` says what has become worse, as `problems` of a quote do; `fresh_quote` is what is so now."""

    status_code = 409
    default_code = "quote_changed"
    title = _("What was quoted has changed")
    default_detail = _("Something has become worse since the quote. Look at the new one and confirm.")


class LaterThanQuoted(Refusal):
    """`delivered_at` is the present estimate, `quoted_delivered_at` that of the quote. Told inside `changes`."""

    status_code = 409
    default_code = "later_than_quoted"
    title = _("Later than quoted")
    default_detail = _("It will be handed over noticeably later than was quoted.")


class QuoteBroken(Exception):
    """Raised while an order is placed: the quote that it relies on no longer holds, for these reasons."""

    def __init__(self, refusals: Sequence[Refusal], *, has_expired: bool = False) -> None:
        super().__init__()
        self.refusals = refusals
        self.has_expired = has_expired


@dataclass(frozen=True)
class Promise:
    """What a quote holds: for which basket, at which branch, what was promised, and until when."""

    basket: str
    branch_id: UUID
    agreed: Agreed
    quoted_at: datetime
    delivered_at: datetime
    is_for_later: bool

    @property
    def expires_at(self) -> datetime:
        return self.quoted_at + BINDS

    @property
    def latest(self) -> datetime:
        """Later than this is worse than promised."""
        return self.delivered_at + max(LATER, (self.delivered_at - self.quoted_at) * LATER_SHARE)


BEGIN_QUOTE = Statement(
    "begin_quote",
    "uuid, timestamptz, uuid",
    f"""
    SELECT $1 IS NULL OR caller.customer_id IS NOT NULL, {sql_catalog_version()}, {sql_states("NULL::uuid", "$2")},
        (SELECT {json_place("address")} FROM accounts_address AS address
            WHERE address.id = $3 AND address.customer_id = caller.customer_id)
    FROM (SELECT 1) AS one LEFT JOIN ({live_session("$1", "$2")}) AS caller ON true""",
)


@dataclass(frozen=True)
class Quote:
    """What placing would say now."""

    now: datetime
    found: Assessment
    refusals: list[Refusal]
    estimate: Forecast | None


def make_quote(*, session_id: UUID | None, lines: Sequence[WantedLine], delivery: Delivery) -> dict[str, Any]:
    """The quote as the API gives it. Raises TokenInvalid for a session that does not live, AddressUnknown.

    Three statements at most, none of which locks anything.
    """
    now = timezone.now()
    row = BEGIN_QUOTE.row(session_id, now, delivery.address_id)
    assert row is not None
    is_signed_in, version, states, place = row
    if not is_signed_in:
        raise TokenInvalid()
    if delivery.address_id is not None:
        if place is None:
            raise AddressUnknown()
        delivery = replace(delivery, place=json.loads(place))
    catalog = current_catalog(version)
    found = assess(lines=lines, delivery=delivery, catalog=catalog, states=read_states(states), now=now)
    return describe_quote(look_ahead(found, delivery, now), lines, delivery)


def look_ahead(found: Assessment, delivery: Delivery, now: datetime) -> Quote:
    """The rest of what placing would look at: stock and kitchen, or the slot."""
    refusals, branch = list(found.refusals), found.branch
    if branch is None:
        return Quote(now, found, refusals, None)
    if found.waits_until is not None and delivery.requested_at is not None:
        try:
            look_at_slot(branch=branch, requested_at=delivery.requested_at)
        except SlotFull as refusal:
            refusals.append(refusal)
        estimate = forecast_for_later(
            now=now,
            branch=branch,
            cooking=found.cooking_seconds,
            travel_seconds=found.travel_seconds,
            requested_at=delivery.requested_at,
        )
        return Quote(now, found, refusals, estimate)
    demand = found.priced.demand
    shelf, queue = look_at_stock(branch=branch, demand=demand, now=now)
    lack = find_lack(branch, found.priced, shelf)
    estimate = forecast(
        now=now,
        branch=branch,
        cooking=found.cooking_seconds,
        queue=queue,
        busy_seconds=found.conditions.busy_seconds,
        is_lacking=bool(shelf.lacking(demand)),
        travel_seconds=found.travel_seconds,
        not_before=delivery.requested_at,
    )
    return Quote(now, found, [*refusals, lack] if lack else refusals, estimate)


def describe_quote(quote: Quote, lines: Sequence[WantedLine], delivery: Delivery) -> dict[str, Any]:
    """The document: a quote only where nothing stands against placing."""
    found, estimate = quote.found, quote.estimate
    binding = None if quote.refusals or estimate is None else sign(quote, lines, delivery)
    return {
        "branch_id": None if found.branch is None else str(found.branch.id),
        "items": [describe_item(line) for line in found.priced.lines],
        "totals": None if found.branch is None else describe_totals(found.priced),
        "estimates": None if estimate is None else describe_estimates(estimate),
        "problems": [problem for refusal in quote.refusals for problem in describe_problems(refusal)],
        "quote": binding,
        "expires_at": rfc3339(quote.now + BINDS) if binding else None,
    }


def describe_item(line: PricedLine) -> dict[str, Any]:
    """One line of a quote."""
    return {
        "index": line.index,
        "product_id": str(line.product.id),
        "name": line.product.name,
        "unit_price": money(line.unit_price),
        "quantity": line.quantity,
        "options": [{"name": option.name, "price": money(option.price)} for option in line.options],
        "note": line.note or None,
        "total": money(line.total),
        "tax_rate_bps": line.tax_rate_bps,
        "allergens": describe_allergens(line.allergens),
    }


def describe_estimates(estimate: Forecast) -> dict[str, Any]:
    """An estimate in the shape in which orders have it."""
    return {
        "cooked_at": rfc3339(estimate.cooked_at),
        "delivered_at": rfc3339(estimate.delivered_at),
        "delivered_from": rfc3339(estimate.delivered_from),
        "delivered_to": rfc3339(estimate.delivered_to),
        "first_cooked_at": rfc3339(estimate.cooked_at),
        "first_delivered_to": rfc3339(estimate.delivered_to),
        "wait_seconds": estimate.wait_seconds,
        "cooking_seconds": estimate.cooking_seconds,
        "courier_wait_seconds": estimate.courier_wait_seconds,
        "travel_seconds": estimate.travel_seconds,
    }


def describe_problems(refusal: Refusal) -> list[dict[str, Any]]:
    """What stands against placing: one problem a line where it is about lines, with the fields that the refusal has."""
    about = {"code": refusal.default_code, "detail": force_str(refusal.detail)}
    items = refusal.data.get("items", [{"index": None, **refusal.data}])
    return [
        {**about, "index": item["index"], "data": {name: value for name, value in item.items() if name != "index"}}
        for item in items
    ]


def sign(quote: Quote, lines: Sequence[WantedLine], delivery: Delivery) -> str:
    """The promise as a text that only we can have written."""
    found, estimate = quote.found, quote.estimate
    assert found.branch is not None and estimate is not None
    prices = [
        [line.product.price, {str(option.id): option.price for option in line.options}] for line in found.priced.lines
    ]
    charges = [[it.kind, it.name, it.amount, it.tax_rate_bps] for it in found.priced.charges]
    document = {
        "edition": EDITION,
        "basket": basket_of(lines, delivery),
        "branch": str(found.branch.id),
        "prices": prices,
        "charges": charges,
        "at": quote.now.timestamp(),
        "delivered": estimate.delivered_at.timestamp(),
        "later": found.waits_until is not None,
    }
    return signing.dumps(document, salt=SALT, compress=True)


def basket_of(lines: Sequence[WantedLine], delivery: Delivery) -> str:
    """A digest of what a quote is for: items with their options, place, way of handing over. Notes change nothing."""
    items = [[str(it.product_id), it.quantity, sorted(map(str, it.option_ids))] for it in lines]
    place = [str((delivery.place or {}).get(name)) for name in WHERE]
    text = json.dumps([items, delivery.method, place], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_promise(wish: Wish, now: datetime) -> Promise:
    """What the wish's quote promises. Raises QuoteInvalid for one that is not ours or not for this wish; QuoteBroken
    for one that has expired.
    """
    try:
        document = signing.loads(wish.quote or "", salt=SALT)
    except signing.BadSignature as fault:
        raise QuoteInvalid() from fault
    if document["edition"] != EDITION:
        raise QuoteBroken([], has_expired=True)
    promise = Promise(
        basket=document["basket"],
        branch_id=UUID(document["branch"]),
        agreed=Agreed(
            lines=[(price, prices_of(options)) for price, options in document["prices"]],
            charges=tuple(
                Charge(kind, name, amount, rate, included_tax(amount, rate))
                for kind, name, amount, rate in document["charges"]
            ),
        ),
        quoted_at=datetime.fromtimestamp(document["at"], tz=now.tzinfo),
        delivered_at=datetime.fromtimestamp(document["delivered"], tz=now.tzinfo),
        is_for_later=document["later"],
    )
    branch_id = wish.delivery.branch_id
    if promise.basket != basket_of(wish.lines, wish.delivery) or branch_id not in (None, promise.branch_id):
        raise QuoteInvalid()
    if now > promise.expires_at:
        raise QuoteBroken([], has_expired=True)
    return promise


def prices_of(options: Mapping[str, int]) -> dict[UUID, int]:
    """Prices by option."""
    return {UUID(option_id): price for option_id, price in options.items()}


def check_promise(promise: Promise | None, estimate: Forecast) -> None:
    """Raise QuoteBroken where the order would come noticeably later than was promised."""
    if promise is None or promise.is_for_later or estimate.delivered_at <= promise.latest:
        return
    later = LaterThanQuoted(
        delivered_at=rfc3339(estimate.delivered_at), quoted_delivered_at=rfc3339(promise.delivered_at)
    )
    raise QuoteBroken([later])
