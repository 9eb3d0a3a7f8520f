"""What Stripe says of payments, refunds and cards, in words of ours."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from payments.models import Payment, Refund
from payments.providers.base import Told, ToldCard, ToldRefund
from payments.providers.stripe.client import Facts
from payments.providers.stripe.faults import failure_of

State = Payment.State

# https://docs.stripe.com/payments/paymentintents/lifecycle; whatever else there is or will be is waited for.
STATES = {"requires_capture": State.AUTHORISED, "succeeded": State.SUCCEEDED, "canceled": State.CANCELLED}
REFUND_STATES = {
    "requires_action": Refund.State.ACTION_REQUIRED,
    "succeeded": Refund.State.SUCCEEDED,
    "failed": Refund.State.FAILED,
    "canceled": Refund.State.FAILED,
}


def tell_intent(intent: Facts, refunds: tuple[ToldRefund, ...] = ()) -> Told:
    """How a PaymentIntent stands. The card is told where the payment method was expanded."""
    status, error = intent["status"], intent.get("last_payment_error")
    state = STATES.get(status, State.WAITING)
    if status == "requires_payment_method" and error:
        state = State.FAILED
    by_card = "card" in intent["payment_method_types"]
    is_payable = state in (State.WAITING, State.FAILED) and status != "processing"
    payload, expires_at = shown_code(intent) if is_payable else ("", None)
    return Told(
        reference=intent["id"],
        state=state,
        authorised=intent["amount_capturable"] if state == State.AUTHORISED else 0,
        captured=intent["amount_received"] if state == State.SUCCEEDED else 0,
        failure=failure_of(error, by_card=by_card) if error and state in (State.FAILED, State.CANCELLED) else "",
        client_secret=intent["client_secret"] if is_payable and by_card else "",
        qr_payload=payload,
        qr_expires_at=expires_at,
        refunds=refunds,
        card=saved_card(intent) if state in (State.AUTHORISED, State.SUCCEEDED) else None,
    )


def tell_page(session: Facts, refunds: tuple[ToldRefund, ...] = ()) -> Told:
    """How a Checkout Session stands, with its PaymentIntent expanded. It has none before somebody tries to pay."""
    intent = session.get("payment_intent")
    told = tell_intent(intent, refunds) if intent else Told(reference="", state=State.WAITING)
    told = replace(told, reference=session["id"], client_secret="", qr_payload="", qr_expires_at=None, card=None)
    if told.state in STATES.values():
        return told
    if session["status"] == "open":
        expires_at = moment(session["expires_at"])
        return replace(told, payment_url=session["url"], qr_payload=session["url"], qr_expires_at=expires_at)
    # The page is closed. Money comes only where the bank has yet to say whether it pays.
    coming = ("processing", "requires_action") if session["status"] == "complete" else ("processing",)
    return replace(told, state=State.WAITING if intent and intent["status"] in coming else State.CANCELLED)


def shown_code(intent: Facts) -> tuple[str, datetime | None]:
    """What the QR code of the intent holds, and until when it can be paid where Stripe says so; nothing without one.

    `next_action` has one part, named after the method; https://docs.stripe.com/api/payment_intents/object
    """
    action = intent.get("next_action") or {}
    name = str(action.get("type"))
    code = (action.get(name) or {}) if name.endswith("_display_qr_code") else {}
    code = code.get("qr_code") or code
    expires_at = code.get("expires_at")
    return code.get("data") or "", moment(expires_at) if expires_at else None


def saved_card(intent: Facts) -> ToldCard | None:
    """The card with which it was paid, where it was to be kept."""
    return tell_card(intent.get("payment_method")) if intent.get("setup_future_usage") else None


def tell_card(method: Any) -> ToldCard | None:
    """A PaymentMethod that a customer keeps; None where it is no card, or nobody's (any more)."""
    if not isinstance(method, dict) or method.get("type") != "card" or not method.get("customer"):
        return None
    card = method["card"]
    return ToldCard(
        reference=method["id"],
        customer=method["customer"],
        brand=card["brand"] or "unknown",
        last4=card["last4"] or "",
        expires_month=card["exp_month"],
        expires_year=card["exp_year"],
        fingerprint=card.get("fingerprint") or method["id"],
    )


def tell_refund(refund: Facts) -> ToldRefund:
    """How a refund stands."""
    failure = "canceled" if refund["status"] == "canceled" else refund.get("failure_reason") or ""
    return ToldRefund(
        reference=refund["id"],
        state=REFUND_STATES.get(refund["status"], Refund.State.PENDING),
        amount=refund["amount"],
        refund_id=uuid_in(refund, "refund_id"),
        failure=failure,
    )


def uuid_in(thing: Facts, name: str) -> UUID | None:
    """An id of ours in an object's metadata; None where there is none, or something else."""
    metadata = thing.get("metadata")
    value = metadata.get(name) if isinstance(metadata, dict) else None
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def moment(seconds: int) -> datetime:
    """A moment as Stripe writes it."""
    return datetime.fromtimestamp(seconds, UTC)
