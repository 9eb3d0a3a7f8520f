"""Which request is held against which parameters of the SDK, and what carries it out."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from stripe import params as p
from stripe.params import checkout

from tests.stripe import customers, intents, methods, refunds, sessions, setups
from tests.stripe.books import Books, Object
from tests.stripe.listing import page
from tests.stripe.refusals import Refused, malformed


class Route(NamedTuple):
    method: str
    pattern: re.Pattern[str]
    params: type
    act: Callable[..., Object]


def retrieve_charge(books: Books, params: Object, id: str) -> Object:
    return books.get("charge", id, in_path=True)


def list_charges(books: Books, params: Object) -> Object:
    found = [
        charge
        for charge in books.all("charge")
        if params.get("payment_intent") in (None, charge["payment_intent"])
        and params.get("customer") in (None, charge["customer"])
    ]
    return page(found, params, "/v1/charges")


def retrieve_event(books: Books, params: Object, id: str) -> Object:
    return books.get("event", id, in_path=True)


def list_events(books: Books, params: Object) -> Object:
    """https://docs.stripe.com/api/events/list"""
    wanted = params.get("types") or ([params["type"]] if "type" in params else None)
    found = [event for event in books.events if wanted is None or event["type"] in wanted]
    return page(found, params, "/v1/events")


def table() -> list[Route]:
    rows: list[tuple[str, str, Any, Callable[..., Object]]] = [
        ("POST", "customers", p.CustomerCreateParams, customers.create_customer),
        ("GET", "customers", p.CustomerListParams, customers.list_customers),
        ("GET", "customers/:id", p.CustomerRetrieveParams, customers.retrieve_customer),
        ("POST", "customers/:id", p.CustomerUpdateParams, customers.update_customer),
        ("DELETE", "customers/:id", p.CustomerDeleteParams, customers.delete_customer),
        (
            "GET",
            "customers/:customer/payment_methods",
            p.CustomerPaymentMethodListParams,
            methods.list_methods_of_customer,
        ),
        (
            "GET",
            "customers/:customer/payment_methods/:id",
            p.CustomerPaymentMethodRetrieveParams,
            methods.retrieve_method_of_customer,
        ),
        ("POST", "payment_methods", p.PaymentMethodCreateParams, methods.create_method),
        ("GET", "payment_methods", p.PaymentMethodListParams, methods.list_methods),
        ("GET", "payment_methods/:id", p.PaymentMethodRetrieveParams, methods.retrieve_method),
        ("POST", "payment_methods/:id/attach", p.PaymentMethodAttachParams, methods.attach_method),
        ("POST", "payment_methods/:id/detach", p.PaymentMethodDetachParams, methods.detach_method),
        ("POST", "payment_intents", p.PaymentIntentCreateParams, intents.create_intent),
        ("GET", "payment_intents", p.PaymentIntentListParams, intents.list_intents),
        ("GET", "payment_intents/:id", p.PaymentIntentRetrieveParams, intents.retrieve_intent),
        ("POST", "payment_intents/:id", p.PaymentIntentUpdateParams, intents.update_intent),
        ("POST", "payment_intents/:id/confirm", p.PaymentIntentConfirmParams, intents.confirm_intent),
        ("POST", "payment_intents/:id/capture", p.PaymentIntentCaptureParams, intents.capture_intent),
        ("POST", "payment_intents/:id/cancel", p.PaymentIntentCancelParams, intents.cancel_intent),
        ("POST", "setup_intents", p.SetupIntentCreateParams, setups.create_setup),
        ("GET", "setup_intents", p.SetupIntentListParams, setups.list_setups),
        ("GET", "setup_intents/:id", p.SetupIntentRetrieveParams, setups.retrieve_setup),
        ("POST", "setup_intents/:id/confirm", p.SetupIntentConfirmParams, setups.confirm_setup),
        ("POST", "setup_intents/:id/cancel", p.SetupIntentCancelParams, setups.cancel_setup),
        ("POST", "refunds", p.RefundCreateParams, refunds.create_refund),
        ("GET", "refunds", p.RefundListParams, refunds.list_refunds),
        ("GET", "refunds/:id", p.RefundRetrieveParams, refunds.retrieve_refund),
        ("POST", "refunds/:id", p.RefundUpdateParams, refunds.update_refund),
        ("POST", "refunds/:id/cancel", p.RefundCancelParams, refunds.cancel_refund),
        ("GET", "charges", p.ChargeListParams, list_charges),
        ("GET", "charges/:id", p.ChargeRetrieveParams, retrieve_charge),
        ("POST", "checkout/sessions", checkout.SessionCreateParams, sessions.create_session),
        ("GET", "checkout/sessions", checkout.SessionListParams, sessions.list_sessions),
        ("GET", "checkout/sessions/:id", checkout.SessionRetrieveParams, sessions.retrieve_session),
        ("POST", "checkout/sessions/:id/expire", checkout.SessionExpireParams, sessions.expire_session),
        ("GET", "checkout/sessions/:id/line_items", checkout.SessionLineItemListParams, sessions.list_line_items),
        ("GET", "events", p.EventListParams, list_events),
        ("GET", "events/:id", p.EventRetrieveParams, retrieve_event),
    ]
    return [
        Route(method, re.compile("/v1/" + re.sub(r":(\w+)", r"(?P<\1>[^/]+)", path)), params, act)
        for method, path, params, act in rows
    ]


ROUTES = table()


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """Raises Refused when Stripe has no such address, or it is not known here."""
    for route in ROUTES:
        if route.method == method and (match := route.pattern.fullmatch(path)):
            return route, match.groupdict()
    raise no_such_address(method, path)


def no_such_address(method: str, path: str) -> Refused:
    return malformed(f"Unrecognized request URL ({method}: {path}).", status=404)
