"""What providers have sent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id


class ProviderEvent(models.Model):
    """An event that a provider has told of. It only triggers: what it says about money is fetched before it is
    believed. So its body, which may hold names and addresses, is not kept.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        PROCESSED = "processed", _("processed")
        FAILED = "failed", _("failed")

    class Subject(models.TextChoices):
        PAYMENT = "payment", _("payment")
        CARD_LINKED = "card_linked", _("card linked")
        CARD_UNLINKED = "card_unlinked", _("card unlinked")
        OTHER = "other", _("something else")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.CharField(_("provider"), max_length=16)
    event_id = models.CharField(_("event id"), max_length=255)
    type = models.CharField(_("type"), max_length=100)
    subject = models.CharField(_("subject"), max_length=16, choices=Subject.choices)
    reference = models.CharField(
        _("reference"), max_length=255, blank=True, help_text=_("What it is about, at the provider.")
    )
    payment_id = models.UUIDField(
        _("payment id"), null=True, blank=True, help_text=_("Which payment of ours it names.")
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices)
    error = models.TextField(_("error"), blank=True)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    received_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when somebody is processing it."))
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("event of a provider")
        verbose_name_plural = _("events of providers")
        constraints = [
            models.UniqueConstraint("provider", "event_id", name="event_once"),
            models.CheckConstraint(
                condition=Q(state__in=["received", "processed", "failed"]), name="event_progress_known"
            ),
        ]
        indexes = [
            models.Index("received_at", condition=Q(state__in=["received", "failed"]), name="event_to_process"),
            models.Index("received_at", name="event_by_moment"),
        ]

    def __str__(self) -> str:
        return self.type
