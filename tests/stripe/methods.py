"""Payment methods: retrieved, listed, attached, detached; test cards made on the way.

https://docs.stripe.com/api/payment_methods
"""

from tests.stripe.books import Books, Object, merge_metadata
from tests.stripe.cards import CARDS, card_error, card_of, make_card, method_fields
from tests.stripe.listing import page
from tests.stripe.qr import METHODS
from tests.stripe.refusals import invalid

SPENT = (
    "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and "
    "may not be used again."
)


def find_method(books: Books, id: str, *, param: str = "payment_method") -> Object:
    """An existing one, or a new one for a test card's name. Raises Refused when it cannot be used any more."""
    if id in CARDS:
        return make_card(books, id)
    method = books.get("payment_method", id, param=param)
    if method["_used"]:
        raise invalid(SPENT, code="payment_method_unexpected_state")
    return method


def make_method(books: Books, data: Object) -> Object:
    """From `payment_method_data`, or the parameters of create. A card comes from the customer's form, never from us."""
    type = data["type"]
    if type == "card":
        token = (data.get("card") or {}).get("token", "")
        if token.replace("tok_", "pm_card_") not in CARDS:
            raise invalid(f"No such token: '{token}'", param="card[token]", code="resource_missing")
        method = make_card(books, token.replace("tok_", "pm_card_"))
    elif type in METHODS:
        method = books.add("pm", "payment_method", **method_fields(type, {}, data.get("billing_details")))
    else:
        raise invalid(f"The payment method type {type} is not known here.", param="type")
    merge_metadata(method, data)
    method["allow_redisplay"] = data.get("allow_redisplay", "unspecified")
    return method


def create_method(books: Books, params: Object) -> Object:
    return make_method(books, params)


def retrieve_method(books: Books, params: Object, id: str) -> Object:
    return books.get("payment_method", id, param="payment_method", in_path=True)


def retrieve_method_of_customer(books: Books, params: Object, customer: str, id: str) -> Object:
    method = retrieve_method(books, params, id)
    if method["customer"] != customer:
        raise invalid(f"No such PaymentMethod: '{id}'", param="payment_method", code="resource_missing")
    return method


def list_methods(books: Books, params: Object) -> Object:
    return methods_page(books, params, params.get("customer"), "/v1/payment_methods")


def list_methods_of_customer(books: Books, params: Object, customer: str) -> Object:
    return methods_page(books, params, customer, f"/v1/customers/{customer}/payment_methods")


def methods_page(books: Books, params: Object, customer: str | None, url: str) -> Object:
    if customer:
        books.get("customer", customer, param="customer")
    found = [
        method
        for method in books.all("payment_method")
        if method["customer"] and (customer is None or method["customer"] == customer)
        if params.get("type") in (None, method["type"])
        if params.get("allow_redisplay") in (None, method["allow_redisplay"])
    ]
    return page(found, params, url)


def attach_method(books: Books, params: Object, id: str) -> Object:
    """https://docs.stripe.com/api/payment_methods/attach"""
    method = find_method(books, id)
    if "customer" not in params:
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    books.get("customer", params["customer"], param="customer")
    if method["customer"] not in (None, params["customer"]):
        raise invalid("The payment method you provided has already been attached to a customer.")
    if method["type"] != "card":
        raise invalid(f"Payment methods of type {method['type']} cannot be saved to customers.", param="payment_method")
    card = card_of(method)
    if card.decline and card.decline_on_attach:
        raise card_error(card.decline)
    if not method["customer"]:
        method["customer"] = params["customer"]
        books.tell("payment_method.attached", method)
    return method


def detach_method(books: Books, params: Object, id: str) -> Object:
    """https://docs.stripe.com/api/payment_methods/detach: it can no longer be used or attached."""
    method = books.get("payment_method", id, param="payment_method", in_path=True)
    if not method["customer"]:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            param="payment_method",
        )
    before = {"customer": method["customer"]}
    method["customer"] = None
    method["_used"] = True
    books.tell("payment_method.detached", method, before)
    return method
