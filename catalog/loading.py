"""Loading the catalog: every table read as of one moment, once a version and process."""

import threading
from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urljoin
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from catalog import models
from catalog.value import (
    Allergens,
    Branch,
    Catalog,
    Category,
    HoursException,
    Ingredient,
    Option,
    OptionGroup,
    Product,
    Recipe,
    Zone,
    combine_allergens,
)
from customerbackend.errors import ServiceUnavailable
from customerbackend.statements import Statement


def sql_catalog_version() -> str:
    """SQL expression of the catalog's current version."""
    return "COALESCE((SELECT version FROM catalog_catalogversion WHERE id = 1), 0)"


READ_VERSION = Statement("catalog_version", "", f"SELECT {sql_catalog_version()}")

LOAD_TRIES = 20
_loading = threading.Lock()
_loaded: Catalog | None = None


def loaded_catalog() -> Catalog:
    """This process's copy, whatever its age; loaded at first use. For finding a default before the version is known."""
    return _loaded or current_catalog(read_version())


def current_catalog(version: int) -> Catalog:
    """The catalog of this version or a newer one, loaded when this process's copy is another."""
    global _loaded
    catalog = _loaded
    if catalog is not None and catalog.version == version:
        return catalog
    with _loading:
        if _loaded is None or _loaded.version != version:
            _loaded = load_catalog()
        return _loaded


def read_version() -> int:
    """The catalog's current version. One statement."""
    row = READ_VERSION.row()
    assert row is not None
    return int(row[0])


def load_catalog() -> Catalog:
    """Read every table of the catalog, all as of one moment. Raises ServiceUnavailable.

    Outside a transaction one snapshot sees to that. Inside one, whose statements each see what was committed last, it
    is read again until no change was committed meanwhile, LOAD_TRIES times.
    """
    if not connection.in_atomic_block:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return read_catalog()
    for _ in range(LOAD_TRIES):
        catalog = read_catalog()
        if read_version() == catalog.version:
            return catalog
    raise ServiceUnavailable()


def read_catalog() -> Catalog:
    """The catalog as the statements of the current transaction see it."""
    version = read_version()
    ingredients = load_ingredients()
    return Catalog(version=version, branches=load_branches(load_products(ingredients)), ingredients=ingredients)


def load_ingredients() -> dict[UUID, Ingredient]:
    """Every ingredient by id."""
    found = {}
    for row in models.Ingredient.objects.values("id", "name", "unit", "contains", "may_contain", "dietary"):
        contains, may_contain = row["contains"], row["may_contain"]
        is_declared = contains is not None and may_contain is not None
        allergens = Allergens(tuple(sorted(contains or ())), tuple(sorted(may_contain or ()))) if is_declared else None
        found[row["id"]] = Ingredient(row["id"], row["name"], row["unit"], allergens, frozenset(row["dietary"]))
    return found


def picture_url(picture: str) -> str | None:
    """The whole address of a picture, or None."""
    return urljoin(f"{settings.PUBLIC_URL}/", picture) if picture else None


def load_recipes(lines: Any, owner: str) -> dict[UUID, Recipe]:
    """Recipes by the id of what they make."""
    recipes: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    for owner_id, ingredient_id, quantity in lines.order_by("id").values_list(owner, "ingredient_id", "quantity"):
        recipes[owner_id].append((ingredient_id, quantity))
    return {owner_id: tuple(lines) for owner_id, lines in recipes.items()}


def load_option_groups(ingredients: dict[UUID, Ingredient]) -> dict[UUID, tuple[OptionGroup, ...]]:
    """The option groups of each product, in order."""
    recipes = load_recipes(models.OptionIngredient.objects, "option_id")
    options: dict[UUID, list[Option]] = defaultdict(list)
    rows = models.Option.objects.filter(is_active=True).order_by("position", "id")
    for row in rows.values("id", "group_id", "name", "price"):
        recipe = recipes.get(row["id"], ())
        allergens = combine_allergens(ingredients[ingredient].allergens for ingredient, _ in recipe)
        options[row["group_id"]].append(Option(row["id"], row["name"], row["price"], recipe, allergens))
    groups = {
        row["id"]: OptionGroup(row["id"], row["name"], row["min"], row["max"], tuple(options[row["id"]]))
        for row in models.OptionGroup.objects.values("id", "name", "min", "max")
    }
    of_products: dict[UUID, list[OptionGroup]] = defaultdict(list)
    links = models.ProductOptionGroup.objects.order_by("position", "id").values_list("product_id", "group_id")
    for product_id, group_id in links:
        of_products[product_id].append(groups[group_id])
    return {product_id: tuple(groups) for product_id, groups in of_products.items()}


