"""Importing a menu file: what it has is created or changed, what it no longer has is withdrawn, all or nothing.

A thing is known by its key. Importing the same file again changes nothing, and does not raise the catalog's version.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction

from catalog import stock
from catalog.menufile import WEEKDAYS
from catalog.models import (
    Branch,
    BranchProduct,
    BranchState,
    CatalogVersion,
    Category,
    DeliveryZone,
    HoursException,
    Ingredient,
    OpeningHours,
    Option,
    OptionGroup,
    OptionIngredient,
    Product,
    ProductIngredient,
    ProductOptionGroup,
    Stock,
    TaxClass,
)
from customerbackend.ids import new_id

M = TypeVar("M", bound=models.Model)
Rows = dict[str, dict[str, Any]]


class DryRun(Exception):
    """Raised to roll back an import that was only to be tried."""


def import_menu(data: dict[str, Any], *, dry_run: bool = False) -> Counter[str]:
    """Make the catalog what a checked menu file says; how many of what were created, changed, withdrawn.

    Opening stock is counted in only where the branch has none of the ingredient on its books. One transaction, which
    like every change of the catalog locks its version first: imports and staff wait for each other.
    """
    report: Counter[str] = Counter()
    try:
        with transaction.atomic():
            list(CatalogVersion.objects.select_for_update())
            Importer(data, report).run()
            if dry_run:
                raise DryRun()
    except DryRun:
        pass
    return report


class Importer:
    """One import: the file's data, and what has been made of it so far, by key."""

    def __init__(self, data: dict[str, Any], report: Counter[str]) -> None:
        self.data = data
        self.report = report

    def run(self) -> None:
        """Write all of it, in the order of what refers to what."""
        self.tax_classes = self.sync(TaxClass, {e["key"]: dict(e) for e in self.data["tax_classes"]})
        self.ingredients = self.sync(Ingredient, {e["key"]: ingredient_row(e) for e in self.data["ingredients"]})
        self.import_options()
        self.import_products()
        self.import_branches()

    def sync(self, model: type[M], rows: Rows) -> dict[str, M]:
        """Create and change rows by key; those that the file lacks are withdrawn where the model can say so."""
        name = str(model._meta.verbose_name_plural)
        found: dict[str, M] = {row.key: row for row in model._default_manager.all()}  # type: ignore[attr-defined]
        created, changed, fields = [], [], set()
        for key, values in rows.items():
            row = found.get(key)
            if row is None:
                created.append(model(**values))
                continue
            different = [field for field, value in values.items() if getattr(row, field) != value]
            for field in different:
                setattr(row, field, values[field])
            fields.update(different)
            changed += [row] if different else []
        withdrawn = [row for key, row in found.items() if key not in rows and getattr(row, "is_active", False)]
        for row in withdrawn:
            row.is_active = False  # type: ignore[attr-defined]
        model._default_manager.bulk_create(created)
        if changed:
            model._default_manager.bulk_update(changed, sorted(fields))
        if withdrawn:
            model._default_manager.bulk_update(withdrawn, ["is_active"])
        self.report += Counter(
            {f"{name} created": len(created), f"{name} changed": len(changed), f"{name} withdrawn": len(withdrawn)}
        )
        return found | {row.key: row for row in created}  # type: ignore[attr-defined]

    def replace(self, model: type[M], owner: str, wanted: dict[UUID, list[dict[str, Any]]]) -> None:
        """Have each owner's rows be the wanted ones; rows of an owner for whom nothing differs stay untouched."""
        fields = sorted({field for rows in wanted.values() for row in rows for field in row})
        present: dict[UUID, list[tuple[Any, ...]]] = {owner_id: [] for owner_id in wanted}
        for owner_id, *values in model._default_manager.filter(**{f"{owner}__in": wanted}).values_list(owner, *fields):
            present[owner_id].append(tuple(values))
        different = [
            owner_id
            for owner_id, rows in wanted.items()
            if sorted(map(repr, present[owner_id])) != sorted(repr(tuple(row[f] for f in fields)) for row in rows)
        ]
        if different:
            model._default_manager.filter(**{f"{owner}__in": different}).delete()
            model._default_manager.bulk_create(
                [model(**{owner: owner_id}, **row) for owner_id in different for row in wanted[owner_id]]
            )
            self.report[f"{model._meta.verbose_name_plural} changed"] += len(different)

    def import_options(self) -> None:
        """Option groups, their options, and the options' recipes."""
        entries = self.data["option_groups"]
        groups = self.sync(OptionGroup, {e["key"]: {k: e[k] for k in ("key", "name", "min", "max")} for e in entries})
        rows = {
            option["key"]: {
                "key": option["key"],
                "name": option["name"],
                "price": option["price"],
                "group_id": groups[entry["key"]].id,
                "position": position,
                "is_active": True,
            }
            for entry in entries
            for position, option in enumerate(entry["options"])
        }
        options = self.sync(Option, rows)
        recipes = {options[o["key"]].id: self.recipe_rows(o["recipe"]) for e in entries for o in e["options"]}
        self.replace(OptionIngredient, "option_id", recipes)
        self.groups = groups

    def recipe_rows(self, recipe: dict[str, int]) -> list[dict[str, Any]]:
        """Recipe lines without their owner."""
        return [{"ingredient_id": self.ingredients[key].id, "quantity": quantity} for key, quantity in recipe.items()]

    def import_products(self) -> None:
        """Categories, products, their recipes and option groups."""
        shared = ("key", "name", "description", "picture")
        entries = self.data["categories"]
        categories = self.sync(
            Category,
            {e["key"]: {**{k: e[k] for k in shared}, "position": n, "is_active": True} for n, e in enumerate(entries)},
        )
        rows = {
            product["key"]: {
                **{k: product[k] for k in (*shared, "price", "cooking_seconds", "min_age")},
                "category_id": categories[entry["key"]].id,
                "tax_class_id": self.tax_classes[product["tax_class"]].id,
                "position": position,
                "is_active": True,
            }
            for entry in entries
            for position, product in enumerate(entry["products"])
        }
        self.products = self.sync(Product, rows)
        entered = [(self.products[product["key"]].id, product) for entry in entries for product in entry["products"]]
        self.replace(ProductIngredient, "product_id", {id_: self.recipe_rows(p["recipe"]) for id_, p in entered})
        groups = {
            id_: [
                {"group_id": self.groups[key].id, "position": position}
                for position, key in enumerate(product["option_groups"])
            ]
            for id_, product in entered
        }
        self.replace(ProductOptionGroup, "product_id", groups)

    def import_branches(self) -> None:
        """Branches with hours, zones, own prices, and what stock they open with."""
        entries = self.data["branches"]
        rows = {
            entry["key"]: {
                **branch_row(entry),
                "delivery_tax_class_id": self.tax_classes[entry["delivery_tax_class"]].id,
                "position": position,
                "is_active": True,
            }
            for position, entry in enumerate(entries)
        }
        branches = self.sync(Branch, rows)
        entered = [(branches[entry["key"]], entry) for entry in entries]
        BranchState.objects.bulk_create([BranchState(branch=b) for b, _ in entered], ignore_conflicts=True)
        self.replace(OpeningHours, "branch_id", {b.id: list(hours_rows(e)) for b, e in entered})
        self.replace(HoursException, "branch_id", {b.id: list(exception_rows(e)) for b, e in entered})
        self.replace(DeliveryZone, "branch_id", {b.id: [dict(zone) for zone in e["zones"]] for b, e in entered})
        own = {
            branch.id: [
                {"product_id": self.products[key].id, "price": product.get("price"), "is_sold": product["sold"]}
                for key, product in entry["products"].items()
            ]
            for branch, entry in entered
        }
        self.replace(BranchProduct, "branch_id", own)
        for branch, entry in entered:
            self.open_stock(branch, entry["stock"])

    def open_stock(self, branch: Branch, counts: dict[str, int]) -> None:
        """Count in what the branch has no book of yet, and open a row for every other ingredient."""
        booked = set(Stock.objects.filter(branch=branch).values_list("ingredient__key", flat=True))
        new = {self.ingredients[key]: quantity for key, quantity in counts.items() if key not in booked}
        if new:
            stock.count(
                branch=branch, quantities=new, operation_id=new_id(), actor="import_menu", reason="opening stock"
            )
            self.report["stock rows opened"] += len(new)
        rest = [ingredient.id for key, ingredient in self.ingredients.items() if key not in booked]
        if rest:
            stock.ensure_rows(branch.id, rest)


