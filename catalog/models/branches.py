"""Branches: where and when they cook and deliver, what they sell otherwise, and how they are at the moment."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.menu import Keyed, Option, Product, TaxClass
from customerbackend.ids import new_id
from customerbackend.times import check_time_zone


class Branch(Keyed):
    """A kitchen with a warehouse of its own, that delivers and hands out."""

    line = models.CharField(_("address"), max_length=200)
    postal_code = models.CharField(max_length=16)
    city = models.CharField(max_length=100)
    country = models.CharField(max_length=2)
    latitude = models.FloatField(validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(validators=[MinValueValidator(-180), MaxValueValidator(180)])
    phone = models.CharField(max_length=32, blank=True)
    time_zone = models.CharField(max_length=64, validators=[check_time_zone])
    day_starts_at = models.TimeField(
        default=time(5), help_text=_("An order before this hour belongs to the day before.")
    )
    cooking_places = models.PositiveSmallIntegerField(
        default=1, help_text=_("How many orders are cooked side by side.")
    )
    restock_minutes = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text=_("How long it takes to fetch what lacks from the store; empty: not done here."),
    )
    courier_wait_seconds = models.PositiveIntegerField(default=300, help_text=_("Assumed until it has been measured."))
    slot_minutes = models.PositiveSmallIntegerField(default=15, validators=[MinValueValidator(1)])
    slot_capacity = models.PositiveIntegerField(null=True, blank=True, help_text=_("Orders for later in one slot."))
    delivery_tax_class = models.ForeignKey(TaxClass, on_delete=models.PROTECT)
    seller_name = models.CharField(max_length=200)
    seller_tax_id = models.CharField(max_length=32)
    seller_address = models.CharField(max_length=300)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=Q(cooking_places__gte=1), name="branch_has_a_cooking_place"),
            models.CheckConstraint(condition=Q(slot_minutes__gte=1), name="branch_slot_has_minutes"),
        ]


class OpeningHours(models.Model):
    """One interval of a weekday, wall clock of the branch; `closes` at or before `opens` means the next day."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("weekday", "opens")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_exists"),
            models.UniqueConstraint("branch", "weekday", "opens", name="opens_once_at_a_time"),
        ]


class HoursException(models.Model):
    """A date with hours of its own, in place of its weekday's; without hours it is closed all day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="exceptions")
    date = models.DateField()
    name = models.CharField(max_length=100, blank=True)
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("exception from the hours")
        verbose_name_plural = _("exceptions from the hours")
        ordering = ("date", "opens")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__isnull=False, closes__isnull=False),
                name="exception_has_both_hours_or_none",
            ),
            models.UniqueConstraint("branch", "date", "opens", name="exception_once_at_a_time"),
        ]


class DeliveryZone(models.Model):
    """Where a branch delivers: to postal codes that begin so, or within a distance as the crow flies."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="zones")
    key = models.SlugField(max_length=64)
    name = models.CharField(max_length=100)
    postal_prefixes = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    max_distance_m = models.PositiveIntegerField(null=True, blank=True)
    fee = models.PositiveIntegerField(help_text=_("Gross, in minor units (cents)."))
    minimum = models.PositiveIntegerField(help_text=_("Least sum of the items, in minor units (cents)."))
    travel_seconds = models.PositiveIntegerField()
    priority = models.PositiveSmallIntegerField(default=1, help_text=_("The lowest number wins."))

    class Meta:
        verbose_name = _("delivery zone")
        verbose_name_plural = _("delivery zones")
        ordering = ("priority", "id")
        constraints = [
            models.UniqueConstraint("branch", "key", name="zone_key_once_a_branch"),
            models.CheckConstraint(
                condition=Q(postal_prefixes__len__gt=0, max_distance_m__isnull=True)
                | Q(postal_prefixes__len=0, max_distance_m__isnull=False),
                name="zone_by_postal_code_or_distance",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BranchProduct(models.Model):
    """Where a branch differs: a price of its own, or a product that it does not sell."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="own_products")
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    price = models.PositiveIntegerField(null=True, blank=True)
    is_sold = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("product of the branch")
        verbose_name_plural = _("own prices and what is not sold")
        constraints = [models.UniqueConstraint("branch", "product", name="product_once_a_branch")]


class CatalogVersion(models.Model):
    """One row. Triggers on every table but those of the minute set its version anew: a process knows its copy is old.

    It comes from a sequence: a number that was rolled back is never given to another content.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_catalog_version")]


# --- What changes by the minute, and raises no version ------------------------------------------------------------


class BranchState(models.Model):
    """State of the minute: takes no orders, or takes longer."""

    branch = models.OneToOneField(Branch, on_delete=models.CASCADE, primary_key=True, related_name="state")
    is_paused = models.BooleanField(default=False, help_text=_("Takes no orders for now."))
    paused_until = models.DateTimeField(null=True, blank=True, help_text=_("Empty: until somebody unchecks it."))
    busy_minutes = models.PositiveSmallIntegerField(default=0, help_text=_("Added to every estimate."))
    busy_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("state of the branch")
        verbose_name_plural = _("states of the branches")

    def __str__(self) -> str:
        return str(self.branch)


class StopListEntry(models.Model):
    """A product or an option that a branch does not sell for now."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="stop_list")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, blank=True)
    option = models.ForeignKey(Option, on_delete=models.CASCADE, null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True, help_text=_("Empty: until somebody removes it."))

    class Meta:
        verbose_name = _("stop-list entry")
        verbose_name_plural = _("stop list")
        constraints = [
            models.CheckConstraint(
                condition=Q(product__isnull=False, option__isnull=True) | Q(product__isnull=True, option__isnull=False),
                name="stop_of_a_product_or_an_option",
            )
        ]

    def __str__(self) -> str:
        return str(self.product or self.option)
