"""How customers rate what they had: sums that the database keeps, of state of the minute and not of the catalog."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.branches import Branch
from catalog.models.menu import Product


class Stars(models.Model):
    """How many ratings there are and how many stars in all. Written only by the trigger on the table of ratings."""

    count = models.PositiveIntegerField()
    sum = models.PositiveIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.sum} / {self.count}"


class ProductRating(Stars):
    """Of the orders that the product was in."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, primary_key=True, related_name="rating")

    class Meta:
        verbose_name = _("rating of the product")
        verbose_name_plural = _("ratings of the products")
        constraints = [
            models.CheckConstraint(
                condition=Q(sum__gte=F("count"), sum__lte=F("count") * 5), name="product_rating_sum_possible"
            )
        ]


class BranchRating(Stars):
    """Of the orders of the branch."""

    branch = models.OneToOneField(Branch, on_delete=models.CASCADE, primary_key=True, related_name="rating")

    class Meta:
        verbose_name = _("rating of the branch")
        verbose_name_plural = _("ratings of the branches")
        constraints = [
            models.CheckConstraint(
                condition=Q(sum__gte=F("count"), sum__lte=F("count") * 5), name="branch_rating_sum_possible"
            )
        ]
