"""Money that goes back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id
from customerbackend.money import format_money
from payments.models.payments import Payment


class Refund(models.Model):
    """Part of a payment that goes back. All but the failed ones count against what was taken (`Payment.given_back`)."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        ACTION_REQUIRED = "action_required", _("something must be done for it")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")

    class Reason(models.TextChoices):
        CANCELLED = "order_cancelled", _("order cancelled")
        LOWERED = "less_owed", _("less is owed")
        PAID_TOO_MUCH = "paid_too_much", _("paid twice or too late")
        AT_PROVIDER = "made_at_provider", _("made at the provider")
        MISTAKE = "recorded_by_mistake", _("recorded by mistake")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    amount = models.PositiveBigIntegerField()
    state = models.CharField(_("state"), max_length=16, choices=State.choices)
    reason = models.CharField(_("reason"), max_length=24, choices=Reason.choices)
    reference = models.CharField(_("reference"), max_length=255, blank=True, help_text=_("Its name at the provider."))
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    attempt = models.PositiveSmallIntegerField(
        default=0, help_text=_("Part of the key under which the provider knows a request again.")
    )
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True, help_text=_("When the provider is asked (again)."))
    recorded_by = models.CharField(_("recorded by"), max_length=100, blank=True, help_text=_("Who handed it back."))
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_of_something"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "action_required", "succeeded", "failed"]),
                name="refund_progress_known",
            ),
            models.UniqueConstraint("payment", "reference", condition=~Q(reference=""), name="refund_by_reference"),
        ]
        indexes = [
            models.Index("next_at", condition=Q(next_at__isnull=False), name="refund_to_carry_out"),
            models.Index(
                "created_at", condition=Q(state__in=["pending", "action_required"]), name="refund_that_is_open"
            ),
        ]

    def __str__(self) -> str:
        return format_money(self.amount, self.payment.currency)

    @property
    def is_open(self) -> bool:
        """Whether it has neither arrived nor failed."""
        return self.state in (self.State.PENDING, self.State.ACTION_REQUIRED)
