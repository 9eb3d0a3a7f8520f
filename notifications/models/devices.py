"""Devices that pushes are sent to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id


class Device(models.Model):
    """A device that takes pushes. It belongs to a session, and is told nothing once that has ended.

    A token belongs to one device: registered by somebody else, it moves to them, under a new id.
    """

    class Kind(models.TextChoices):
        FCM = "fcm", "FCM"
        APNS = "apns", "APNs"
        WEBPUSH = "webpush", "Web Push"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    token = models.CharField(max_length=1500, help_text=_("What the provider knows it by; of Web Push its address."))
    p256dh = models.CharField(max_length=100, blank=True, help_text=_("Web Push: the browser's public key."))
    auth = models.CharField(max_length=50, blank=True, help_text=_("Web Push: the secret shared with the browser."))
    name = models.CharField(max_length=100, blank=True)
    recipient_id = models.UUIDField(_("id of the customer"))
    session_id = models.UUIDField(_("id of the session"))
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        indexes = [
            models.Index("recipient_id", "created_at", "id", name="devices_of_recipient"),
            models.Index("session_id", name="devices_of_session"),
        ]
        constraints = [
            models.UniqueConstraint("kind", "token", name="device_token_once"),
            models.CheckConstraint(condition=Q(kind__in=["fcm", "apns", "webpush"]), name="device_kind_known"),
            models.CheckConstraint(
                condition=(Q(kind="webpush") & ~Q(p256dh="") & ~Q(auth=""))
                | (~Q(kind="webpush") & Q(p256dh="", auth="")),
                name="device_keys_of_webpush",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.kind} ({self.id})"
