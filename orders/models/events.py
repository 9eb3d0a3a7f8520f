"""What a customer can follow of their orders, event by event."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id
from orders.models.order import Order, PaymentState
from orders.statuses import VisibleStatus


class OrderEvent(models.Model):
    """Something that its customer saw happen to an order, and how the order stood after it.

    Written in the transaction of what happened; `number` is set by a trigger of the database when that transaction
    commits (see `orders.events`), and is null only until then. Whose order it is stands here too, without a foreign
    key: checking one would lock the customer's row after the order's.
    """

    class Type(models.TextChoices):
        PLACED = "order.placed", _("placed")
        STATUS_CHANGED = "order.status_changed", _("status changed")
        ADJUSTED = "order.adjusted", _("adjusted")
        PAYMENT_CHANGED = "order.payment_changed", _("payment changed")
        ESTIMATE_CHANGED = "order.estimate_changed", _("estimate changed")
        RATED = "order.rated", _("rated")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer_id = models.UUIDField()
    number = models.BigIntegerField(null=True, help_text=_("Its place among all of the customer, from 1 without gaps."))
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events", db_index=False)
    type = models.CharField(max_length=32, choices=Type.choices)
    at = models.DateTimeField()
    status = models.CharField(
        max_length=24, choices=VisibleStatus.choices, null=True, help_text=_("Where it was this that changed.")
    )
    payment_state = models.CharField(max_length=24, choices=PaymentState.choices, null=True)
    owed = models.PositiveBigIntegerField(null=True)
    delivered_from = models.DateTimeField(null=True)
    delivered_to = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(
                "customer_id", "number", condition=Q(number__isnull=False), name="event_number_once_a_customer"
            ),
            models.CheckConstraint(
                condition=Q(
                    type__in=["order.placed", "order.status_changed", "order.adjusted", "order.payment_changed",
                              "order.estimate_changed", "order.rated"],
                ),
                name="event_type_known",
            ),
            models.CheckConstraint(
                condition=Q(status__isnull=True) | Q(status__in=VisibleStatus.values), name="event_status_visible"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.type} {self.number}"
