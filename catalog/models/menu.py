"""The menu: products with what they are made of and what can be chosen. Prices are gross, in minor units."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customerbackend.allergens import Allergen
from customerbackend.ids import new_id

THOUSANDTHS = 1000
LARGEST_QUANTITY = 2**53  # in thousandths: what every client's numbers hold exactly


class Diet(models.TextChoices):
    """What an ingredient fits; a product fits what all its ingredients do."""

    VEGAN = "vegan", _("Vegan")
    VEGETARIAN = "vegetarian", _("Vegetarian")
    GLUTEN_FREE = "gluten_free", _("Gluten-free")
    LACTOSE_FREE = "lactose_free", _("Lactose-free")
    HALAL = "halal", _("Halal")


class Keyed(models.Model):
    """Something that the menu file names by a key of its own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=64, unique=True, help_text=_("Its name in the menu file; never shown."))
    name = models.CharField(max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class TaxClass(Keyed):
    """Rates of value-added tax, in basis points, by how the order is handed over."""

    courier_bps = models.PositiveIntegerField(help_text=_("Basis points: 700 is 7%."))
    pickup_bps = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")


class Ingredient(Keyed):
    """Something that stock is counted in."""

    class Unit(models.TextChoices):
        GRAM = "gram", _("gram")
        MILLILITRE = "millilitre", _("millilitre")
        PIECE = "piece", _("piece")

    unit = models.CharField(max_length=16, choices=Unit.choices)
    contains = ArrayField(
        models.CharField(max_length=16, choices=Allergen.choices),
        null=True,
        blank=True,
        help_text=_("Allergens; empty means that they have not been declared, “[]” that there are none."),
    )
    may_contain = ArrayField(models.CharField(max_length=16, choices=Allergen.choices), null=True, blank=True)
    dietary = ArrayField(models.CharField(max_length=16, choices=Diet.choices), default=list, blank=True)

    class Meta:
        verbose_name = _("ingredient")
        verbose_name_plural = _("ingredients")
        ordering = ("name",)


class Category(Keyed):
    description = models.TextField(blank=True)
    picture = models.CharField(max_length=300, blank=True, help_text=_("Path below the site, or a whole address."))
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("position", "id")


class OptionGroup(Keyed):
    """A choice that goes with products: how many of its options may be taken."""

    min = models.PositiveSmallIntegerField(default=0)
    max = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("option group")
        verbose_name_plural = _("option groups")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(condition=Q(max__gte=F("min")) & Q(max__gte=1), name="option_group_min_max")
        ]


class Option(Keyed):
    group = models.ForeignKey(OptionGroup, on_delete=models.PROTECT, related_name="options")
    price = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ("position", "id")


class Product(Keyed):
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    description = models.TextField(blank=True)
    picture = models.CharField(max_length=300, blank=True, help_text=_("Path below the site, or a whole address."))
    price = models.PositiveIntegerField(help_text=_("Gross, in minor units (cents)."))
    tax_class = models.ForeignKey(TaxClass, on_delete=models.PROTECT)
    cooking_seconds = models.PositiveIntegerField(help_text=_("How long one takes when nothing else is cooked."))
    min_age = models.PositiveSmallIntegerField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    option_groups: "models.ManyToManyField[OptionGroup, ProductOptionGroup]" = models.ManyToManyField(
        OptionGroup, through="ProductOptionGroup", related_name="products"
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ("category__position", "position", "id")


class ProductOptionGroup(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    group = models.ForeignKey(OptionGroup, on_delete=models.CASCADE)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("option group of the product")
        verbose_name_plural = _("option groups of the product")
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint("product", "group", name="option_group_once_a_product")]


class RecipeLine(models.Model):
    """How much of an ingredient one portion takes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ingredient = models.ForeignKey(Ingredient, on_delete=models.PROTECT)
    quantity = models.PositiveBigIntegerField(help_text=_("Thousandths of the ingredient's unit."))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.quantity / THOUSANDTHS:g} {self.ingredient.unit} {self.ingredient.name}"


class ProductIngredient(RecipeLine):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="recipe")

    class Meta:
        verbose_name = _("recipe line")
        verbose_name_plural = _("recipe")
        constraints = [
            models.UniqueConstraint("product", "ingredient", name="ingredient_once_a_product"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="product_recipe_quantity_positive"),
        ]


class OptionIngredient(RecipeLine):
    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="recipe")

    class Meta:
        verbose_name = _("recipe line")
        verbose_name_plural = _("recipe")
        constraints = [
            models.UniqueConstraint("option", "ingredient", name="ingredient_once_an_option"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="option_recipe_quantity_positive"),
        ]
