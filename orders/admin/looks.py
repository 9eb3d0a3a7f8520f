"""How states look: the colours of unfold's labels."""

from orders.models import PaymentState
from orders.statuses import Status

STATUS_LOOKS = {
    Status.WAITING_FOR_PAYMENT.value: "warning",
    Status.SCHEDULED.value: "default",
    Status.ACCEPTED.value: "info",
    Status.RESTOCKING.value: "warning",
    Status.PICKING.value: "info",
    Status.COOKING.value: "primary",
    Status.READY.value: "success",
    Status.IN_DELIVERY.value: "primary",
    Status.DELIVERED.value: "default",
    Status.UNDELIVERED.value: "danger",
    Status.CANCELLED.value: "danger",
}
PAYMENT_LOOKS = {
    PaymentState.DUE_ON_DELIVERY.value: "default",
    PaymentState.WAITING.value: "warning",
    PaymentState.AUTHORISED.value: "info",
    PaymentState.PAID.value: "success",
    PaymentState.PARTLY_REFUNDED.value: "warning",
    PaymentState.REFUNDED.value: "default",
    PaymentState.FAILED.value: "danger",
    PaymentState.CANCELLED.value: "default",
}
