"""The customer as the API shows them."""

from typing import Any
from uuid import UUID

from accounts.models import Customer
from customerbackend.times import rfc3339


def describe_customer(customer: Customer) -> dict[str, Any]:
    """Profile and settings."""
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
        "default_address_id": None,
        "allergens": customer.allergens,
        "created_at": rfc3339(customer.created_at),
    }


def read_account(customer_id: UUID) -> dict[str, Any]:
    """The signed-in customer's own profile. One statement."""
    return describe_customer(Customer.objects.get(id=customer_id))
