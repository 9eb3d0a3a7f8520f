"""Customers. https://docs.stripe.com/api/customers"""

from tests.stripe.books import Books, Object, merge_metadata
from tests.stripe.listing import page

TEXTS = ("address", "description", "email", "name", "phone", "shipping")


def create_customer(books: Books, params: Object) -> Object:
    customer = books.add(
        "cus",
        "customer",
        balance=params.get("balance", 0),
        currency=None,
        default_source=None,
        delinquent=False,
        discount=None,
        invoice_prefix=books.new_id("X")[2:10].upper(),
        invoice_settings={
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        livemode=False,
        next_invoice_sequence=1,
        preferred_locales=params.get("preferred_locales", []),
        tax_exempt=params.get("tax_exempt", "none"),
        test_clock=None,
        **{name: params.get(name) or None for name in TEXTS},
    )
    merge_metadata(customer, params)
    books.tell("customer.created", customer)
    return customer


def retrieve_customer(books: Books, params: Object, id: str) -> Object:
    """Also a deleted one, of which nothing is left."""
    return books.get("customer", id, in_path=True)


def update_customer(books: Books, params: Object, id: str) -> Object:
    customer = books.get("customer", id, in_path=True)
    before = {name: customer.get(name) for name in params if name != "expand"}
    for name in TEXTS:
        if name in params:
            customer[name] = params[name] or None
    merge_metadata(customer, params)
    books.tell("customer.updated", customer, before)
    return customer


def delete_customer(books: Books, params: Object, id: str) -> Object:
    """https://docs.stripe.com/api/customers/delete: with it go its saved methods."""
    customer = books.get("customer", id, in_path=True)
    if customer.get("deleted"):
        return customer
    for method in books.all("payment_method"):
        if method["customer"] == id:
            method["customer"] = None
            method["_used"] = True
    books.tell("customer.deleted", customer)
    customer.clear()
    customer.update({"id": id, "object": "customer", "deleted": True})
    return customer


def list_customers(books: Books, params: Object) -> Object:
    found = [one for one in books.all("customer") if params.get("email") in (None, one["email"])]
    return page(found, params, "/v1/customers")