def ingredient_row(entry: dict[str, Any]) -> dict[str, Any]:
    """The fields of an ingredient. What is vegan is vegetarian."""
    dietary = set(entry["dietary"]) | ({"vegetarian"} if "vegan" in entry["dietary"] else set())
    return {
        "key": entry["key"],
        "name": entry["name"],
        "unit": entry["unit"],
        "contains": sorted(set(entry["allergens"]["contains"])),
        "may_contain": sorted(set(entry["allergens"]["may_contain"])),
        "dietary": sorted(dietary),
    }


def branch_row(entry: dict[str, Any]) -> dict[str, Any]:
    """The fields of a branch that stand in the file as they are."""
    plain = (
        "key", "name", "phone", "time_zone", "day_starts_at", "cooking_places", "restock_minutes",
        "courier_wait_seconds", "slot_minutes", "slot_capacity",
    )  # fmt: skip
    seller = {f"seller_{name}": value for name, value in entry["seller"].items()}
    return {**{name: entry[name] for name in plain}, **entry["address"], **seller}


def hours_rows(entry: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The opening hours, a row an interval."""
    for day, intervals in entry["hours"].items():
        for opens, closes in intervals:
            yield {"weekday": WEEKDAYS.index(day), "opens": opens, "closes": closes}


def exception_rows(entry: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The exceptions, a row an interval, or one without hours for a day that is closed."""
    for exception in entry["exceptions"]:
        for opens, closes in exception["hours"] or [(None, None)]:
            yield {"date": exception["date"], "name": exception["name"], "opens": opens, "closes": closes}
