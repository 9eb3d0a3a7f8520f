"""What an order is made of: its lines, what comes on top of them, and why less is owed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from customerbackend.ids import new_id
from orders.models.order import JsonTextField, Order


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
