"""A customer's right to a copy of everything held about them, and to have it erased (GDPR, articles 15, 17 and 20).

Each app knows what it holds: `settings.PRIVACY` lists modules that have `export`, `refusals` and `erase`, and they are
walked here. What is needed for the books stays: orders with their sums, without person, address or free text.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import NotFound

from accounts.models import Customer
from accounts.passwords import PasswordWrong, confirm_password
from customerbackend.callers import Caller, TokenInvalid
from customerbackend.errors import Refusal
from customerbackend.statements import in_transaction
from customerbackend.throttling import count_try
from customerbackend.times import rfc3339


class Privacy(Protocol):
    """What a module in `settings.PRIVACY` offers."""

    def export(self, customer_id: UUID) -> dict[str, Any]:
        """Everything that the app holds about the customer, by name, as JSON takes it."""

    def refusals(self, customer_id: UUID) -> Iterable[Refusal]:
        """Why the customer cannot be erased now. Their row is locked: nothing new can begin."""

    def erase(self, customer_id: UUID) -> None:
        """Erase or make nobody's whatever tells of the person, in the caller's transaction."""


def privacy_modules() -> list[Privacy]:
    """The modules in their order."""
    return [cast(Privacy, import_module(name)) for name in settings.PRIVACY]


def export_customer(customer_id: UUID) -> dict[str, Any]:
    """One document of everything that is held about the customer."""
    document: dict[str, Any] = {"exported_at": rfc3339(timezone.now())}
    for module in privacy_modules():
        document |= module.export(customer_id)
    return document


def export_account(*, caller: Caller) -> dict[str, Any]:
    """The same for the caller. Raises Throttled: it is a long answer."""
    count_try("export_by_customer", str(caller.customer_id))
    return export_customer(caller.customer_id)


def erase_account(*, caller: Caller, password: str) -> None:
    """Erase the caller. Raises PasswordWrong, Throttled, and what stands against it, such as OrderRunning; TokenInvalid
    when another request has erased them meanwhile.
    """
    customer = Customer.objects.filter(id=caller.customer_id, erased_at=None).first()
    if customer is None:
        raise TokenInvalid()
    confirm_password(customer, password, pointer="/password")
    try:
        erase_customer(customer_id=customer.id, known_password=customer.password)
    except NotFound as fault:
        raise TokenInvalid() from fault


@in_transaction
def erase_customer(*, customer_id: UUID, known_password: str | None = None) -> None:
    """Erase the customer, and have it confirmed to the address that they had. Raises NotFound, and what stands against
    it.

    With `known_password`, raises PasswordWrong when the stored password is no longer that one. Locks the customer
    against everything that would write something of theirs: orders, sessions, addresses and settings wait for the lock,
    and find the account inactive.
    """
    customer = Customer.objects.select_for_update().filter(id=customer_id, erased_at=None).first()
    if customer is None:
        raise NotFound()
    if known_password is not None and customer.password != known_password:
        raise PasswordWrong("/password")
    for module in privacy_modules():
        for refusal in module.refusals(customer_id):
            raise refusal
    for module in reversed(privacy_modules()):  # idempotency claims are locked before orders, here as everywhere
        module.erase(customer_id)


def find_customer(text: str) -> Customer:
    """The customer with this id, login or email, for operators. Raises Customer.DoesNotExist."""
    try:
        return Customer.objects.get(id=UUID(text))
    except (ValueError, Customer.DoesNotExist):  # a login may look like an id
        column = "email" if "@" in text else "login"
        return Customer.objects.get(**{f"{column}__iexact": text})
