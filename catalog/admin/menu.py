"""The menu: categories, products with recipe and option groups, options, ingredients, tax classes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from catalog.admin.base import CatalogAdmin, CatalogInline
from catalog.admin.fields import AllergensField, CheckboxesWidget
from catalog.models import (
    Category,
    Diet,
    Ingredient,
    Option,
    OptionGroup,
    OptionIngredient,
    Product,
    ProductIngredient,
    ProductOptionGroup,
    TaxClass,
)
from customerbackend.allergens import Allergen

KEYED = ("name", "key")


@admin.register(TaxClass)
class TaxClassAdmin(CatalogAdmin):
    list_display = ("name", "key", "courier", "pickup")
    fields = ("name", "key", "courier_bps", "pickup_bps")

    @display(description=_("by courier"), ordering="courier_bps")
    def courier(self, tax_class: TaxClass) -> str:
        return f"{tax_class.courier_bps / 100:g} %"

    @display(description=_("at pickup"), ordering="pickup_bps")
    def pickup(self, tax_class: TaxClass) -> str:
        return f"{tax_class.pickup_bps / 100:g} %"


@admin.register(Category)
class CategoryAdmin(CatalogAdmin):
    list_display = ("name", "key", "products", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = KEYED
    fields = ("name", "key", "description", "picture", "position", "is_active")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(product_count=Count("products"))

    @display(description=_("products"), ordering="product_count")
    def products(self, category: Any) -> int:
        return int(category.product_count)


class DeclaredFilter(admin.SimpleListFilter):
    """Ingredients of which somebody still has to say what they contain."""

    title = _("allergens")
    parameter_name = "allergens"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("undeclared", _("not declared")), ("declared", _("declared"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ingredient]) -> QuerySet[Ingredient]:
        undeclared = Q(contains=None) | Q(may_contain=None)
        wanted = {"undeclared": undeclared, "declared": ~undeclared}.get(self.value() or "")
        return queryset.filter(wanted) if wanted else queryset


class IngredientForm(forms.ModelForm):
    contains = AllergensField(
        label=_("Contains"), help_text=_("Customers are told “not declared” until this is answered.")
    )
    may_contain = AllergensField(label=_("May contain"), help_text=_("Traces."))
    dietary = forms.MultipleChoiceField(label=_("Fits"), choices=Diet.choices, required=False, widget=CheckboxesWidget)

    class Meta:
        model = Ingredient
        fields = ("name", "key", "unit", "contains", "may_contain", "dietary")


@admin.register(Ingredient)
class IngredientAdmin(CatalogAdmin):
    form = IngredientForm
    list_display = ("name", "key", "unit", "shown_contains", "shown_may_contain")
    list_filter = (DeclaredFilter, "unit")
    search_fields = KEYED
    fieldsets = (
        (None, {"fields": ("name", "key", "unit")}),
        (_("Allergens and diets"), {"fields": ("contains", "may_contain", "dietary")}),
    )

    @display(description=_("contains"))
    def shown_contains(self, ingredient: Ingredient) -> str:
        return describe_allergens(ingredient.contains)

    @display(description=_("may contain"))
    def shown_may_contain(self, ingredient: Ingredient) -> str:
        return describe_allergens(ingredient.may_contain)


def describe_allergens(keys: list[str] | None) -> str:
    """Names of allergens; red where they were not declared, a dash where there are none."""
    if keys is None:
        return format_html('<span class="text-red-600 dark:text-red-400">{}</span>', _("not declared"))
    return ", ".join(str(Allergen(key).label) for key in keys) or "–"


class ProductIngredientInline(CatalogInline):
    model = ProductIngredient
    fields = ("ingredient", "quantity")
    quantities = {"quantity": _("Quantity a portion")}


class ProductOptionGroupInline(CatalogInline):
    model = ProductOptionGroup
    fields = ("group", "position")


@admin.register(Product)
class ProductAdmin(CatalogAdmin):
    money = {"price": _("Price")}
    list_display = ("name", "category", "shown_price", "tax_class", "cooking", "is_active")
    list_filter = ("is_active", "category", "tax_class")
    list_select_related = ("category", "tax_class")
    search_fields = KEYED
    fieldsets = (
        (None, {"fields": (("name", "key"), "description", "picture")}),
        (_("Sale"), {"fields": (("category", "position"), ("price", "tax_class"), ("min_age", "is_active"))}),
        (_("Kitchen"), {"fields": ("cooking_seconds",)}),
    )
    inlines = (ProductIngredientInline, ProductOptionGroupInline)

    @display(description=_("cooking"), ordering="cooking_seconds")
    def cooking(self, product: Product) -> Any:
        return _("%(minutes)s min") % {"minutes": f"{product.cooking_seconds / 60:g}"}


class OptionInline(CatalogInline):
    model = Option
    fields = ("name", "key", "price", "position", "is_active")
    money = {"price": _("Price")}
    show_change_link = True


class OptionGroupForm(forms.ModelForm):
    class Meta:
        labels = {"min": _("At least"), "max": _("At most")}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("max") or 0) < (cleaned.get("min") or 0):
            self.add_error("max", _("At most cannot be less than at least."))
        return cleaned


@admin.register(OptionGroup)
class OptionGroupAdmin(CatalogAdmin):
    form = OptionGroupForm
    list_display = ("name", "key", "min", "max", "options", "products")
    search_fields = KEYED
    fields = (("name", "key"), ("min", "max"))
    inlines = (OptionInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OptionGroup]:
        options, products = Count("options", distinct=True), Count("productoptiongroup", distinct=True)
        return super().get_queryset(request).annotate(option_count=options, product_count=products)

    @display(description=_("options"), ordering="option_count")
    def options(self, group: Any) -> int:
        return int(group.option_count)

    @display(description=_("products"), ordering="product_count")
    def products(self, group: Any) -> int:
        return int(group.product_count)


class OptionIngredientInline(CatalogInline):
    model = OptionIngredient
    fields = ("ingredient", "quantity")
    quantities = {"quantity": _("Quantity a portion")}


@admin.register(Option)
class OptionAdmin(CatalogAdmin):
    money = {"price": _("Price")}
    list_display = ("name", "group", "shown_price", "position", "is_active")
    list_filter = ("is_active", "group")
    list_select_related = ("group",)
    search_fields = (*KEYED, "group__name")
    fields = (("name", "key"), ("group", "position"), ("price", "is_active"))
    inlines = (OptionIngredientInline,)
