"""Checkout Sessions: a page of Stripe's on which the customer pays. https://docs.stripe.com/api/checkout/sessions"""

from tests.stripe.books import Books, Object, merge_metadata, now
from tests.stripe.currencies import check_amount
from tests.stripe.intents import CANCELABLE, cancel, choose_types
from tests.stripe.listing import page
from tests.stripe.refusals import invalid

SOONEST, LATEST = 30 * 60, 24 * 3600


def create_session(books: Books, params: Object) -> Object:
    mode = params.get("mode", "payment")
    if mode != "payment":
        raise invalid(f"Sessions in {mode} mode are not known here.", param="mode")
    if not params.get("line_items"):
        raise invalid("Missing required param: line_items.", param="line_items", code="parameter_missing")
    if not params.get("success_url"):
        raise invalid("Missing required param: success_url.", param="success_url", code="parameter_missing")
    if params.get("customer"):
        books.get("customer", params["customer"], param="customer")
        if params.get("customer_email"):
            raise invalid("You may only specify one of these parameters: customer, customer_email.")
    items, currency = price(books, params["line_items"])
    total = sum(item["amount_total"] for item in items)
    check_amount(total, currency, param="line_items")
    data = params.get("payment_intent_data", {})
    chosen = {**{k: v for k, v in params.items() if k.endswith("_types")}, "currency": currency}
    types = choose_types(books, {**chosen, **{k: v for k, v in data.items() if k == "capture_method"}})
    expires_at = expiry(params)
    session = books.add("cs_test", "checkout.session", **blank())
    session |= {
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "currency": currency,
        "customer": params.get("customer"),
        "customer_email": params.get("customer_email"),
        "expires_at": expires_at,
        "locale": params.get("locale"),
        "mode": mode,
        "payment_method_options": params.get("payment_method_options", {}),
        "payment_method_types": types,
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "url": f"https://checkout.stripe.com/c/pay/{session['id']}",
        "_data": data,
        "_line_items": page(items, {}, f"/v1/checkout/sessions/{session['id']}/line_items"),
    }
    merge_metadata(session, params)
    return session


def expiry(params: Object) -> int:
    """https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at"""
    at: int = params.get("expires_at", now() + LATEST)
    if not SOONEST <= at - now() <= LATEST:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from Checkout Session "
            "creation.",
            param="expires_at",
        )
    return at


def price(books: Books, wanted: list[Object]) -> tuple[list[Object], str]:
    """The lines with their amounts, and their one currency."""
    items, currencies = [], set()
    for index, line in enumerate(wanted):
        name = f"line_items[{index}]"
        data = line.get("price_data")
        if not data:
            raise invalid(f"Missing required param: {name}[price_data].", param=f"{name}[price_data]")
        if "unit_amount" not in data or "product_data" not in data or "quantity" not in line:
            raise invalid(f"{name} needs quantity, price_data[unit_amount] and price_data[product_data].", param=name)
        if data["unit_amount"] < 0 or line["quantity"] < 1:
            raise invalid("Invalid non-negative integer", param=name, code="parameter_invalid_integer")
        currencies.add(data["currency"])
        amount = data["unit_amount"] * line["quantity"]
        items.append(
            {
                "id": books.new_id("li"),
                "object": "item",
                "amount_discount": 0,
                "amount_subtotal": amount,
                "amount_tax": 0,
                "amount_total": amount,
                "created": now(),
                "currency": data["currency"],
                "description": data["product_data"]["name"],
                "price": None,
                "quantity": line["quantity"],
            }
        )
    if len(currencies) > 1:
        raise invalid("All prices of a Checkout Session must have the same currency.", param="line_items")
    return items, currencies.pop()


def blank() -> Object:
    """What is the same for every session here."""
    absent = (
        "adaptive_pricing after_expiration allow_promotion_codes billing_address_collection branding_settings "
        "client_secret collected_information consent consent_collection currency_conversion customer_account "
        "customer_details discounts excluded_payment_method_types integration_identifier invoice invoice_creation "
        "managed_payments name_collection optional_items origin_context payment_intent payment_link "
        "payment_method_configuration_details permissions phone_number_collection presentment_details recovered_from "
        "redirect_on_completion return_url saved_payment_method_options setup_intent shipping_address_collection "
        "shipping_cost subscription tax_id_collection wallet_options"
    )
    return {
        **dict.fromkeys(absent.split()),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer_creation": "if_required",
        "payment_method_collection": "if_required",
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }


def retrieve_session(books: Books, params: Object, id: str) -> Object:
    return books.get("checkout.session", id, in_path=True)


def expire_session(books: Books, params: Object, id: str) -> Object:
    session = books.get("checkout.session", id, in_path=True)
    if session["status"] != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"`{session['status']}`."
        )
    expire(books, session)
    return session


def expire(books: Books, session: Object) -> None:
    session["status"] = "expired"
    session["url"] = None
    intent = books.objects.get(session["payment_intent"] or "")
    if intent and intent["status"] in CANCELABLE:
        cancel(books, intent, "automatic")
    books.tell("checkout.session.expired", session)


def expire_in_time(books: Books, session: Object) -> None:
    """What nobody expired expires by itself."""
    if session["status"] == "open" and now() >= session["expires_at"]:
        expire(books, session)


def complete(books: Books, session: Object, *, paid: bool) -> None:
    """https://docs.stripe.com/checkout/fulfillment: paid or not yet, its page is done."""
    session["status"] = "complete"
    session["url"] = None
    session["payment_status"] = "paid" if paid else "unpaid"
    books.tell("checkout.session.completed", session)


def list_line_items(books: Books, params: Object, id: str) -> Object:
    lines: Object = books.get("checkout.session", id, in_path=True)["_line_items"]
    return lines


def list_sessions(books: Books, params: Object) -> Object:
    found = [
        session
        for session in books.all("checkout.session")
        if params.get("customer") in (None, session["customer"])
        and params.get("payment_intent") in (None, session["payment_intent"])
        and params.get("status") in (None, session["status"])
    ]
    return page(found, params, "/v1/checkout/sessions")
