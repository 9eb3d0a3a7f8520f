"""Payment intents. https://docs.stripe.com/api/payment_intents"""

from tests.stripe.attempts import attempt, unexpected_state
from tests.stripe.books import Books, Object, merge_metadata, now, take
from tests.stripe.charges import capture_charge, release_charge
from tests.stripe.currencies import check_amount, check_step
from tests.stripe.listing import page
from tests.stripe.methods import find_method, make_method
from tests.stripe.qr import usable
from tests.stripe.refusals import invalid

TEXTS = ("description", "receipt_email", "shipping", "statement_descriptor", "statement_descriptor_suffix")
CHOICES = ("excluded_payment_method_types", "automatic_payment_methods", "payment_method_configuration")
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action", "processing")
CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def create_intent(books: Books, params: Object) -> Object:
    check_amount(params["amount"], params["currency"])
    if params.get("customer"):
        books.get("customer", params["customer"], param="customer")
    if not params.get("confirm") and (extra := [name for name in ("off_session", "return_url") if name in params]):
        raise invalid(f"You can only set {extra[0]} when confirm is true.", param=extra[0])
    intent = new_intent(books, params, types=choose_types(books, params))
    if method := chosen_method(books, intent, params):
        intent["payment_method"] = method["id"]
        intent["status"] = "requires_confirmation"
    books.tell("payment_intent.created", intent)
    if params.get("confirm"):
        confirm(books, intent, params)
    return intent


def new_intent(books: Books, params: Object, *, types: list[str]) -> Object:
    allowed = params.get("allowed_payment_method_types")
    automatic = None if allowed else {"allow_redirects": "always", "enabled": True}
    intent = books.add(
        "pi",
        "payment_intent",
        allowed_payment_method_types=allowed,
        amount=params["amount"],
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        application=None,
        application_fee_amount=None,
        automatic_payment_methods=automatic and {**automatic, **params.get("automatic_payment_methods", {})},
        canceled_at=None,
        cancellation_reason=None,
        capture_method=params.get("capture_method", "automatic_async"),
        client_secret=None,
        confirmation_method=params.get("confirmation_method", "automatic"),
        currency=params["currency"],
        customer=params.get("customer"),
        customer_account=None,
        excluded_payment_method_types=params.get("excluded_payment_method_types"),
        last_payment_error=None,
        latest_charge=None,
        next_action=None,
        on_behalf_of=None,
        payment_method=None,
        payment_method_configuration_details=None,
        payment_method_options=params.get("payment_method_options", {}),
        payment_method_types=types,
        processing=None,
        review=None,
        setup_future_usage=params.get("setup_future_usage"),
        source=None,
        status="requires_payment_method",
        transfer_data=None,
        transfer_group=params.get("transfer_group"),
        **take(params, TEXTS),
        _return_url=params.get("return_url"),
        _session=None,
    )
    intent["client_secret"] = f"{intent['id']}_secret_{books.new_id('s')[2:]}"
    merge_metadata(intent, params)
    return intent


def choose_types(books: Books, params: Object) -> list[str]:
    """What it can be paid with. https://docs.stripe.com/changelog/dahlia/2026-07-29/allowed-payment-method-types-parameter:
    what does not go with currency and capture method is left out silently; with other choices, it is refused.
    """
    allowed = params.get("allowed_payment_method_types")
    if allowed and (both := [name for name in CHOICES if name in params]):
        raise invalid(f"You may only specify one of these parameters: allowed_payment_method_types, {both[0]}.")
    excluded = params.get("excluded_payment_method_types") or []
    found = [
        type
        for type in sorted(books.activated)
        if type in (allowed or books.activated) and type not in excluded
        if usable(type, currency=params["currency"], capture_method=params.get("capture_method", "automatic_async"))
    ]
    if not found:
        raise invalid(
            "No valid payment method types for this Payment Intent. Please ensure that you have activated payment "
            "methods compatible with your chosen currency in your dashboard.",
            param="allowed_payment_method_types" if allowed else None,
        )
    return found


def chosen_method(books: Books, intent: Object, params: Object) -> Object | None:
    """The method that these parameters name. Raises Refused when this intent cannot be paid with it."""
    if "payment_method" in params and "payment_method_data" in params:
        raise invalid("You may only specify one of these parameters: payment_method, payment_method_data.")
    if data := params.get("payment_method_data"):
        method = make_method(books, data)
    elif params.get("payment_method"):
        method = find_method(books, params["payment_method"])
    else:
        return None
    if method["type"] not in intent["payment_method_types"]:
        # https://docs.stripe.com/error-codes#payment-intent-incompatible-payment-method
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. Please attach a "
            f"payment method of one of the following types: {', '.join(intent['payment_method_types'])}.",
            code="payment_intent_incompatible_payment_method",
        )
    if method["customer"] and method["customer"] != intent["customer"]:
        raise invalid(
            "The provided PaymentMethod was attached to another customer than the PaymentIntent's, or the "
            "PaymentIntent has none. Please include the Customer in the `customer` parameter on the PaymentIntent.",
            param="payment_method",
        )
    return method


