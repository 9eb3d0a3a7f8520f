"""The menu file: one YAML document with all that can be bought; `catalog/demo/company.yaml` shows and explains it.

Reading it finds every fault, each with its line and field. Nothing is written here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError as ModelValidationError
from django.utils.translation import gettext as _
from drf_standardized_errors.formatter import flatten_errors
from rest_framework import serializers

from catalog.models import THOUSANDTHS, Allergen, Diet, Ingredient, check_time_zone
from customerbackend.money import parse_money
from customerbackend.serializers import StrictSerializer

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
MAX_FAULTS_SHOWN = 50

Path_ = tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the file."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.message}"


class MenuFileInvalid(Exception):
    """The file cannot be imported; `faults` say why, in the order of the file."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class PriceField(serializers.Field[int, Any, str, Any]):
    """Decimal text in the deployment's currency, as minor units; not negative."""

    def to_internal_value(self, data: Any) -> int:
        try:
            amount = parse_money(str(data), settings.CURRENCY)
        except ValueError as fault:
            raise serializers.ValidationError(str(fault)) from fault
        if not 0 <= amount < 2**31:
            raise serializers.ValidationError(_("A price is zero or more."))
        return amount

    def to_representation(self, value: int) -> str:
        return str(value)


class QuantitiesField(serializers.DictField):
    """Quantities by ingredient key, as thousandths."""

    child = serializers.DecimalField(max_digits=12, decimal_places=3, min_value=Decimal("0.001"))

    def to_internal_value(self, data: Any) -> dict[str, int]:
        return {key: int(quantity * THOUSANDTHS) for key, quantity in super().to_internal_value(data).items()}


class CountsField(QuantitiesField):
    """The same for what is on the shelf, which may be nothing."""

    child = serializers.DecimalField(max_digits=15, decimal_places=3, min_value=Decimal(0))


class HoursField(serializers.ListField):
    """`["10:00-14:00", …]` as pairs of times."""

    child = serializers.RegexField(HOURS)

    def to_internal_value(self, data: Any) -> list[tuple[time, time]]:
        found = [HOURS.fullmatch(text) for text in super().to_internal_value(data)]
        return [(time(int(m[1]), int(m[2])), time(int(m[3]), int(m[4]))) for m in found if m]


class Keyed(StrictSerializer):
    key = serializers.RegexField(r"^[a-z0-9][a-z0-9-]{0,63}$")
    name = serializers.CharField(max_length=100)


class TaxClassEntry(Keyed):
    courier_bps = serializers.IntegerField(min_value=0, max_value=10_000)
    pickup_bps = serializers.IntegerField(min_value=0, max_value=10_000)


class AllergensEntry(StrictSerializer):
    contains = serializers.ListField(child=serializers.ChoiceField(choices=Allergen.choices))
    may_contain = serializers.ListField(child=serializers.ChoiceField(choices=Allergen.choices))


class IngredientEntry(Keyed):
    unit = serializers.ChoiceField(choices=Ingredient.Unit.choices)
    allergens = AllergensEntry()
    dietary = serializers.ListField(child=serializers.ChoiceField(choices=Diet.choices), default=list)


class OptionEntry(Keyed):
    price = PriceField()
    recipe = QuantitiesField(default=dict)


