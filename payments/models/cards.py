"""Cards that customers keep at the provider, and what the provider is to forget."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from customerbackend.ids import new_id


class ProviderCustomer(models.Model):
    """Under which name the provider keeps a customer's cards."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    provider = models.CharField(max_length=16)
    reference = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("customer at the provider")
        verbose_name_plural = _("customers at the provider")
        constraints = [models.UniqueConstraint("customer", "provider", name="customer_once_at_a_provider")]

    def __str__(self) -> str:
        return self.reference


class LinkedCard(models.Model):
    """A card that the customer keeps for the next time: what is needed to tell it from another, and no more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    provider = models.CharField(max_length=16)
    reference = models.CharField(max_length=255, help_text=_("Its name at the provider."))
    brand = models.CharField(max_length=32)
    last4 = models.CharField(max_length=4)
    expires_month = models.PositiveSmallIntegerField()
    expires_year = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=64, help_text=_("The provider's own mark of the card."))
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("linked card")
        verbose_name_plural = _("linked cards")
        constraints = [
            models.UniqueConstraint("provider", "reference", name="card_by_reference"),
            models.UniqueConstraint("customer", "provider", "fingerprint", name="card_linked_once"),
        ]
        indexes = [models.Index("customer", "created_at", "id", name="cards_of_customer")]

    def __str__(self) -> str:
        return f"{self.brand} …{self.last4}"


class Forgetting(models.Model):
    """Something that the provider is to forget: a card that was unlinked, a customer who was erased."""

    class Kind(models.TextChoices):
        CARD = "card", _("card")
        CUSTOMER = "customer", _("customer")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.CharField(max_length=16)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    reference = models.CharField(max_length=255)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("what the provider is to forget")
        verbose_name_plural = _("what the provider is to forget")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["card", "customer"]), name="forgetting_kind_known"),
            models.UniqueConstraint("provider", "reference", name="forgotten_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
