"""Payments of orders. Amounts are in minor units."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id
from customerbackend.money import PaymentMethod
from orders.models import Order


class Payment(models.Model):
    """One payment of an order, and how far it has come. Nothing overwrites `succeeded`."""

    class Provider(models.TextChoices):
        DOOR = "door", _("at the door")

    class State(models.TextChoices):
        SUCCEEDED = "succeeded", _("succeeded")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=16, choices=PaymentMethod.choices)
    provider = models.CharField(max_length=16, choices=Provider.choices)
    state = models.CharField(max_length=16, choices=State.choices)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    captured = models.PositiveBigIntegerField(help_text=_("What was really taken."))
    recorded_by = models.CharField(
        max_length=100, blank=True, help_text=_("Who says so: a member of staff, a command.")
    )
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(condition=Q(method__in=PaymentMethod.values), name="payment_method_possible"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_of_something"),
            models.CheckConstraint(condition=Q(captured__lte=models.F("amount")), name="captured_at_most_the_amount"),
            models.CheckConstraint(
                condition=~Q(state="succeeded") | Q(succeeded_at__isnull=False), name="succeeded_payment_has_a_moment"
            ),
            models.CheckConstraint(
                condition=~Q(provider="door") | Q(method__in=["cash", "terminal"]), name="at_the_door_cash_or_terminal"
            ),
            models.UniqueConstraint("order", condition=Q(provider="door"), name="money_at_the_door_once"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount}"


class DoorOrder(Order):
    """An order whose money is handed over at the door, as the admin's page for recording that shows it."""

    class Meta:
        proxy = True
        verbose_name = _("money at the door")
        verbose_name_plural = _("money at the door")