class OptionGroupEntry(Keyed):
    min = serializers.IntegerField(min_value=0, max_value=50)
    max = serializers.IntegerField(min_value=1, max_value=50)
    options = OptionEntry(many=True, allow_empty=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["min"] <= attrs["max"]:
            raise serializers.ValidationError({"max": [_("max is less than min.")]})
        if attrs["min"] > len(attrs["options"]):
            raise serializers.ValidationError({"min": [_("There are fewer options than min.")]})
        return attrs


class ProductEntry(Keyed):
    description = serializers.CharField(default="", allow_blank=True)
    picture = serializers.CharField(max_length=300, default="", allow_blank=True)
    price = PriceField()
    tax_class = serializers.CharField()
    cooking_seconds = serializers.IntegerField(min_value=0, max_value=24 * 3600)
    min_age = serializers.IntegerField(min_value=1, max_value=99, required=False, allow_null=True, default=None)
    recipe = QuantitiesField(allow_empty=False)
    option_groups = serializers.ListField(child=serializers.CharField(), default=list)


class CategoryEntry(Keyed):
    description = serializers.CharField(default="", allow_blank=True)
    picture = serializers.CharField(max_length=300, default="", allow_blank=True)
    products = ProductEntry(many=True)


class AddressEntry(StrictSerializer):
    line = serializers.CharField(max_length=200)
    postal_code = serializers.CharField(max_length=16)
    city = serializers.CharField(max_length=100)
    country = serializers.RegexField(r"^[A-Z]{2}$")
    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)


class ExceptionEntry(StrictSerializer):
    date = serializers.DateField()
    name = serializers.CharField(max_length=100, default="", allow_blank=True)
    hours = HoursField(default=list)


class ZoneEntry(Keyed):
    postal_prefixes = serializers.ListField(child=serializers.CharField(max_length=16), default=list)
    max_distance_m = serializers.IntegerField(min_value=1, max_value=1_000_000, default=None, allow_null=True)
    fee = PriceField()
    minimum = PriceField()
    travel_seconds = serializers.IntegerField(min_value=0, max_value=24 * 3600)
    priority = serializers.IntegerField(min_value=0, max_value=1000, default=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["postal_prefixes"]) == (attrs["max_distance_m"] is not None):
            raise serializers.ValidationError(_("A zone has either postal_prefixes or max_distance_m."))
        return attrs


class SellerEntry(StrictSerializer):
    name = serializers.CharField(max_length=200)
    tax_id = serializers.CharField(max_length=32)
    address = serializers.CharField(max_length=300)


class OwnProductEntry(StrictSerializer):
    price = PriceField(required=False)
    sold = serializers.BooleanField(default=True)


class BranchEntry(Keyed):
    address = AddressEntry()
    phone = serializers.CharField(max_length=32, default="", allow_blank=True)
    time_zone = serializers.CharField()
    day_starts_at = serializers.TimeField(default=time(5))
    hours = serializers.DictField(child=HoursField())
    exceptions = ExceptionEntry(many=True, default=list)
    zones = ZoneEntry(many=True, default=list)
    cooking_places = serializers.IntegerField(min_value=1, max_value=1000)
    restock_minutes = serializers.IntegerField(min_value=0, max_value=7 * 24 * 60, allow_null=True)
    courier_wait_seconds = serializers.IntegerField(min_value=0, max_value=24 * 3600, default=300)
    slot_minutes = serializers.IntegerField(min_value=1, max_value=24 * 60, default=15)
    slot_capacity = serializers.IntegerField(min_value=0, max_value=100_000, default=None, allow_null=True)
    delivery_tax_class = serializers.CharField()
    seller = SellerEntry()
    products = serializers.DictField(child=OwnProductEntry(), default=dict)
    stock = CountsField(default=dict)

    def validate_time_zone(self, name: str) -> str:
        try:
            check_time_zone(name)
        except ModelValidationError as fault:
            raise serializers.ValidationError(fault.messages) from fault
        return name

    def validate_hours(self, hours: dict[str, Any]) -> dict[str, Any]:
        for day in hours.keys() - set(WEEKDAYS):
            raise serializers.ValidationError({day: [_("A weekday is one of mon, tue, wed, thu, fri, sat, sun.")]})
        return hours


class MenuFile(StrictSerializer):
    format = serializers.ChoiceField(choices=[1])
    currency = serializers.CharField()
    tax_classes = TaxClassEntry(many=True, allow_empty=False)
    ingredients = IngredientEntry(many=True, allow_empty=False)
    option_groups = OptionGroupEntry(many=True, default=list)
    categories = CategoryEntry(many=True)
    branches = BranchEntry(many=True)

    def validate_currency(self, currency: str) -> str:
        if currency != settings.CURRENCY:
            raise serializers.ValidationError(_("The deployment's currency is %s.") % settings.CURRENCY)
        return currency


