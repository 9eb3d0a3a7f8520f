"""Deliveries: one message on its way to one target, and every try to bring it there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id
from notifications.models.message import Message


class Channel(models.TextChoices):
    """The ways by which somebody can be told."""

    PUSH = "push", _("Push")
    EMAIL = "email", _("Email")
    WEBHOOK = "webhook", _("Webhook")


class Delivery(models.Model):
    """A message to be brought to one target: a device, an endpoint, an address.

    `outlet` is what it leaves by, which can be unwell as a whole: a provider of pushes, the mail server, an endpoint.
    Those of one lane go to their target in the order of their `position`. A worker that is at it holds it until
    `leased_until`, under its `claim_id`.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        DELIVERED = "delivered", _("delivered")
        DROPPED = "dropped", _("no longer needed")
        DEAD = "dead", _("given up")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    position = models.BigIntegerField(help_text=_("That of the message."))
    channel = models.CharField(_("by"), max_length=16, choices=Channel.choices)
    outlet = models.CharField(max_length=40)
    target_id = models.UUIDField(
        _("id of the target"), help_text=_("The device, the endpoint, the mailbox, or the recipient.")
    )
    lane = models.UUIDField(help_text=_("What the message is about, or the message where that is nothing."))
    address = models.CharField(max_length=254, blank=True, help_text=_("Of mail; gone when it has been sent."))
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    wanted_at = models.DateTimeField(help_text=_("When it was to leave first."))
    due_at = models.DateTimeField(help_text=_("When it is to leave next."))
    leased_until = models.DateTimeField(null=True)
    claim_id = models.UUIDField(null=True)
    note = models.CharField(max_length=300, blank=True, help_text=_("Why it is not delivered."))
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index("outlet", "due_at", "position", condition=Q(state="pending"), name="delivery_waiting"),
            models.Index("id", condition=Q(state="dead"), name="delivery_given_up"),
            models.Index("target_id", "lane", "position", condition=Q(state="pending"), name="delivery_lane"),
        ]
        constraints = [
            models.UniqueConstraint("message", "target_id", name="delivery_once_a_target"),
            models.CheckConstraint(
                condition=Q(channel__in=["push", "email", "webhook"]), name="delivery_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(state="pending", finished_at__isnull=True)
                | Q(state__in=["delivered", "dropped", "dead"], finished_at__isnull=False, address=""),
                name="delivery_finished_or_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} ({self.id})"


class Attempt(models.Model):
    """One try to bring a delivery to its target."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(help_text=_("Milliseconds until the target had answered."))
    status_code = models.PositiveSmallIntegerField(null=True, help_text=_("The answer's, where it came over HTTP."))
    error = models.CharField(max_length=300, blank=True, help_text=_("Empty: it was delivered."))

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")

    def __str__(self) -> str:
        return self.error or str(self.status_code or "")
