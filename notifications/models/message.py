"""Messages: what is to be told to whom, written in the transaction of what happened."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id


class Recipient(models.TextChoices):
    """Kinds of those who are told."""

    CUSTOMER = "customer", _("Customer")
    KITCHEN = "kitchen", _("Kitchen")
    WAREHOUSE = "warehouse", _("Warehouse")
    COURIER = "courier", _("Courier")
    STAFF = "staff", _("Staff")


class Message(models.Model):
    """One thing to tell one recipient. Whom a recipient's id belongs to is not for this table to know.

    `position` is given by the database as rows are written: of two messages about one subject, which is written under
    its lock, the later one has the higher.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.BigIntegerField(
        editable=False, db_default=Func(Value("notifications_message_position"), function="nextval")
    )
    kind = models.CharField(_("kind"), max_length=64)
    recipient_kind = models.CharField(_("to"), max_length=16, choices=Recipient.choices)
    recipient_id = models.UUIDField(_("id of the recipient"))
    subject_id = models.UUIDField(
        _("about"), null=True, help_text=_("What it is about: messages about one thing keep their order.")
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    address = models.CharField(
        _("address"),
        max_length=254,
        blank=True,
        help_text=_("Where it is mailed to, if not to the recipient's own address."),
    )
    data = models.JSONField(default=dict)
    is_once = models.BooleanField(default=False, help_text=_("Written again about the same thing, it is not told."))
    due_at = models.DateTimeField(null=True, help_text=_("Not to be told before."))
    expires_at = models.DateTimeField(null=True, help_text=_("Not to be told after."))
    addressed_at = models.DateTimeField(null=True, help_text=_("When it was found out where to send it."))
    read_at = models.DateTimeField(null=True, help_text=_("When the customer read it."))
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                "recipient_id", Coalesce("due_at", "created_at").desc(), F("id").desc(),
                condition=Q(recipient_kind="customer"), name="message_inbox",
            ),
            models.Index("subject_id", "created_at", name="message_by_subject"),
            models.Index("position", condition=Q(addressed_at=None), name="message_not_addressed"),
            models.Index("recipient_id", condition=Q(recipient_kind="customer", read_at=None), name="message_unread"),
            BrinIndex("created_at", name="message_by_age"),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient_kind__in=["customer", "kitchen", "warehouse", "courier", "staff"]),
                name="message_recipient_kind_known",
            ),
            models.UniqueConstraint(
                "kind", "recipient_id", "subject_id", condition=Q(is_once=True), name="message_told_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_kind}"
