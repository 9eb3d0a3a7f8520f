"""Messages: what is to be told to whom, written in the transaction of what happened."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id


class Message(models.Model):
    """One thing to tell one recipient. Whom a recipient's id belongs to is not for this table to know."""

    class Recipient(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        KITCHEN = "kitchen", _("Kitchen")
        WAREHOUSE = "warehouse", _("Warehouse")
        COURIER = "courier", _("Courier")
        STAFF = "staff", _("Staff")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=64)
    recipient_kind = models.CharField(max_length=16, choices=Recipient.choices)
    recipient_id = models.UUIDField()
    subject_id = models.UUIDField(
        null=True, help_text=_("What it is about: messages about one thing keep their order.")
    )
    language = models.CharField(max_length=8, blank=True)
    address = models.CharField(max_length=254, blank=True)
    data = models.JSONField(default=dict)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index("recipient_kind", "recipient_id", "created_at", name="message_by_recipient"),
            models.Index("subject_id", "created_at", name="message_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(recipient_kind__in=["customer", "kitchen", "warehouse", "courier", "staff"]),
                name="message_recipient_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_kind}"
