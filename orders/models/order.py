"""An order itself."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from catalog.models import Branch
from customerbackend.ids import new_id
from customerbackend.money import PaymentMethod
from orders.statuses import CURRENT, IN_QUEUE, Status


class JsonTextField(models.JSONField):
    """JSON kept as the text that was written (type `json`): copied into answers as it is, never searched."""

    def db_type(self, connection: Any) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value  # psycopg2 has read it


AT_THE_DOOR = (PaymentMethod.CASH, PaymentMethod.TERMINAL)


class PaymentState(models.TextChoices):
    DUE_ON_DELIVERY = "due_on_delivery", _("due on delivery")
    WAITING = "waiting", _("waiting")
    AUTHORISED = "authorised", _("authorised")
    PAID = "paid", _("paid")
    PARTLY_REFUNDED = "partly_refunded", _("partly refunded")
    REFUNDED = "refunded", _("refunded")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class DeliveryMethod(models.TextChoices):
    COURIER = "courier", _("courier")
    PICKUP = "pickup", _("pickup")


class Order(models.Model):
    """An order. `status` has one writer, `orders.lifecycle`; every write raises `version`.

    Foreign keys without an index of their own are the first column of another one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=16, unique=True)
    version = models.PositiveIntegerField(default=1)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders", db_index=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="orders")
    business_date = models.DateField(help_text=_("The branch's day; it begins when the branch says."))
    catalog_version = models.BigIntegerField()

    status = models.CharField(max_length=24, choices=Status.choices)
    status_changed_at = models.DateTimeField(help_text=_("When what the customer sees changed last."))

    payment_method = models.CharField(max_length=16, choices=PaymentMethod.choices)
    payment_state = models.CharField(max_length=24, choices=PaymentState.choices)
    payment_due_at = models.DateTimeField(null=True, blank=True)
    amount_paid = models.PositiveBigIntegerField(default=0)
    amount_refunded = models.PositiveBigIntegerField(default=0)
    change_from = models.PositiveBigIntegerField(null=True, blank=True)

    currency = models.CharField(max_length=3)
    items_total = models.PositiveBigIntegerField()
    delivery_total = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField()
    owed = models.PositiveBigIntegerField(help_text=_("Total and adjustments."))

    delivery_method = models.CharField(max_length=16, choices=DeliveryMethod.choices)
    zone_key = models.CharField(
        max_length=64, null=True, blank=True, help_text=_("Which zone of the branch it was promised for.")
    )
    place = JsonTextField(null=True, blank=True)
    contact = JsonTextField(null=True, blank=True)
    requested_at = models.DateTimeField(null=True, blank=True, help_text=_("When it should be handed over."))
    slot_at = models.DateTimeField(null=True, blank=True)
    release_at = models.DateTimeField(null=True, blank=True, help_text=_("When a scheduled order goes to the kitchen."))
    comment = models.TextField(blank=True)

    # Copies of rows that never change, as the API writes them (`items`: but for quantity_removed).
    items = JsonTextField()
    charges = JsonTextField()
    tax = JsonTextField()
    seller = JsonTextField()
    demand = JsonTextField(help_text=_("Thousandths by ingredient."))

    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    restocking_started_at = models.DateTimeField(null=True, blank=True)
    picking_started_at = models.DateTimeField(null=True, blank=True)
    cooking_started_at = models.DateTimeField(null=True, blank=True)
    cooked_at = models.DateTimeField(null=True, blank=True)
    delivery_started_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True, help_text=_("Empty: there is no rating."))

    # The estimate in force; every one that was made is a row of `Estimate`.
    estimated_cooked_at = models.DateTimeField()
    estimated_delivered_at = models.DateTimeField()
    estimated_delivered_from = models.DateTimeField()
    estimated_delivered_to = models.DateTimeField(help_text=_("The promise: late means after it."))
    first_cooked_at = models.DateTimeField()
    first_delivered_to = models.DateTimeField()
    told_delivered_to = models.DateTimeField(
        null=True, blank=True, help_text=_("The later promise that the customer was told of last; empty: the first.")
    )
    wait_seconds = models.PositiveIntegerField()
    cooking_seconds = models.PositiveIntegerField()
    courier_wait_seconds = models.PositiveIntegerField(null=True, blank=True)
    travel_seconds = models.PositiveIntegerField(null=True, blank=True)
    work_seconds = models.PositiveIntegerField(help_text=_("How long it occupies one cooking place."))

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ("-placed_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="order_status_known"),
            models.CheckConstraint(condition=Q(payment_state__in=PaymentState.values), name="payment_state_known"),
            models.CheckConstraint(condition=Q(payment_method__in=PaymentMethod.values), name="payment_method_known"),
            models.CheckConstraint(
                condition=Q(delivery_method__in=DeliveryMethod.values), name="delivery_method_known"
            ),
            models.CheckConstraint(condition=Q(owed__lte=F("total")), name="order_owed_at_most_total"),
            models.CheckConstraint(
                condition=Q(amount_refunded__lte=F("amount_paid")), name="order_refund_at_most_paid"
            ),
            models.CheckConstraint(
                condition=Q(delivery_method="pickup") | Q(place__isnull=False), name="order_by_courier_has_a_place"
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting_for_payment") | Q(payment_due_at__isnull=False),
                name="order_to_be_paid_has_a_limit",
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(release_at__isnull=False), name="scheduled_order_has_a_release"
            ),
            models.UniqueConstraint(
                "customer", condition=Q(status="waiting_for_payment"), name="one_order_waiting_for_payment"
            ),
        ]
        indexes = [
            models.Index("customer", F("placed_at").desc(), F("id").desc(), name="order_history"),
            models.Index(
                "customer", F("placed_at").desc(), F("id").desc(),
                condition=Q(status__in=CURRENT), name="order_current",
            ),
            models.Index("branch", condition=Q(status__in=IN_QUEUE), name="order_kitchen_queue"),
            models.Index("release_at", condition=Q(status="scheduled"), name="order_to_release"),
            models.Index("payment_due_at", condition=Q(status="waiting_for_payment"), name="order_to_be_paid"),
            models.Index(
                "id", condition=Q(amount_paid__gt=F("amount_refunded") + F("owed")), name="order_with_too_much_paid"
            ),
            models.Index("business_date", name="order_by_business_date"),
            models.Index("branch", "slot_at", condition=Q(slot_at__isnull=False), name="order_by_slot"),
            models.Index(
                "branch", "delivery_started_at",
                condition=Q(delivery_started_at__isnull=False), name="order_by_pick_up",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def is_pickup(self) -> bool:
        """Whether the customer fetches it."""
        return self.delivery_method == DeliveryMethod.PICKUP

    @property
    def amount_held(self) -> int:
        """What the company holds of the customer's money."""
        return self.amount_paid - self.amount_refunded
