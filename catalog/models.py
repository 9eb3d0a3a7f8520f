"""What can be bought. A change to any table here but those of the minute (see `CatalogVersion`) raises the version.

Quantities of ingredients are integers: thousandths of a gram, millilitre or piece. Prices are gross, in minor units.
"""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customerbackend.allergens import Allergen
from customerbackend.ids import new_id
from customerbackend.times import check_time_zone

THOUSANDTHS = 1000


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
    """One row. Its version is set anew by triggers on every table above, so that a process knows its copy is old.

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


class Stock(models.Model):
    """What a branch has of an ingredient. Always the sum of its movements; see `catalog.stock` for who may write."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="stock", db_index=False)
    ingredient = models.ForeignKey(Ingredient, on_delete=models.PROTECT, related_name="stock")
    on_hand = models.BigIntegerField(default=0, help_text=_("On the shelf, in thousandths of the unit."))
    reserved = models.BigIntegerField(default=0, help_text=_("Of that, set aside for orders."))

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.UniqueConstraint("branch", "ingredient", name="stock_once_a_branch"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.ingredient}, {self.branch}"


class StockMovement(models.Model):
    """One change of one stock row. An operation changes a row once in each way: nothing can count twice."""

    class Kind(models.TextChoices):
        RESERVE = "reserve", _("set aside")
        RELEASE = "release", _("released")
        CONSUME = "consume", _("consumed")
        RECEIPT = "receipt", _("received")
        WASTE = "waste", _("thrown away")
        COUNT = "count", _("counted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    operation_id = models.UUIDField(help_text=_("For reserve, release and consume of an order: the order's id."))
    on_hand_change = models.BigIntegerField(default=0)
    reserved_change = models.BigIntegerField(default=0)
    actor = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [
            models.UniqueConstraint("operation_id", "stock", "kind", name="movement_once_an_operation"),
            models.CheckConstraint(
                condition=Q(kind__in=["reserve", "release", "consume", "receipt", "waste", "count"]),
                name="movement_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.stock}"


class Reservation(models.Model):
    """What one holder (an order) wants of a stock row, and what became of it.

    While open, `reserved` of `wanted` is set aside; the rest is a backorder. Closing it consumes or releases.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="reservations")
    holder_id = models.UUIDField()
    wanted = models.BigIntegerField()
    reserved = models.BigIntegerField()
    consumed = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.UniqueConstraint("holder_id", "stock", name="reservation_once_a_holder"),
            models.CheckConstraint(
                condition=Q(wanted__gt=0, reserved__gte=0, reserved__lte=F("wanted"), consumed__gte=0, released__gte=0),
                name="reservation_amounts_possible",
            ),
        ]
        indexes = [
            models.Index(
                "stock", "created_at", name="reservation_backorders",
                condition=Q(closed_at__isnull=True, reserved__lt=F("wanted")),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reserved} / {self.wanted}"
