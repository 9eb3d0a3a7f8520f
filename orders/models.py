"""Orders and what belongs to them. Amounts are in minor units, durations in seconds, moments in UTC."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from catalog.models import Branch, Product
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

    # The estimate in force; every one that was made is a row of `Estimate`.
    estimated_cooked_at = models.DateTimeField()
    estimated_delivered_at = models.DateTimeField()
    estimated_delivered_from = models.DateTimeField()
    estimated_delivered_to = models.DateTimeField(help_text=_("The promise: late means after it."))
    first_cooked_at = models.DateTimeField()
    first_delivered_to = models.DateTimeField()
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


class OrderLine(models.Model):
    """One line: what was ordered, at the price and with the name it had then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    unit_price = models.PositiveBigIntegerField(help_text=_("Gross, options included."))
    quantity = models.PositiveSmallIntegerField()
    quantity_removed = models.PositiveSmallIntegerField(default=0)
    options = JsonTextField(help_text=_("Name, price and id of each."))
    note = models.CharField(max_length=200, blank=True)
    total = models.PositiveBigIntegerField()
    tax_rate_bps = models.PositiveIntegerField()
    tax = models.PositiveBigIntegerField()
    allergens = JsonTextField(null=True)
    demand = JsonTextField(
        null=True, help_text=_("Thousandths by ingredient that one of it takes; none for lines of before it was kept.")
    )

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint("order", "position", name="line_once_a_position"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=99, quantity_removed__lte=F("quantity")),
                name="line_quantity_possible",
            ),
            models.CheckConstraint(condition=Q(total=F("unit_price") * F("quantity")), name="line_total_is_product"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def quantity_left(self) -> int:
        """How many of it have not been removed."""
        return self.quantity - self.quantity_removed


class OrderCharge(models.Model):
    """What comes on top of the lines, or off them: a delivery fee, a tip, a discount."""

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("delivery")
        SERVICE = "service", _("service")
        SMALL_ORDER = "small_order", _("small order")
        BAG = "bag", _("bag")
        DISCOUNT = "discount", _("discount")
        TIP = "tip", _("tip")
        ROUNDING = "rounding", _("rounding")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="charge_rows")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=100)
    amount = models.BigIntegerField()
    tax_rate_bps = models.PositiveIntegerField()
    tax = models.BigIntegerField()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["delivery", "service", "small_order", "bag", "discount", "tip", "rounding"],
                ),
                name="charge_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrderAdjustment(models.Model):
    """Why less is owed than the total: an amount below zero, with a reason."""

    class Kind(models.TextChoices):
        ITEM_REMOVED = "item_removed", _("item removed")
        GOODWILL = "goodwill", _("goodwill")
        CANCELLED = "cancelled", _("cancelled")
        UNDELIVERED = "undelivered", _("not delivered")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="adjustments")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    actor_kind = models.CharField(max_length=16)
    actor = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ("at", "id")
        constraints = [
            models.CheckConstraint(condition=Q(amount__lt=0), name="adjustment_lowers"),
            models.CheckConstraint(
                condition=Q(kind__in=["item_removed", "goodwill", "cancelled", "undelivered"]),
                name="adjustment_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class StatusLogEntry(models.Model):
    """One passage of an order into a status: who, why, when it happened and when that was recorded."""

    class ActorKind(models.TextChoices):
        CUSTOMER = "customer", _("customer")
        STAFF = "staff", _("staff")
        SERVICE = "service", _("service")
        SYSTEM = "system", _("system")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="log", db_index=False)
    status = models.CharField(max_length=24, choices=Status.choices)
    is_visible = models.BooleanField(help_text=_("Whether what the customer sees changed."))
    actor_kind = models.CharField(max_length=16, choices=ActorKind.choices)
    actor = models.CharField(max_length=100, blank=True, help_text=_("Which one: an id, or a member of staff."))
    reason = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("status")
        verbose_name_plural = _("status log")
        ordering = ("recorded_at", "id")
        indexes = [models.Index("order", "recorded_at", "id", name="status_log_of_order")]

    def __str__(self) -> str:
        return self.status


class Estimate(models.Model):
    """One estimate: when and why it was made, of what parts, and what it promised."""

    class Why(models.TextChoices):
        PLACED = "placed", _("placed")
        PAID = "paid", _("paid")
        RELEASED = "released", _("released to the kitchen")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="estimates")
    made_at = models.DateTimeField()
    why = models.CharField(max_length=16, choices=Why.choices)
    wait_seconds = models.PositiveIntegerField()
    restock_seconds = models.PositiveIntegerField(help_text=_("Part of the wait; never shown to customers."))
    queue_seconds = models.PositiveIntegerField()
    busy_seconds = models.PositiveIntegerField()
    cooking_seconds = models.PositiveIntegerField()
    courier_wait_seconds = models.PositiveIntegerField(null=True)
    travel_seconds = models.PositiveIntegerField(null=True)
    cooked_at = models.DateTimeField()
    delivered_at = models.DateTimeField()
    delivered_from = models.DateTimeField()
    delivered_to = models.DateTimeField()
    open_orders = models.PositiveIntegerField()
    model_version = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("estimate")
        verbose_name_plural = _("estimates")
        ordering = ("made_at", "id")

    def __str__(self) -> str:
        return f"{self.why} {self.delivered_to:%H:%M}"
