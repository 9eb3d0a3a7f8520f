"""What becomes of an intent when somebody tries to pay it.

https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from typing import Any

from tests.stripe.books import Books, Object, shown
from tests.stripe.cards import UNAUTHENTICATED, Decline, card_error, card_of
from tests.stripe.charges import capture_charge, make_charge
from tests.stripe.qr import show_code
from tests.stripe.refusals import Refused


def attempt(
    books: Books, intent: Object, *, off_session: bool = False, authenticated: bool = False, never_ask: bool = False
) -> None:
    """Try to pay with the intent's method. Raises Refused when it is declined, and has written that down then."""
    method = books.get("payment_method", intent["payment_method"], param="payment_method")
    intent["last_payment_error"] = None
    if method["type"] != "card":
        ask(books, intent, show_code(intent, method))
        return
    card = card_of(method)
    asked = card.authentication == "always" or (card.authentication == "unless_set_up" and not method["_set_up"])
    if asked and not authenticated:
        if off_session or never_ask:
            # https://docs.stripe.com/declines/codes: authentication_required
            raise fail(books, intent, UNAUTHENTICATED)
        ask(books, intent, authentication(intent))
    elif card.decline:
        raise fail(books, intent, card.decline)
    else:
        succeed(books, intent)


def authentication(intent: Object) -> Object:
    """https://docs.stripe.com/payments/3d-secure/authentication-flow"""
    if intent.get("_return_url"):
        where = f"https://hooks.stripe.com/3d_secure_2/hosted?intent={intent['id']}"
        return {"type": "redirect_to_url", "redirect_to_url": {"return_url": intent["_return_url"], "url": where}}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect", "source": intent["id"]}}


def ask(books: Books, intent: Object, action: Object) -> None:
    """The customer has to do something."""
    intent["status"] = "requires_action"
    intent["next_action"] = action
    books.tell(f"{intent['object']}.requires_action", intent)


def fail(books: Books, intent: Object, decline: Decline) -> Refused:
    """The bank declined: write that down. Gives what the caller is to raise, if it was a request that tried."""
    method = books.get("payment_method", intent["payment_method"], param="payment_method")
    charge = make_charge(books, intent, method, decline)
    books.tell("charge.failed", charge)
    return back(books, intent, card_error(decline, charge=charge["id"], payment_method=shown(method)))


def give_up(books: Books, intent: Object, code: str, message: str) -> None:
    """It did not come to a charge: the customer was not authenticated, or did not pay the code in time."""
    method = books.get("payment_method", intent["payment_method"], param="payment_method")
    back(books, intent, Refused(400, "invalid_request_error", message, code=code, payment_method=shown(method)))


def back(books: Books, intent: Object, refusal: Refused) -> Refused:
    """To the beginning: with another method it can be paid yet."""
    method = books.objects[intent["payment_method"]]
    method["_used"] = method["_used"] or not method["customer"]
    intent["status"] = "requires_payment_method"
    intent["next_action"] = intent["processing"] = intent["payment_method"] = None
    intent["last_payment_error"] = dict(refusal.error)
    books.tell("payment_intent.payment_failed", intent)
    refusal.error["payment_intent"] = shown(intent)
    return refusal


def succeed(books: Books, intent: Object) -> None:
    """The bank agrees: the money is held, or taken at once."""
    method = books.get("payment_method", intent["payment_method"], param="payment_method")
    charge = make_charge(books, intent, method)
    intent["next_action"] = intent["processing"] = None
    if intent["setup_future_usage"] and intent["customer"]:
        attach(books, method, intent["customer"])
    elif not method["customer"]:
        method["_used"] = True
    if intent["capture_method"] == "manual":
        intent["status"] = "requires_capture"
        intent["amount_capturable"] = intent["amount"]
        books.tell("charge.succeeded", charge)
        books.tell("payment_intent.amount_capturable_updated", intent)
    else:
        capture_charge(charge, intent["amount"])
        intent["status"] = "succeeded"
        intent["amount_received"] = intent["amount"]
        books.tell("charge.succeeded", charge)
        books.tell("payment_intent.succeeded", intent)


def attach(books: Books, method: Object, customer: str) -> None:
    """The customer's from now on, and set up for later payments."""
    method["_set_up"] = True
    if method["customer"] != customer:
        method["customer"] = customer
        books.tell("payment_method.attached", method)


def unexpected_state(intent: Object, message: str, **more: Any) -> Refused:
    """https://docs.stripe.com/error-codes#payment-intent-unexpected-state"""
    kind = intent["object"]
    more[kind] = shown(intent)
    return Refused(400, "invalid_request_error", message, code=f"{kind}_unexpected_state", **more)