def confirm(books: Books, intent: Object, params: Object) -> None:
    if intent["status"] == "succeeded":
        raise unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
        )
    if intent["status"] not in CONFIRMABLE:
        raise wrong_status(intent, "You cannot confirm this PaymentIntent", "confirmed", CONFIRMABLE)
    if "payment_method_options" in params:
        intent["payment_method_options"] = {**intent["payment_method_options"], **params["payment_method_options"]}
    intent["_return_url"] = params.get("return_url") or intent["_return_url"]
    if method := chosen_method(books, intent, params):
        intent["payment_method"] = method["id"]
    if not intent["payment_method"]:
        raise unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent "
            "with a payment method and then confirm it again.",
        )
    automatic = intent["automatic_payment_methods"]
    if automatic and automatic["allow_redirects"] == "always" and not intent["_return_url"]:
        # https://docs.stripe.com/api/payment_intents/confirm#confirm_payment_intent-return_url
        raise invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`.",
            param="return_url",
        )
    intent["status"] = "requires_confirmation"
    if "setup_future_usage" in params:
        intent["setup_future_usage"] = params["setup_future_usage"] or None
    if params.get("capture_method"):
        intent["capture_method"] = params["capture_method"]
    attempt(
        books,
        intent,
        off_session=bool(params.get("off_session")),
        never_ask=bool(params.get("error_on_requires_action")),
    )


def wrong_status(intent: Object, what: str, done: str, statuses: tuple[str, ...]) -> Exception:
    return unexpected_state(
        intent,
        f"{what} because it has a status of {intent['status']}. Only a PaymentIntent with one of the following "
        f"statuses may be {done}: {', '.join(statuses)}.",
    )


def retrieve_intent(books: Books, params: Object, id: str) -> Object:
    return books.get("payment_intent", id, in_path=True)


def update_intent(books: Books, params: Object, id: str) -> Object:
    intent = books.get("payment_intent", id, in_path=True)
    changed = set(params) - {"metadata", "description", "expand"}
    if changed and intent["status"] not in CONFIRMABLE:
        raise wrong_status(intent, "This PaymentIntent could not be updated", "updated", CONFIRMABLE)
    if "amount" in params or "currency" in params:
        check_amount(params.get("amount", intent["amount"]), params.get("currency", intent["currency"]))
    for name in ("amount", "currency", "customer", "setup_future_usage", *TEXTS):
        if name in params:
            intent[name] = params[name] or None
    if method := chosen_method(books, intent, params):
        intent["payment_method"] = method["id"]
        intent["status"] = "requires_confirmation"
    merge_metadata(intent, params)
    return intent


def confirm_intent(books: Books, params: Object, id: str) -> Object:
    intent = books.get("payment_intent", id, in_path=True)
    confirm(books, intent, params)
    return intent


def capture_intent(books: Books, params: Object, id: str) -> Object:
    """https://docs.stripe.com/api/payment_intents/capture"""
    intent = books.get("payment_intent", id, in_path=True)
    if intent["status"] != "requires_capture":
        raise wrong_status(intent, "This PaymentIntent could not be captured", "captured", ("requires_capture",))
    amount = params.get("amount_to_capture", intent["amount_capturable"])
    if not 1 <= amount <= intent["amount_capturable"]:
        raise invalid(
            f"The amount to capture ({amount}) must be at least 1 and at most what can be captured "
            f"({intent['amount_capturable']}).",
            param="amount_to_capture",
            code="amount_too_large" if amount > 0 else "parameter_invalid_integer",
        )
    check_step(amount, intent["currency"], param="amount_to_capture")
    charge = books.objects[intent["latest_charge"]]
    capture_charge(charge, amount)
    intent["status"] = "succeeded"
    intent["amount_capturable"] = 0
    intent["amount_received"] = amount
    merge_metadata(intent, params)
    books.tell("charge.captured", charge)
    books.tell("payment_intent.succeeded", intent)
    return intent


def cancel_intent(books: Books, params: Object, id: str) -> Object:
    intent = books.get("payment_intent", id, in_path=True)
    if intent["_session"] and intent["status"] in CANCELABLE and intent["status"] != "requires_capture":
        # As the SDK's `cancel` says.
        raise invalid("You cannot cancel the PaymentIntent of a Checkout Session. Expire the Checkout Session instead.")
    cancel(books, intent, params.get("cancellation_reason"))
    return intent


def cancel(books: Books, intent: Object, reason: str | None) -> None:
    """https://docs.stripe.com/api/payment_intents/cancel: what is held is let go."""
    if intent["status"] not in CANCELABLE:
        raise wrong_status(intent, "You cannot cancel this PaymentIntent", "canceled", CANCELABLE)
    if intent["status"] == "requires_capture":
        charge = books.objects[intent["latest_charge"]]
        release_charge(charge)
        books.tell("charge.refunded", charge)
    intent["status"] = "canceled"
    intent["amount_capturable"] = 0
    intent["canceled_at"] = now()
    intent["cancellation_reason"] = reason
    intent["next_action"] = intent["processing"] = None
    books.tell("payment_intent.canceled", intent)


def list_intents(books: Books, params: Object) -> Object:
    found = [one for one in books.all("payment_intent") if params.get("customer") in (None, one["customer"])]
    return page(found, params, "/v1/payment_intents")
