"""Stock of ingredients, in thousandths of a gram, millilitre or piece. `catalog.stock` is its only writer."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.branches import Branch
from catalog.models.menu import Ingredient
from customerbackend.ids import new_id


class Stock(models.Model):
    """What a branch has of an ingredient. Always the sum of its movements; see `catalog.stock` for who may write."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="stock", db_index=False)
    ingredient = models.ForeignKey(Ingredient, on_delete=models.PROTECT, related_name="stock")
    on_hand = models.BigIntegerField(default=0, help_text=_("On the shelf, in thousandths of the unit."))
    reserved = models.BigIntegerField(default=0, help_text=_("Of that, set aside for orders."))

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.UniqueConstraint("branch", "ingredient", name="stock_once_a_branch"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.ingredient}, {self.branch}"


class StockMovement(models.Model):
    """One change of one stock row. An operation changes a row once in each way: nothing can count twice."""

    class Kind(models.TextChoices):
        RESERVE = "reserve", _("set aside")
        RELEASE = "release", _("released")
        CONSUME = "consume", _("consumed")
        RECEIPT = "receipt", _("received")
        WASTE = "waste", _("thrown away")
        COUNT = "count", _("counted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    operation_id = models.UUIDField(help_text=_("For reserve, release and consume of an order: the order's id."))
    on_hand_change = models.BigIntegerField(default=0)
    reserved_change = models.BigIntegerField(default=0)
    actor = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [
            models.UniqueConstraint("operation_id", "stock", "kind", name="movement_once_an_operation"),
            models.CheckConstraint(
                condition=Q(kind__in=["reserve", "release", "consume", "receipt", "waste", "count"]),
                name="movement_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.stock}"


class Reservation(models.Model):
    """What one holder (an order) wants of a stock row, and what became of it.

    While open, `reserved` of `wanted` is set aside; the rest is a backorder. Closing it consumes or releases.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="reservations")
    holder_id = models.UUIDField()
    wanted = models.BigIntegerField()
    reserved = models.BigIntegerField()
    consumed = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.UniqueConstraint("holder_id", "stock", name="reservation_once_a_holder"),
            models.CheckConstraint(
                condition=Q(wanted__gt=0, reserved__gte=0, reserved__lte=F("wanted"), consumed__gte=0, released__gte=0),
                name="reservation_amounts_possible",
            ),
        ]
        indexes = [
            models.Index(
                "stock", "created_at", name="reservation_backorders",
                condition=Q(closed_at__isnull=True, reserved__lt=F("wanted")),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reserved} / {self.wanted}"
