"""What tests of giving back do again and again."""

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from orders.lifecycle import move_order
from orders.models import Order
from orders.statuses import Status
from payments.models import Payment, Refund
from tests.orders.steps import CHEF
from tests.payments.books import refunds_at
from tests.payments.shop import Shop


def cancel_by_staff(payment: Payment) -> Order:
    """The kitchen cannot cook it."""
    return move_order(order_id=payment.order_id, to=Status.CANCELLED, actor=CHEF, reason="no gas")


def give_back() -> list[str]:
    """What `process_refunds` prints in one turn."""
    out = StringIO()
    call_command("process_refunds", stdout=out)
    return out.getvalue().splitlines()


def give_back_now() -> list[str]:
    """The same when every pause is over."""
    Refund.objects.filter(next_at__isnull=False).update(next_at=timezone.now())
    return give_back()


def noted(payment: Payment) -> list[tuple[str, int, str]]:
    """State, amount and reason of each refund here, the oldest first."""
    return list(payment.refunds.order_by("created_at", "id").values_list("state", "amount", "reason"))


def made(shop: Shop) -> list[tuple[str, int]]:
    """Status and amount of each refund at Stripe, the oldest first."""
    return [(refund["status"], refund["amount"]) for refund in refunds_at(shop.stripe)]


def money_of(payment: Payment) -> dict[str, Any]:
    """How the order of the payment shows its money."""
    order = Order.objects.get(id=payment.order_id)
    return {"state": order.payment_state, "paid": order.amount_paid, "refunded": order.amount_refunded}


def shows(state: str, paid: int, refunded: int) -> dict[str, Any]:
    """What `money_of` should be."""
    return {"state": state, "paid": paid, "refunded": refunded}
