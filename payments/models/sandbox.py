"""The books of the sandbox, which are those of an outside party: nothing but `payments.providers.sandbox` reads them,
they point at no table of ours, and no permission lets staff see them.
"""

from django.db import models
from django.db.models import F, Q

from payments.models.payments import Payment


class SandboxCustomer(models.Model):
    """Somebody who keeps cards."""

    reference = models.CharField(primary_key=True, max_length=64)
    key = models.CharField(max_length=255, unique=True)
    customer_id = models.UUIDField(help_text="Whom our side means by it.")
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class SandboxCard(models.Model):
    """A made-up card that is kept."""

    reference = models.CharField(primary_key=True, max_length=64)
    customer = models.ForeignKey(SandboxCustomer, on_delete=models.PROTECT, related_name="cards")
    brand = models.CharField(max_length=32)
    last4 = models.CharField(max_length=4)
    expires_month = models.PositiveSmallIntegerField()
    expires_year = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class SandboxSetup(models.Model):
    """A card about to be linked. `card` is its name once it is; it may be forgotten since."""

    class State(models.TextChoices):
        WAITING = "waiting"
        LINKED = "linked"
        DECLINED = "declined"

    reference = models.CharField(primary_key=True, max_length=64)
    key = models.CharField(max_length=255, unique=True)
    customer = models.ForeignKey(SandboxCustomer, on_delete=models.PROTECT, related_name="setups")
    state = models.CharField(max_length=16, choices=State.choices)
    card = models.CharField(max_length=64, blank=True)
    client_secret = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "declined"], card="") | (Q(state="linked") & ~Q(card="")),
                name="sandbox_setup_linked_with_a_card",
            ),
        ]


class SandboxIntent(models.Model):
    """Something that is to be paid, and how far that has come. Amounts are minor units of `currency`."""

    reference = models.CharField(primary_key=True, max_length=64)
    key = models.CharField(max_length=255, unique=True)
    payment_id = models.UUIDField(help_text="What our side calls it.")
    order_number = models.CharField(max_length=32)
    method = models.CharField(max_length=16)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    due_at = models.DateTimeField()
    captures_later = models.BooleanField()
    customer = models.CharField(max_length=64, blank=True)
    saves_card = models.BooleanField()
    card = models.CharField(max_length=64, blank=True, help_text="The kept card that was used; maybe forgotten since.")
    state = models.CharField(max_length=16, choices=Payment.State.choices)
    authorised = models.PositiveBigIntegerField(default=0)
    captured = models.PositiveBigIntegerField(default=0)
    given_back = models.PositiveBigIntegerField(default=0)
    failure = models.CharField(max_length=64, blank=True)
    client_secret = models.CharField(max_length=255)
    arrives_at = models.DateTimeField(null=True, help_text="When money that is paid late comes, whatever the state.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="sandbox_intent_of_something"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "authorised", "succeeded", "failed", "cancelled"]),
                name="sandbox_intent_state_known",
            ),
            models.CheckConstraint(
                condition=Q(authorised=0) | Q(state="authorised"), name="sandbox_held_only_while_authorised"
            ),
            models.CheckConstraint(
                condition=Q(captured=0) | Q(state="succeeded"), name="sandbox_taken_only_by_success"
            ),
            models.CheckConstraint(
                condition=Q(given_back__lte=F("captured")), name="sandbox_given_back_at_most_what_was_taken"
            ),
        ]
        indexes = [
            models.Index("arrives_at", condition=Q(arrives_at__isnull=False), name="sandbox_money_on_its_way"),
        ]

    @property
    def is_payable(self) -> bool:
        """Whether it can be tried to be paid now."""
        return self.state in (Payment.State.WAITING, Payment.State.FAILED) and self.arrives_at is None


class SandboxRefund(models.Model):
    """Money that went back: here it does so at once."""

    reference = models.CharField(primary_key=True, max_length=64)
    key = models.CharField(max_length=255, unique=True)
    intent = models.ForeignKey(SandboxIntent, on_delete=models.CASCADE, related_name="refunds")
    refund_id = models.UUIDField(help_text="What our side calls it.")
    amount = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="sandbox_refund_of_something")]


class SandboxEvent(models.Model):
    """Something to tell our side, written in the transaction of what happened. `next_at` is null when it was delivered
    or given up.
    """

    id = models.CharField(primary_key=True, max_length=64)
    body = models.TextField()
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index("id", condition=Q(next_at__isnull=False), name="sandbox_event_to_send")]
