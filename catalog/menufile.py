"""The menu file: one YAML document with all that can be bought; `catalog/demo/company.yaml` shows and explains it.

Reading it finds every fault, each with its line and field; what several fields of one entry say together is judged when
each of them is right by itself. Nothing is written here.
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

from catalog.models import THOUSANDTHS, Diet, Ingredient
from customerbackend.allergens import Allergen
from customerbackend.money import parse_money
from customerbackend.serializers import StrictSerializer
from customerbackend.times import check_time_zone

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$")
MAX_FAULTS_SHOWN = 50

Path_ = tuple[str, ...]
Entry = tuple[Path_, dict[str, Any]]


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

    child = serializers.RegexField(HOURS, error_messages={"invalid": _("Hours are written so: 10:00-14:00.")})

    def to_internal_value(self, data: Any) -> list[tuple[time, time]]:
        found = [HOURS.fullmatch(text) for text in super().to_internal_value(data)]
        hours = [(time(int(m[1]), int(m[2])), time(int(m[3]), int(m[4]))) for m in found if m]
        if len({opens for opens, _closes in hours}) < len(hours):
            raise serializers.ValidationError(_("Two intervals begin at the same time."))
        return hours


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
        message = _("A weekday is one of mon, tue, wed, thu, fri, sat, sun.")
        unknown = {day: [message] for day in hours if day not in WEEKDAYS}
        if unknown:
            raise serializers.ValidationError(unknown)
        return hours

    def validate_exceptions(self, exceptions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        days = Counter(exception["date"] for exception in exceptions)
        faults = [{"date": [_("This date is here twice.")]} if days[e["date"]] > 1 else {} for e in exceptions]
        if any(faults):
            raise serializers.ValidationError(faults)
        return exceptions


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


class TextLoader(yaml.SafeLoader):
    """Leaves every value but `null` the text that it is: YAML would read 01067 as 567, and 10:00 as 600."""

    yaml_implicit_resolvers = {}


TextLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])


def read_menu_file(path: Path) -> dict[str, Any]:
    """The file's content, checked. Raises MenuFileInvalid with every fault, OSError when it cannot be read."""
    try:
        loader = TextLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        lines: dict[Path_, int] = {}
        faults = list(note_lines(node, (), lines)) if node is not None else []
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise MenuFileInvalid([Fault((mark.line if mark else 0) + 1, "YAML", fault.problem or "not YAML")]) from fault
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as fault:
        raise MenuFileInvalid([Fault(1, "YAML", str(fault).splitlines()[0])]) from fault
    serializer = MenuFile(data=data)
    if not serializer.is_valid():
        faults += [(path_of(error.attr or ""), error.detail) for error in flatten_errors(serializer.errors)]
    faults += check_references(data)
    if faults:
        located = [Fault(line_of(path_, lines), "/".join(path_) or "file", message) for path_, message in faults]
        raise MenuFileInvalid(sorted(located, key=lambda fault: fault.line))
    return serializer.validated_data


def path_of(attr: str) -> Path_:
    """The path that an error of the serializers is about."""
    return tuple(part for part in attr.split("/") if part != "non_field_errors")


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


def check_references(data: Any) -> Iterator[tuple[Path_, str]]:
    """What names something that is not in the file, and keys that are there twice.

    Takes the file as it was read, right or not: that something has the wrong form is for the serializers to say.
    """
    kinds = {
        kind: list(entries_in(data, (), kind))
        for kind in ("tax_classes", "ingredients", "option_groups", "categories", "branches")
    }
    kinds["products"] = [each for path, entry in kinds["categories"] for each in entries_in(entry, path, "products")]
    kinds["options"] = [each for path, entry in kinds["option_groups"] for each in entries_in(entry, path, "options")]
    for entries in kinds.values():
        yield from check_unique(entries)
    known = {kind: {str(entry.get("key")) for _path, entry in entries} for kind, entries in kinds.items()}
    for path, entry in (*kinds["products"], *kinds["options"]):
        yield from check_known(entry, path, "recipe", known["ingredients"])
    for path, product in kinds["products"]:
        yield from check_known(product, path, "tax_class", known["tax_classes"])
        yield from check_known(product, path, "option_groups", known["option_groups"])
    for path, branch in kinds["branches"]:
        yield from check_known(branch, path, "delivery_tax_class", known["tax_classes"])
        yield from check_known(branch, path, "products", known["products"])
        yield from check_known(branch, path, "stock", known["ingredients"])
        yield from check_unique(list(entries_in(branch, path, "zones")))


def entries_in(entry: Any, path: Path_, name: str) -> Iterator[Entry]:
    """The entries in a list of an entry, each with its path."""
    found = entry.get(name) if isinstance(entry, dict) else None
    for index, each in enumerate(found if isinstance(found, list) else []):
        if isinstance(each, dict):
            yield (*path, name, str(index)), each


def check_unique(entries: list[Entry]) -> Iterator[tuple[Path_, str]]:
    """The keys that several entries have."""
    count = Counter(str(entry["key"]) for _path, entry in entries if "key" in entry)
    for path, entry in entries:
        if "key" in entry and count[str(entry["key"])] > 1:
            yield (*path, "key"), _("This key is here twice.")


def check_known(entry: dict[str, Any], path: Path_, name: str, known: set[str]) -> Iterator[tuple[Path_, str]]:
    """What a field names (one key, a list of keys, or a mapping of them) and is not known, or is named twice."""
    value = entry.get(name)
    names = [value] if isinstance(value, str) else list(value) if isinstance(value, dict | list) else []
    for index, key in enumerate(names):
        within = () if isinstance(value, str) else (str(index if isinstance(value, list) else key),)
        if str(key) not in known:
            yield (*path, name, *within), _("There is no “%s” in the file.") % key
        elif key in names[:index]:
            yield (*path, name, *within), _("This is here twice.")