def read_menu_file(path: Path) -> dict[str, Any]:
    """The file's content, checked. Raises MenuFileInvalid with every fault, OSError when it cannot be read."""
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        lines: dict[Path_, int] = {}
        twice = list(note_lines(node, (), lines)) if node is not None else []
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise MenuFileInvalid([Fault((mark.line if mark else 0) + 1, "YAML", fault.problem or "not YAML")]) from fault
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as fault:
        raise MenuFileInvalid([Fault(1, "YAML", str(fault).splitlines()[0])]) from fault
    serializer = MenuFile(data=data)
    faults = twice
    if not serializer.is_valid():
        faults += [(tuple((e.attr or "").removesuffix("/non_field_errors").split("/")), e.detail)
                   for e in flatten_errors(serializer.errors)]  # fmt: skip
    else:
        faults += list(check_references(serializer.validated_data))
    if faults:
        located = [Fault(line_of(path_, lines), "/".join(path_), message) for path_, message in faults]
        raise MenuFileInvalid(sorted(located, key=lambda fault: fault.line))
    return serializer.validated_data


def note_lines(node: yaml.Node, path: Path_, lines: dict[Path_, int]) -> Iterator[tuple[Path_, str]]:
    """Fill `lines` with the line of every value, by path. Yields what is named twice: YAML would keep the last."""
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from note_lines(item, (*path, str(index)), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = (*path, str(key.value))
            if name in lines:
                yield name, _("This is here twice.")
            yield from note_lines(value, name, lines)
            lines[name] = key.start_mark.line + 1


def line_of(path: Path_, lines: dict[Path_, int]) -> int:
    """The line of a path, or of the nearest thing around it that the file has."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def check_references(data: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    """What names something that is not in the file, and keys that are there twice."""
    products: list[tuple[Path_, Any]] = [
        (("categories", str(c), "products", str(p)), product)
        for c, category in enumerate(data["categories"])
        for p, product in enumerate(category["products"])
    ]
    options: list[tuple[Path_, Any]] = [
        (("option_groups", str(g), "options", str(o)), option)
        for g, group in enumerate(data["option_groups"])
        for o, option in enumerate(group["options"])
    ]
    kinds: dict[str, list[tuple[Path_, Any]]] = {
        kind: [((kind, str(index)), entry) for index, entry in enumerate(data[kind])]
        for kind in ("tax_classes", "ingredients", "option_groups", "categories", "branches")
    }
    kinds |= {"products": products, "options": options}
    for entries in kinds.values():
        count = Counter(entry["key"] for _path, entry in entries)
        yield from (((*path, "key"), _("This key is here twice.")) for path, e in entries if count[e["key"]] > 1)
    known = {kind: {entry["key"] for _path, entry in entries} for kind, entries in kinds.items()}
    for path, entry in (*products, *options):
        yield from check_known(entry["recipe"], known["ingredients"], (*path, "recipe"))
    for path, product in products:
        yield from check_known([product["tax_class"]], known["tax_classes"], (*path, "tax_class"))
        yield from check_known(product["option_groups"], known["option_groups"], (*path, "option_groups"))
    for path, branch in kinds["branches"]:
        yield from check_known([branch["delivery_tax_class"]], known["tax_classes"], (*path, "delivery_tax_class"))
        yield from check_known(branch["products"], known["products"], (*path, "products"))
        yield from check_known(branch["stock"], known["ingredients"], (*path, "stock"))
        zones = Counter(zone["key"] for zone in branch["zones"])
        yield from (((*path, "zones"), _("The zone “%s” is here twice.") % k) for k, n in zones.items() if n > 1)


def check_known(names: Any, known: set[str], path: Path_) -> Iterator[tuple[Path_, str]]:
    """Those of the names that are not known."""
    for name in names:
        if name not in known:
            yield (*path, name), _("There is no “%s” in the file.") % name
