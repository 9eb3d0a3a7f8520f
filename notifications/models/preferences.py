"""What a recipient wants to be told, by which way, and when not."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Preferences(models.Model):
    """Where somebody wants it otherwise than it is by default (see `notifications.kinds`)."""

    recipient_id = models.UUIDField(primary_key=True, editable=False)
    channels = models.JSONField(
        default=dict, help_text=_("What differs from the defaults, as {preference: {channel: true or false}}.")
    )
    quiet_from = models.TimeField(null=True, help_text=_("By the recipient's own clock; they may go past midnight."))
    quiet_to = models.TimeField(null=True)

    class Meta:
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_to__isnull=False) & ~Q(quiet_from=F("quiet_to"))),
                name="quiet_hours_begin_and_end",
            )
        ]

    def __str__(self) -> str:
        return str(self.recipient_id)
