"""What customers say of their orders."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Branch
from customerbackend.ids import new_id
from orders.models.order import Order


class Rating(models.Model):
    """One order as its customer rates it, in stars from 1 to 5.

    A trigger of the database counts the stars for the food into the averages of the branch and of the products, in
    the same transaction (`catalog.models.ratings`). Branch and products of a rating never change.
    """

    class Tag(models.TextChoices):
        TASTY = "tasty", _("tasty")
        BLAND = "bland", _("bland")
        COLD = "cold", _("cold")
        SMALL_PORTION = "small_portion", _("small portion")
        WRONG_ITEM = "wrong_item", _("wrong item")
        MISSING_ITEM = "missing_item", _("missing item")
        WELL_PACKED = "well_packed", _("well packed")
        BADLY_PACKED = "badly_packed", _("badly packed")
        ON_TIME = "on_time", _("on time")
        LATE = "late", _("late")
        FRIENDLY_COURIER = "friendly_courier", _("friendly courier")
        RUDE_COURIER = "rude_courier", _("rude courier")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="rating")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="ratings")
    product_ids = ArrayField(models.UUIDField(), help_text=_("The products that the stars for the food count for."))
    food = models.PositiveSmallIntegerField()
    delivery = models.PositiveSmallIntegerField(null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=32, choices=Tag.choices), default=list, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    rated_at = models.DateTimeField(help_text=_("When it was given first."))
    changed_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True, blank=True, help_text=_("When staff were told that it is a low one."))

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.CheckConstraint(
                condition=Q(food__range=(1, 5)) & (Q(delivery__isnull=True) | Q(delivery__range=(1, 5))),
                name="rating_from_1_to_5_stars",
            ),
            models.CheckConstraint(
                condition=Q(
                    tags__contained_by=[
                        "tasty", "bland", "cold", "small_portion", "wrong_item", "missing_item", "well_packed",
                        "badly_packed", "on_time", "late", "friendly_courier", "rude_courier",
                    ]
                ),
                name="rating_tags_known",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.food}/5"
