"""The customer as the API shows them, and changed by themselves."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.addresses import choose_default
from accounts.locks import lock_customer
from accounts.models import Address, Customer
from accounts.passwords import confirm_password
from customerbackend.callers import Caller
from customerbackend.errors import InvalidRequest, Refusal
from customerbackend.serializers import field_error
from customerbackend.statements import in_transaction
from customerbackend.times import rfc3339
from notifications.preferences import change_preferences, read_preferences


class ContactMissing(Refusal):
    """The preferred way of contact is one that the account has no address, number or name for."""

    status_code = 422
    default_code = "contact_missing"
    title = _("This way of contact is not there")
    default_detail = _("Your account has nothing to reach you by in the way that you prefer. Prefer another.")

    def __init__(self) -> None:
        fault = {"pointer": "/preferred_contact", "code": self.default_code, "detail": str(self.default_detail)}
        super().__init__(errors=[fault])


def read_account(customer_id: UUID) -> dict[str, Any]:
    """Profile and settings of the customer. Two statements."""
    default = Address.objects.filter(customer=OuterRef("id"), is_default=True).values("id")[:1]
    customer = Customer.objects.annotate(found_default_id=Subquery(default)).get(id=customer_id)
    return {
        "id": str(customer.id),
        "login": customer.login,
        "email": customer.email,
        "phone": str(customer.phone) if customer.phone else None,
        "name": customer.name,
        "language": customer.language,
        "time_zone": customer.time_zone,
        "telegram": customer.telegram,
        "messengers": customer.messengers,
        "preferred_contact": customer.preferred_contact,
        "preferred_payment_method": customer.preferred_payment_method,
        "default_address_id": str(customer.found_default_id) if customer.found_default_id else None,
        "allergens": customer.allergens,
        "notifications": read_preferences(customer.id),
        "created_at": rfc3339(customer.created_at),
    }


def change_account(*, caller: Caller, password: str | None = None, **changes: Any) -> dict[str, Any]:
    """Change some of the caller's settings and return the customer.

    Another phone number needs the password; a password that is given is checked. Raises InvalidRequest, PasswordWrong,
    Throttled, AddressUnknown, ContactMissing, SecurityNotOptional.
    """
    customer = Customer.objects.get(id=caller.customer_id)
    if "phone" in changes and changes["phone"] == customer.phone:
        del changes["phone"]  # it needs no password, and must not undo a change made meanwhile
    if password is not None:
        confirm_password(customer, password, pointer="/password")
    elif "phone" in changes:
        needed = field_error(_("Give your password beside a new phone number."), "required")
        raise InvalidRequest({"password": [needed]})
    return write_changes(caller=caller, changes=changes)


@in_transaction
def write_changes(*, caller: Caller, changes: dict[str, Any]) -> dict[str, Any]:
    """Write the changes. Raises AddressUnknown, ContactMissing, SecurityNotOptional. Locks the customer."""
    customer = lock_customer(caller)
    if "default_address_id" in changes:
        choose_default(customer_id=customer.id, address_id=changes["default_address_id"])
    if "notifications" in changes:
        change_preferences(customer.id, **changes["notifications"])
    fields = {name: changes[name] for name in changes.keys() - {"default_address_id", "notifications"}}
    for name, value in fields.items():
        setattr(customer, name, value)
    check_contact(customer)
    customer.save(update_fields=list(fields))
    return read_account(customer.id)


def check_contact(customer: Customer) -> None:
    """Raise ContactMissing unless the customer can be reached in the way that they prefer."""
    reachable = {
        Customer.Contact.PHONE: customer.phone,
        Customer.Contact.EMAIL: customer.email,
        Customer.Contact.TELEGRAM: customer.telegram,
    }
    if customer.preferred_contact and not reachable.get(Customer.Contact(customer.preferred_contact), True):
        raise ContactMissing()
