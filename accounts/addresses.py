"""Addresses: the places that a customer has things delivered to."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts.locks import lock_customer
from accounts.models import Address
from accounts.sessions import live_session
from customerbackend.callers import Caller, TokenInvalid
from customerbackend.errors import Refusal
from customerbackend.owned import one_statement, page_statement, read_one, read_page
from customerbackend.sqljson import json_object, json_text, json_time, json_value, json_word
from customerbackend.statements import Statement, in_transaction

MOST = 20


class TooManyAddresses(Refusal):
    """`most` is how many a customer may keep."""

    status_code = 409
    default_code = "too_many_addresses"
    title = _("Too many addresses")
    default_detail = _("Delete an address that you no longer need before you add another one.")


class AddressUnknown(Refusal):
    """An order or a question names an address that the customer does not have."""

    status_code = 422
    default_code = "address_unknown"
    title = _("Unknown address")
    default_detail = _("There is no such address in your account.")


PLACE_COLUMNS = {
    "city": json_text,
    "line": json_text,
    "postal_code": json_text,
    "apartment": json_text,
    "entrance": json_text,
    "floor": json_text,
    "door_code": json_text,
    "leave_at_door": json_value,
    "comment": json_text,
    "latitude": json_value,
    "longitude": json_value,
}


def json_place(address: str) -> str:
    """SQL expression: JSON of the place alone, as an order keeps it, from an address row under this alias."""
    return json_object(**{name: write(f"{address}.{name}") for name, write in PLACE_COLUMNS.items()})


ADDRESS = json_object(
    id=json_word("mine.id"),
    name=json_text("mine.name"),
    is_default=json_value("mine.is_default"),
    **{name: write(f"mine.{name}") for name, write in PLACE_COLUMNS.items()},
    created_at=json_time("mine.created_at"),
)
READ_ADDRESSES = page_statement("read_addresses", table="accounts_address", item=ADDRESS)
READ_ADDRESS = one_statement("read_address", table="accounts_address", item=ADDRESS)
LOCATE = Statement(
    "locate_address",
    "uuid, timestamptz, uuid",
    f"""
    SELECT address.id, address.postal_code, address.latitude, address.longitude
    FROM ({live_session("$1", "$2")}) AS caller
    LEFT JOIN accounts_address AS address ON address.id = $3 AND address.customer_id = caller.customer_id""",
)


def read_addresses(*, caller: Caller, limit: int, cursor: str | None) -> str:
    """A page of the caller's addresses as JSON, newest first. Raises TokenInvalid. One statement."""
    return read_page(READ_ADDRESSES, caller=caller, limit=limit, cursor=cursor)


def read_address(*, caller: Caller, address_id: UUID) -> str:
    """One of the caller's addresses as JSON. Raises TokenInvalid, NotFound. One statement."""
    return read_one(READ_ADDRESS, caller=caller, row_id=address_id)


def locate_address(*, caller: Caller, address_id: UUID) -> tuple[str | None, float | None, float | None]:
    """Postal code, latitude and longitude of the caller's address. Raises TokenInvalid, AddressUnknown."""
    row = LOCATE.row(caller.session_id, timezone.now(), address_id)
    if row is None:
        raise TokenInvalid()
    if row[0] is None:
        raise AddressUnknown()
    return row[1], row[2], row[3]


@in_transaction
def add_address(*, caller: Caller, **fields: Any) -> tuple[UUID, str]:
    """Keep a new address; its id, and itself as JSON. Raises TokenInvalid, TooManyAddresses.

    Locks the customer, whose addresses are counted.
    """
    lock_customer(caller)
    mine = Address.objects.filter(customer_id=caller.customer_id)
    if mine.count() >= MOST:
        raise TooManyAddresses(most=MOST)
    if fields.get("is_default"):
        mine.filter(is_default=True).update(is_default=False)
    address = Address.objects.create(customer_id=caller.customer_id, created_at=timezone.now(), **fields)
    return address.id, read_address(caller=caller, address_id=address.id)


@in_transaction
def change_address(*, caller: Caller, address_id: UUID, **fields: Any) -> str:
    """Change some fields of an address and return it as JSON; orders keep what they were placed with.

    Raises TokenInvalid, NotFound. Locks the customer, because only one address is the default.
    """
    lock_customer(caller)
    mine = Address.objects.filter(customer_id=caller.customer_id)
    if fields.get("is_default"):
        mine.exclude(id=address_id).filter(is_default=True).update(is_default=False)
    mine.filter(id=address_id).update(**fields)
    return read_address(caller=caller, address_id=address_id)


@in_transaction
def delete_address(*, caller: Caller, address_id: UUID) -> None:
    """Forget an address. Raises TokenInvalid, NotFound."""
    lock_customer(caller)
    deleted, _by_model = Address.objects.filter(id=address_id, customer_id=caller.customer_id).delete()
    if not deleted:
        raise NotFound()


def choose_default(*, customer_id: UUID, address_id: UUID | None) -> None:
    """Make this address the default one, or none. Raises AddressUnknown. The caller holds the customer's lock."""
    mine = Address.objects.filter(customer_id=customer_id)
    mine.filter(is_default=True).update(is_default=False)
    if address_id is None:
        return
    if not mine.filter(id=address_id).update(is_default=True):
        raise AddressUnknown()
