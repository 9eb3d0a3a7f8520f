"""What has happened to an order, and what was promised of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id
from orders.models.order import Order
from orders.statuses import Status


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
        RESTOCKED = "restocked", _("restocked")
        COOKING = "cooking", _("cooking begun")
        COOKED = "cooked", _("cooked")
        PICKED_UP = "picked_up", _("picked up")
        DELAYED = "delayed", _("delayed by staff")

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
