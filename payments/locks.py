"""The locks under which money is believed: the order, then its payment."""

from uuid import UUID

from customerbackend.statements import Statement
from orders.models import Order
from payments.models import Payment

# A statement that waits for a row sees other tables as they were before: one for each row.
LOCK_ORDER = Statement(
    "lock_order_of_payment",
    "uuid",
    "SELECT id FROM orders_order WHERE id = (SELECT order_id FROM payments_payment WHERE id = $1) FOR UPDATE",
)


def lock_payment(payment_id: UUID) -> Payment:
    """The payment with its order, both rows locked until the transaction ends. `payment.order` is the locked order."""
    LOCK_ORDER.row(payment_id)
    payment = Payment.objects.select_for_update().get(id=payment_id)
    payment.order = Order.objects.select_related("customer").get(id=payment.order_id)
    return payment
