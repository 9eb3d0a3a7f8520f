"""Refunds. https://docs.stripe.com/api/refunds and https://docs.stripe.com/refunds"""

from tests.stripe.books import Books, Object, merge_metadata
from tests.stripe.cards import card_of
from tests.stripe.charges import refundable
from tests.stripe.currencies import check_step
from tests.stripe.listing import page
from tests.stripe.qr import METHODS
from tests.stripe.refusals import invalid


def create_refund(books: Books, params: Object) -> Object:
    """Never more than was captured; a charge that was given back whole says so."""
    charge = charge_to_refund(books, params)
    left = refundable(charge)
    amount = params.get("amount", left)
    if left == 0:
        # https://docs.stripe.com/error-codes#charge-already-refunded
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        raise invalid(
            f"Refund amount ({amount} {charge['currency']}) is greater than unrefunded amount on charge "
            f"({left} {charge['currency']})",
            param="amount",
        )
    check_step(amount, charge["currency"])
    refund = new_refund(books, charge, amount, params)
    count(charge, amount)
    books.tell("refund.created", refund)
    books.tell("charge.refunded", charge)
    return refund


def charge_to_refund(books: Books, params: Object) -> Object:
    if "payment_intent" in params:
        intent = books.get("payment_intent", params["payment_intent"], param="payment_intent")
        charge = books.objects.get(intent["latest_charge"] or "")
        if not charge or charge["status"] != "succeeded" or not charge["captured"]:
            raise invalid(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
        if params.get("charge") not in (None, charge["id"]):
            raise invalid("The charge is not the PaymentIntent's.", param="charge")
        return charge
    if "charge" not in params:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    charge = books.get("charge", params["charge"], param="charge")
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise invalid(f"The charge {charge['id']} is not refundable.", param="charge", code="charge_not_refundable")
    return charge


def new_refund(books: Books, charge: Object, amount: int, params: Object) -> Object:
    method = charge["_method"]
    type = method["type"]
    wanted = card_of(method).refund if type == "card" else METHODS[type].refund
    if type == "promptpay" and not (params.get("instructions_email") or method["billing_details"]["email"]):
        raise invalid(
            "Missing required param: instructions_email.", param="instructions_email", code="parameter_missing"
        )
    status = "succeeded" if wanted == "fails_later" else wanted
    if status == "succeeded" and books.low_balance:
        status = "pending"
    details = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    where = "th_bank_transfer" if type == "promptpay" else type
    refund = books.add(
        "re",
        "refund",
        amount=amount,
        balance_transaction=None,
        charge=charge["id"],
        currency=charge["currency"],
        destination_details={where: details if type == "card" else {}, "type": where},
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        receipt_number=None,
        source_transfer_reversal=None,
        status=status,
        transfer_reversal=None,
    )
    del refund["livemode"]  # a refund has none
    if status == "pending":
        refund["pending_reason"] = "insufficient_funds" if books.low_balance else "processing"
    if status == "requires_action":
        email = params.get("instructions_email") or method["billing_details"]["email"]
        refund["instructions_email"] = email
        sent = {"email_sent_at": refund["created"], "email_sent_to": email}
        shown = {"email_sent": sent, "expires_at": refund["created"] + 45 * 86400}
        refund["next_action"] = {"type": "display_details", "display_details": shown}
    merge_metadata(refund, params)
    return refund


def count(charge: Object, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = refundable(charge) == 0


def finish(books: Books, refund: Object, status: str, reason: str | None = None) -> None:
    """The bank's answer. What failed comes back to our balance: https://docs.stripe.com/refunds#failed-refunds

    It counts as not given back then, so that it can be tried again; Stripe's pages leave that open.
    """
    before: Object = {"status": refund["status"]}
    refund["status"] = status
    refund.pop("next_action", None)
    refund.pop("pending_reason", None)
    if status in ("failed", "canceled"):
        count(books.objects[refund["charge"]], -refund["amount"])
    if status == "failed":
        before["failure_reason"] = None
        refund["failure_reason"] = reason or "unknown"
        refund["failure_balance_transaction"] = None
    books.tell("refund.updated", refund, before)
    books.tell("charge.refund.updated", refund, before)
    if status == "failed":
        books.tell("refund.failed", refund)


def retrieve_refund(books: Books, params: Object, id: str) -> Object:
    return books.get("refund", id, in_path=True)


def update_refund(books: Books, params: Object, id: str) -> Object:
    refund = books.get("refund", id, in_path=True)
    merge_metadata(refund, params)
    return refund


def cancel_refund(books: Books, params: Object, id: str) -> Object:
    """https://docs.stripe.com/api/refunds/cancel"""
    refund = books.get("refund", id, in_path=True)
    if refund["status"] != "requires_action":
        raise invalid(f"The refund cannot be canceled because it has a status of {refund['status']}.")
    finish(books, refund, "canceled")
    return refund


def list_refunds(books: Books, params: Object) -> Object:
    found = [
        refund
        for refund in books.all("refund")
        if params.get("charge") in (None, refund["charge"])
        and params.get("payment_intent") in (None, refund["payment_intent"])
    ]
    return page(found, params, "/v1/refunds")
