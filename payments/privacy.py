"""What payments hold about a person: their linked cards. Sums and methods are the company's books."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from customerbackend.errors import Refusal
from customerbackend.money import money
from customerbackend.times import rfc3339
from orders.models import Order
from payments.cards import forget
from payments.models import Forgetting, LinkedCard, Payment, ProviderCustomer


def export(customer_id: UUID) -> dict[str, Any]:
    """Every payment of the customer's orders with its refunds, oldest first; and their linked cards."""
    payments = Payment.objects.filter(order__customer_id=customer_id).prefetch_related("refunds")
    cards = LinkedCard.objects.filter(customer_id=customer_id).order_by("created_at", "id")
    return {
        "payments": [describe_payment(payment) for payment in payments.order_by("created_at", "id")],
        "cards": [
            {
                "id": str(card.id),
                "brand": card.brand,
                "last4": card.last4,
                "expires_month": card.expires_month,
                "expires_year": card.expires_year,
                "provider": card.provider,
                "linked_at": rfc3339(card.created_at),
            }
            for card in cards
        ],
    }


def describe_payment(payment: Payment) -> dict[str, Any]:
    """One payment, without what was needed to pay it."""
    return {
        "id": str(payment.id),
        "order_id": str(payment.order_id),
        "method": payment.method,
        "provider": payment.provider,
        "state": payment.state,
        "amount": money(payment.amount),
        "captured": money(payment.captured),
        "at": rfc3339(payment.created_at),
        "refunds": [
            {
                "id": str(refund.id),
                "state": refund.state,
                "amount": money(refund.amount),
                "reason": refund.reason,
                "at": rfc3339(refund.created_at),
            }
            for refund in payment.refunds.all()
        ],
    }


def refusals(customer_id: UUID) -> Iterable[Refusal]:
    """Nothing here stands against erasing: money that is owed to somebody erased goes back all the same."""
    return ()


def erase(customer_id: UUID) -> None:
    """Their cards go, here and at the providers, and what an order that is over could still have been paid with.

    Locks the orders, as settling does before it changes a payment. Who keeps a card at this moment holds the customer's
    lock, which the caller has.
    """
    list(Order.objects.select_for_update().filter(customer_id=customer_id).order_by("id").values_list("id"))
    Payment.objects.filter(order__customer_id=customer_id).update(client_secret="", payment_url="", qr_payload="")
    known = ProviderCustomer.objects.select_for_update().filter(customer_id=customer_id)
    for provider, reference in list(known.values_list("provider", "reference")):
        forget(provider, Forgetting.Kind.CUSTOMER, reference)
    known.delete()
    LinkedCard.objects.filter(customer_id=customer_id).delete()
