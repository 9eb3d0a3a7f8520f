"""Charges: what an attempt to take money left behind. https://docs.stripe.com/api/charges/object"""

from tests.stripe.books import Books, Object
from tests.stripe.cards import Decline


def make_charge(books: Books, intent: Object, method: Object, decline: Decline | None = None) -> Object:
    """An attempt that succeeded (authorised, not yet captured) or was declined."""
    type = method["type"]
    details = (
        {key: method[type][key] for key in ("brand", "exp_month", "exp_year", "fingerprint", "funding", "last4")}
        if (type == "card")
        else {}
    )
    charge = books.add(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        application=None,
        application_fee=None,
        application_fee_amount=None,
        balance_transaction=None,
        billing_details=dict(method["billing_details"]),
        calculated_statement_descriptor="DEMO KITCHEN",
        captured=False,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        failure_balance_transaction=None,
        failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None,
        fraud_details={},
        metadata=dict(intent["metadata"]),
        on_behalf_of=None,
        outcome=outcome(decline),
        paid=decline is None,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"type": type, type: details},
        receipt_email=intent["receipt_email"],
        receipt_number=None,
        receipt_url=None,
        refunded=False,
        review=None,
        shipping=intent["shipping"],
        source_transfer=None,
        statement_descriptor=intent["statement_descriptor"],
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
        status="failed" if decline else "succeeded",
        transfer_data=None,
        transfer_group=None,
        _released=0,  # authorised and never captured: shown as refunded, without being a refund
        _method=method,
    )
    intent["latest_charge"] = charge["id"]
    return charge


def outcome(decline: Decline | None) -> Object:
    """https://docs.stripe.com/declines"""
    refused = decline is not None
    return {
        "advice_code": "try_again_later" if refused else None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if refused else "approved_by_network",
        "reason": decline.decline_code if decline else None,
        "risk_level": "normal",
        "seller_message": "The bank did not return any further details." if refused else "Payment complete.",
        "type": "issuer_declined" if refused else "authorized",
    }


def capture_charge(charge: Object, amount: int) -> None:
    """https://docs.stripe.com/payments/place-a-hold-on-a-payment-method: what is not captured is let go."""
    charge["captured"] = True
    charge["amount_captured"] = amount
    charge["_released"] = charge["amount"] - amount
    charge["amount_refunded"] = charge["_released"]


def release_charge(charge: Object) -> None:
    charge["_released"] = charge["amount"]
    charge["amount_refunded"] = charge["amount"]
    charge["refunded"] = True


def refundable(charge: Object) -> int:
    """What was captured and not given back yet."""
    left: int = charge["amount_captured"] + charge["_released"] - charge["amount_refunded"]
    return left
