"""Setup intents: a card saved for later.

https://docs.stripe.com/api/setup_intents and https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from tests.stripe.attempts import attach, authentication, unexpected_state
from tests.stripe.books import Books, Object, merge_metadata, shown
from tests.stripe.cards import Decline, card_error, card_of
from tests.stripe.listing import page
from tests.stripe.methods import find_method, make_method
from tests.stripe.refusals import Refused, invalid

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create_setup(books: Books, params: Object) -> Object:
    if params.get("customer"):
        books.get("customer", params["customer"], param="customer")
    allowed = params.get("allowed_payment_method_types")
    if allowed and "automatic_payment_methods" in params:
        raise invalid(
            "You may only specify one of these parameters: allowed_payment_method_types, automatic_payment_methods."
        )
    types = [type for type in ("card",) if type in (allowed or ["card"]) and type in books.activated]
    if not types:
        raise invalid("No valid payment method types for this Setup Intent.")
    setup = books.add(
        "seti",
        "setup_intent",
        allowed_payment_method_types=allowed,
        application=None,
        automatic_payment_methods=None
        if allowed
        else {"allow_redirects": "always", "enabled": True, **params.get("automatic_payment_methods", {})},
        cancellation_reason=None,
        client_secret=None,
        customer=params.get("customer"),
        customer_account=None,
        description=params.get("description"),
        excluded_payment_method_types=None,
        flow_directions=None,
        last_setup_error=None,
        latest_attempt=None,
        mandate=None,
        next_action=None,
        on_behalf_of=None,
        payment_method=None,
        payment_method_configuration_details=None,
        payment_method_options=params.get("payment_method_options", {}),
        payment_method_types=types,
        single_use_mandate=None,
        status="requires_payment_method",
        usage=params.get("usage", "off_session"),
        _return_url=params.get("return_url"),
    )
    setup["client_secret"] = f"{setup['id']}_secret_{books.new_id('s')[2:]}"
    merge_metadata(setup, params)
    choose_method(books, setup, params)
    books.tell("setup_intent.created", setup)
    if params.get("confirm"):
        confirm(books, setup, params)
    return setup


def choose_method(books: Books, setup: Object, params: Object) -> None:
    if params.get("payment_method"):
        method = find_method(books, params["payment_method"])
    elif params.get("payment_method_data"):
        method = make_method(books, params["payment_method_data"])
    else:
        return
    if method["type"] != "card":
        raise invalid(f"Payment methods of type {method['type']} cannot be set up.", param="payment_method")
    if method["customer"] not in (None, setup["customer"]):
        raise invalid("The provided PaymentMethod was attached to another customer.", param="payment_method")
    setup["payment_method"] = method["id"]
    setup["status"] = "requires_confirmation"


def confirm(books: Books, setup: Object, params: Object, *, authenticated: bool = False) -> None:
    """Raises Refused when the card is declined, and has written that down then."""
    if setup["status"] not in OPEN:
        raise unexpected_state(
            setup, f"You cannot confirm this SetupIntent because it has a status of {setup['status']}."
        )
    choose_method(books, setup, params)
    if not setup["payment_method"]:
        raise unexpected_state(setup, "You cannot confirm this SetupIntent because it's missing a payment method.")
    setup["_return_url"] = params.get("return_url") or setup["_return_url"]
    card = card_of(books.objects[setup["payment_method"]])
    setup["last_setup_error"] = None
    if card.authentication and not authenticated:
        setup["status"] = "requires_action"
        setup["next_action"] = authentication(setup)
        books.tell("setup_intent.requires_action", setup)
    elif card.decline and card.decline_on_attach:
        raise fail_setup(books, setup, card.decline)
    else:
        setup["status"] = "succeeded"
        setup["next_action"] = None
        if setup["customer"]:
            attach(books, books.objects[setup["payment_method"]], setup["customer"])
        books.tell("setup_intent.succeeded", setup)


def fail_setup(books: Books, setup: Object, decline: Decline) -> Refused:
    refusal = card_error(decline, payment_method=shown(books.objects[setup["payment_method"]]))
    setup["status"] = "requires_payment_method"
    setup["payment_method"] = setup["next_action"] = None
    setup["last_setup_error"] = dict(refusal.error)
    books.tell("setup_intent.setup_failed", setup)
    refusal.error["setup_intent"] = shown(setup)
    return refusal


def retrieve_setup(books: Books, params: Object, id: str) -> Object:
    return books.get("setup_intent", id, in_path=True)


def confirm_setup(books: Books, params: Object, id: str) -> Object:
    setup = books.get("setup_intent", id, in_path=True)
    confirm(books, setup, params)
    return setup


def cancel_setup(books: Books, params: Object, id: str) -> Object:
    setup = books.get("setup_intent", id, in_path=True)
    if setup["status"] not in OPEN:
        raise unexpected_state(
            setup, f"You cannot cancel this SetupIntent because it has a status of {setup['status']}."
        )
    setup["status"] = "canceled"
    setup["next_action"] = None
    setup["cancellation_reason"] = params.get("cancellation_reason")
    books.tell("setup_intent.canceled", setup)
    return setup


def list_setups(books: Books, params: Object) -> Object:
    found = [
        setup
        for setup in books.all("setup_intent")
        if params.get("customer") in (None, setup["customer"])
        and params.get("payment_method") in (None, setup["payment_method"])
    ]
    return page(found, params, "/v1/setup_intents")
