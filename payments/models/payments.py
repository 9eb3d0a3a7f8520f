"""Payments of orders."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id
from customerbackend.money import PaymentMethod, format_money
from orders.models import Order
from payments.models.cards import LinkedCard


class Provider(models.TextChoices):
    """Who says that money was taken."""

    DOOR = "door", _("at the door")
    STRIPE = "stripe", "Stripe"
    SANDBOX = "sandbox", _("sandbox, no real money")


class Payment(models.Model):
    """One payment of an order, and how far it has come. Nothing overwrites `succeeded`.

    While it is open (waiting, failed and to be tried again, authorised) the provider may still take money for it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        AUTHORISED = "authorised", _("authorised")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments", verbose_name=_("order"))
    method = models.CharField(_("method"), max_length=16, choices=PaymentMethod.choices)
    provider = models.CharField(_("provider"), max_length=16, choices=Provider.choices)
    state = models.CharField(_("state"), max_length=16, choices=State.choices)
    amount = models.PositiveBigIntegerField(help_text=_("What is to be paid."))
    currency = models.CharField(max_length=3)
    authorised = models.PositiveBigIntegerField(default=0, help_text=_("What is held at the customer's bank."))
    captured = models.PositiveBigIntegerField(default=0, help_text=_("What was really taken."))
    given_back = models.PositiveBigIntegerField(default=0, help_text=_("Its refunds, all but the failed ones."))
    captures_later = models.BooleanField(_("captures later"), default=False, help_text=_("Taken when cooking starts."))
    reference = models.CharField(_("reference"), max_length=255, blank=True, help_text=_("Its name at the provider."))
    attempt = models.PositiveSmallIntegerField(
        default=0, help_text=_("Part of the key under which the provider knows a request again.")
    )
    # What the customer needs to pay; emptied when it can no longer be paid.
    client_secret = models.CharField(max_length=255, blank=True)
    payment_url = models.TextField(blank=True)
    qr_payload = models.TextField(blank=True)
    qr_expires_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.CharField(max_length=64, blank=True)
    card = models.ForeignKey(LinkedCard, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    saves_card = models.BooleanField(default=False)
    recorded_by = models.CharField(
        _("recorded by"), max_length=100, blank=True, help_text=_("Who says so: a member of staff, a command.")
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True, help_text=_("When the provider was last asked to start."))
    succeeded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(condition=Q(method__in=PaymentMethod.values), name="payment_method_possible"),
            models.CheckConstraint(condition=Q(provider__in=Provider.values), name="payment_provider_known"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "authorised", "succeeded", "failed", "cancelled"]),
                name="payment_progress_known",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_of_something"),
            models.CheckConstraint(
                condition=Q(given_back__lte=F("captured")), name="given_back_at_most_what_was_taken"
            ),
            models.CheckConstraint(
                condition=~Q(state="succeeded") | Q(succeeded_at__isnull=False), name="succeeded_payment_has_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(provider="door", method__in=["cash", "terminal"], state="succeeded")
                | (~Q(provider="door") & Q(method__in=["qr", "card"])),
                name="at_the_door_or_by_a_provider",
            ),
            models.UniqueConstraint(
                "order",
                condition=Q(provider="door", captured__gt=F("given_back")),
                name="money_at_the_door_once",
            ),
            models.UniqueConstraint(
                "order", condition=Q(state__in=["waiting", "failed", "authorised"]), name="one_open_payment_of_an_order"
            ),
            models.UniqueConstraint("provider", "reference", condition=~Q(reference=""), name="payment_by_reference"),
        ]
        indexes = [
            models.Index(
                "created_at", condition=Q(state__in=["waiting", "failed", "authorised"]), name="payment_that_is_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()}, {format_money(self.amount, self.currency)}"

    @property
    def is_open(self) -> bool:
        """Whether the provider may still take money for it."""
        return self.state in OPEN

    @property
    def held(self) -> int:
        """What of it is still with the company and not on its way back."""
        return self.captured - self.given_back


OPEN = (Payment.State.WAITING, Payment.State.FAILED, Payment.State.AUTHORISED)


class DoorOrder(Order):
    """An order whose money is handed over at the door, as the admin's page for recording that shows it."""

    class Meta:
        proxy = True
        verbose_name = _("money at the door")
        verbose_name_plural = _("money at the door")