def load_products(ingredients: dict[UUID, Ingredient]) -> list[Product]:
    """Every active product at its own price, in menu order."""
    recipes = load_recipes(models.ProductIngredient.objects, "product_id")
    groups = load_option_groups(ingredients)
    rows = (
        models.Product.objects.filter(is_active=True, category__is_active=True)
        .order_by("category__position", "category_id", "position", "id")
        .values(
            "id",
            "category_id",
            "name",
            "description",
            "picture",
            "price",
            "cooking_seconds",
            "min_age",
            "tax_class__courier_bps",
            "tax_class__pickup_bps",
        )
    )
    products = []
    for row in rows:
        recipe = recipes.get(row["id"], ())
        parts = [ingredients[ingredient_id] for ingredient_id, _ in recipe]
        products.append(
            Product(
                id=row["id"],
                category_id=row["category_id"],
                name=row["name"],
                description=row["description"],
                picture_url=picture_url(row["picture"]),
                price=row["price"],
                courier_bps=row["tax_class__courier_bps"],
                pickup_bps=row["tax_class__pickup_bps"],
                cooking_seconds=row["cooking_seconds"],
                min_age=row["min_age"],
                recipe=recipe,
                # Without a recipe nothing has been declared.
                allergens=combine_allergens(part.allergens for part in parts) if parts else None,
                dietary=tuple(sorted(frozenset.intersection(*(part.dietary for part in parts)))) if parts else (),
                groups=groups.get(row["id"], ()),
            )
        )
    return products


def load_branches(products: list[Product]) -> tuple[Branch, ...]:
    """Every active branch with what it sells, at its prices."""
    categories = {
        row["id"]: Category(row["id"], row["position"], row["name"], row["description"], picture_url(row["picture"]))
        for row in models.Category.objects.values("id", "position", "name", "description", "picture")
    }
    own: dict[UUID, dict[UUID, tuple[int | None, bool]]] = defaultdict(dict)
    for branch_id, product_id, price, is_sold in models.BranchProduct.objects.values_list(
        "branch_id", "product_id", "price", "is_sold"
    ):
        own[branch_id][product_id] = (price, is_sold)
    branches = models.Branch.objects.filter(is_active=True).select_related("delivery_tax_class")
    branches = branches.prefetch_related("hours", "exceptions", "zones")
    return tuple(
        build_branch(row, sell_products(products, own[row.id]), categories)
        for row in branches.order_by("position", "id")
    )


def sell_products(products: list[Product], own: dict[UUID, tuple[int | None, bool]]) -> tuple[Product, ...]:
    """The products that a branch sells, at its own prices where it has such."""
    sold = []
    for product in products:
        price, is_sold = own.get(product.id, (None, True))
        if is_sold:
            sold.append(product if price is None else replace(product, price=price))
    return tuple(sold)


def build_branch(row: models.Branch, products: tuple[Product, ...], categories: dict[UUID, Category]) -> Branch:
    """The value of one branch."""
    by_category: dict[UUID, list[Product]] = {}
    for product in products:
        by_category.setdefault(product.category_id, []).append(product)
    exceptions: dict[date, list[models.HoursException]] = defaultdict(list)
    for exception in row.exceptions.all():
        exceptions[exception.date].append(exception)
    return Branch(
        id=row.id,
        name=row.name,
        line=row.line,
        postal_code=row.postal_code,
        city=row.city,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
        phone=row.phone,
        time_zone=ZoneInfo(row.time_zone),
        day_starts_at=row.day_starts_at,
        cooking_places=row.cooking_places,
        restock_seconds=None if row.restock_minutes is None else row.restock_minutes * 60,
        courier_wait_seconds=row.courier_wait_seconds,
        slot_minutes=row.slot_minutes,
        slot_capacity=row.slot_capacity,
        delivery_tax_bps=row.delivery_tax_class.courier_bps,
        seller_name=row.seller_name,
        seller_tax_id=row.seller_tax_id,
        seller_address=row.seller_address,
        hours=tuple(
            tuple((hours.opens, hours.closes) for hours in row.hours.all() if hours.weekday == weekday)
            for weekday in range(7)
        ),
        exceptions={
            day: HoursException(
                name=next((e.name for e in rows if e.name), ""),
                intervals=tuple((e.opens, e.closes) for e in rows if e.opens is not None and e.closes is not None),
            )
            for day, rows in exceptions.items()
        },
        zones=tuple(
            Zone(
                id=zone.id,
                key=zone.key,
                name=zone.name,
                postal_prefixes=tuple(zone.postal_prefixes),
                max_distance_m=zone.max_distance_m,
                fee=zone.fee,
                minimum=zone.minimum,
                travel_seconds=zone.travel_seconds,
                priority=zone.priority,
            )
            for zone in row.zones.all()
        ),
        products={product.id: product for product in products},
        menu=tuple((categories[category_id], tuple(sold)) for category_id, sold in by_category.items()),
    )
