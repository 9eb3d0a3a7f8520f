"""Shapes of what the calls about the menu take and promise."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override
from rest_framework import serializers

from catalog.models import Diet
from customerbackend.allergens import Allergen
from customerbackend.serializers import (
    MoneyField,
    PageQuery,
    StrictSerializer,
    UtcDateTimeField,
    check_coordinates,
    field_error,
    page_serializer,
)


class BranchQuery(StrictSerializer):
    branch_id = serializers.UUIDField(required=False, help_text="By default the first branch.")


class ListOf(serializers.Field[Any, Any, Any, Any]):
    """Several of some choices in one query parameter, separated by commas."""

    default_error_messages = {"invalid_choice": _("“{value}” is not one of: {choices}.")}

    def __init__(self, choices: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices
        one = f"({'|'.join(choices)})"
        set_override(self, "field", {"type": "string", "pattern": f"^{one}(,{one})*$"})

    def to_internal_value(self, data: str) -> frozenset[str]:
        values = frozenset(data.split(","))
        for value in sorted(values - set(self.choices)):
            self.fail("invalid_choice", value=value[:40], choices=", ".join(self.choices))
        return values


class ProductsQuery(PageQuery, BranchQuery):
    category_id = serializers.UUIDField(required=False)
    search = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="Words that name or description hold."
    )
    dietary = ListOf(Diet.values, required=False, help_text="Separated by commas: vegan,gluten_free.")
    without_allergens = ListOf(Allergen.values, required=False, help_text="Separated by commas: nuts,milk.")
    available = serializers.BooleanField(required=False)


class ServingQuery(StrictSerializer):
    postal_code = serializers.CharField(required=False, max_length=16)
    latitude = serializers.FloatField(required=False, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, min_value=-180, max_value=180)
    address_id = serializers.UUIDField(
        required=False, help_text="One of my addresses, in place of the others; needs a token."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "address_id" in attrs and len(attrs) > 1:
            fault = field_error(_("Give either an address of yours or a place."), "either_or")
            raise serializers.ValidationError({"address_id": [fault]})
        return check_coordinates(attrs)


class AllergensSerializer(serializers.Serializer[Any]):
    contains = serializers.ListField(child=serializers.ChoiceField(choices=Allergen.choices))
    may_contain = serializers.ListField(child=serializers.ChoiceField(choices=Allergen.choices))


class OptionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    price = MoneyField()
    available = serializers.BooleanField()
    allergens = AllergensSerializer(allow_null=True)


class OptionGroupSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    min = serializers.IntegerField()
    max = serializers.IntegerField()
    options = OptionSerializer(many=True)


class ProductSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    category_id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    picture_url = serializers.URLField(allow_null=True)
    price = MoneyField()
    available = serializers.BooleanField()
    min_age = serializers.IntegerField(allow_null=True)
    allergens = AllergensSerializer(allow_null=True, help_text="null: not declared")
    dietary = serializers.ListField(child=serializers.ChoiceField(choices=Diet.choices))
    option_groups = OptionGroupSerializer(many=True)


class AverageRatingSerializer(serializers.Serializer[Any]):
    average = serializers.FloatField(min_value=1, max_value=5, help_text="Stars from 1 to 5, to one decimal.")
    count = serializers.IntegerField(min_value=1)


class WholeProductSerializer(ProductSerializer):
    portions_left = serializers.IntegerField(allow_null=True, help_text="null: not limited")
    ingredients = serializers.ListField(child=serializers.CharField())
    rating = AverageRatingSerializer(allow_null=True, help_text="Of orders that it was in; null: nobody has rated it.")


class IntervalSerializer(serializers.Serializer[Any]):
    opens = serializers.CharField(help_text="Wall clock of the branch, HH:MM.")
    closes = serializers.CharField(help_text="At or before `opens`: the next day.")


class OpeningHoursSerializer(IntervalSerializer):
    weekday = serializers.IntegerField(min_value=1, max_value=7, help_text="ISO 8601: 1 is Monday.")


class HoursExceptionSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    name = serializers.CharField()
    hours = IntervalSerializer(many=True, help_text="Empty: closed all day.")


class BranchAddressSerializer(serializers.Serializer[Any]):
    line = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2")
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class BranchSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    city = serializers.CharField()
    address = BranchAddressSerializer()
    phone = serializers.CharField()
    time_zone = serializers.CharField(help_text="IANA name")
    opening_hours = OpeningHoursSerializer(many=True)
    exceptions = HoursExceptionSerializer(many=True)
    open_now = serializers.BooleanField()
    closes_at = UtcDateTimeField(allow_null=True, help_text="null: closed, or never closes")
    next_opening_at = UtcDateTimeField(allow_null=True, help_text="null: open now, or nothing known")
    paused = serializers.BooleanField()
    busy_minutes = serializers.IntegerField()
    payment_methods = serializers.ListField(child=serializers.CharField())


class RatedBranchSerializer(BranchSerializer):
    rating = AverageRatingSerializer(allow_null=True, help_text="Of the food; null: nobody has rated it.")


class CategorySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    picture_url = serializers.URLField(allow_null=True)


class MenuCategorySerializer(CategorySerializer):
    products = ProductSerializer(many=True)


class MenuSerializer(serializers.Serializer[Any]):
    branch = BranchSerializer()
    categories = MenuCategorySerializer(many=True)


class ServingSerializer(serializers.Serializer[Any]):
    branch = RatedBranchSerializer()
    zone = serializers.CharField()
    fee = MoneyField()
    minimum = MoneyField()
    travel_seconds = serializers.IntegerField()
    payment_methods = serializers.ListField(child=serializers.CharField())


BranchPageSerializer = page_serializer("BranchPage", RatedBranchSerializer)
ServingPageSerializer = page_serializer("ServingPage", ServingSerializer)
CategoryPageSerializer = page_serializer("CategoryPage", CategorySerializer)
ProductPageSerializer = page_serializer("ProductPage", ProductSerializer)
