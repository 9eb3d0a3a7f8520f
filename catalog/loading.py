"""Loading the catalog: every table read as of one moment, once a version and process."""

import threading
from collections import defaultdict
from dataclasses import replace
from datetime import date
from urllib.parse import urljoin
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

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
from customerbackend.statements import Row, Statement, in_transaction


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
        return read_snapshot()
    for _ in range(LOAD_TRIES):
        catalog = read_catalog()
        if read_version() == catalog.version:
            return catalog
    raise ServiceUnavailable()


@in_transaction
def read_snapshot() -> Catalog:
    """The catalog as of the moment at which the first statement is answered."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    return read_catalog()


def read_catalog() -> Catalog:
    """The catalog as the statements of the current transaction see it."""
    version = read_version()
    ingredients = load_ingredients()
    return Catalog(version=version, branches=load_branches(load_products(ingredients)), ingredients=ingredients)


READ_INGREDIENTS = Statement(
    "catalog_ingredients", "", "SELECT id, name, unit, contains, may_contain, dietary FROM catalog_ingredient"
)


def load_ingredients() -> dict[UUID, Ingredient]:
    """Every ingredient by id."""
    found = {}
    for id_, name, unit, contains, may_contain, dietary in READ_INGREDIENTS.rows():
        is_declared = contains is not None and may_contain is not None
        allergens = Allergens(tuple(sorted(contains)), tuple(sorted(may_contain))) if is_declared else None
        found[id_] = Ingredient(id_, name, unit, allergens, frozenset(dietary))
    return found


def picture_url(picture: str) -> str | None:
    """The whole address of a picture, or None."""
    return urljoin(f"{settings.PUBLIC_URL}/", picture) if picture else None


READ_RECIPES_OF_OPTIONS = Statement(
    "catalog_recipes_of_options",
    "",
    "SELECT option_id, ingredient_id, quantity FROM catalog_optioningredient ORDER BY id",
)
READ_RECIPES_OF_PRODUCTS = Statement(
    "catalog_recipes_of_products",
    "",
    "SELECT product_id, ingredient_id, quantity FROM catalog_productingredient ORDER BY id",
)


def load_recipes(lines: Statement) -> dict[UUID, Recipe]:
    """Recipes by the id of what they make."""
    return {owner_id: tuple(lines) for owner_id, lines in by_first(lines).items()}


def by_first(statement: Statement) -> defaultdict[UUID, list[Row]]:
    """What follows the first column, by that column, in the order of the rows."""
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for first, *rest in statement.rows():
        found[first].append(tuple(rest))
    return found


READ_OPTIONS = Statement(
    "catalog_options",
    "",
    "SELECT group_id, id, name, price FROM catalog_option WHERE is_active ORDER BY position, id",
)
READ_OPTION_GROUPS = Statement("catalog_option_groups", "", "SELECT id, name, min, max FROM catalog_optiongroup")
READ_GROUPS_OF_PRODUCTS = Statement(
    "catalog_groups_of_products",
    "",
    "SELECT product_id, group_id FROM catalog_productoptiongroup ORDER BY position, id",
)


def load_option_groups(ingredients: dict[UUID, Ingredient]) -> dict[UUID, tuple[OptionGroup, ...]]:
    """The option groups of each product, in order."""
    recipes = load_recipes(READ_RECIPES_OF_OPTIONS)
    options: dict[UUID, list[Option]] = defaultdict(list)
    for group_id, id_, name, price in READ_OPTIONS.rows():
        recipe = recipes.get(id_, ())
        allergens = combine_allergens(ingredients[ingredient].allergens for ingredient, _ in recipe)
        options[group_id].append(Option(id_, name, price, recipe, allergens))
    groups = {
        id_: OptionGroup(id_, name, least, most, tuple(options[id_]))
        for id_, name, least, most in READ_OPTION_GROUPS.rows()
    }
    of_products = by_first(READ_GROUPS_OF_PRODUCTS)
    return {product_id: tuple(groups[id_] for (id_,) in ids) for product_id, ids in of_products.items()}


READ_PRODUCTS = Statement(
    "catalog_products",
    "",
    """
    SELECT product.id, product.category_id, product.name, product.description, product.picture, product.price,
        tax_class.courier_bps, tax_class.pickup_bps, product.cooking_seconds, product.min_age
    FROM catalog_product AS product
    JOIN catalog_category AS category ON category.id = product.category_id
    JOIN catalog_taxclass AS tax_class ON tax_class.id = product.tax_class_id
    WHERE product.is_active AND category.is_active
    ORDER BY category.position, product.category_id, product.position, product.id
    """,
)


def load_products(ingredients: dict[UUID, Ingredient]) -> list[Product]:
    """Every active product at its own price, in menu order."""
    recipes = load_recipes(READ_RECIPES_OF_PRODUCTS)
    groups = load_option_groups(ingredients)
    products = []
    for id_, category_id, name, description, picture, *numbers in READ_PRODUCTS.rows():
        price, courier_bps, pickup_bps, cooking_seconds, min_age = numbers
        recipe = recipes.get(id_, ())
        parts = [ingredients[ingredient_id] for ingredient_id, _ in recipe]
        products.append(
            Product(
                id=id_,
                category_id=category_id,
                name=name,
                description=description,
                picture_url=picture_url(picture),
                price=price,
                courier_bps=courier_bps,
                pickup_bps=pickup_bps,
                cooking_seconds=cooking_seconds,
                min_age=min_age,
                recipe=recipe,
                # Without a recipe nothing has been declared.
                allergens=combine_allergens(part.allergens for part in parts) if parts else None,
                dietary=tuple(sorted(frozenset.intersection(*(part.dietary for part in parts)))) if parts else (),
                groups=groups.get(id_, ()),
            )
        )
    return products


READ_CATEGORIES = Statement(
    "catalog_categories", "", "SELECT id, position, name, description, picture FROM catalog_category"
)
READ_OWN_PRODUCTS = Statement(
    "catalog_own_products", "", "SELECT branch_id, product_id, price, is_sold FROM catalog_branchproduct"
)


def load_branches(products: list[Product]) -> tuple[Branch, ...]:
    """Every active branch with what it sells, at its prices."""
    categories = {
        id_: Category(id_, position, name, description, picture_url(picture))
        for id_, position, name, description, picture in READ_CATEGORIES.rows()
    }
    own = by_first(READ_OWN_PRODUCTS)
    return tuple(
        with_menu(branch, sell_products(products, own[branch.id]), categories) for branch in load_empty_branches()
    )


def sell_products(products: list[Product], own: list[Row]) -> tuple[Product, ...]:
    """The products that a branch sells, at its own prices where it has such."""
    differing = {product_id: (price, is_sold) for product_id, price, is_sold in own}
    sold = []
    for product in products:
        price, is_sold = differing.get(product.id, (None, True))
        if is_sold:
            sold.append(product if price is None else replace(product, price=price))
    return tuple(sold)


def with_menu(branch: Branch, products: tuple[Product, ...], categories: dict[UUID, Category]) -> Branch:
    """The branch with all that it sells."""
    by_category: dict[UUID, list[Product]] = {}
    for product in products:
        by_category.setdefault(product.category_id, []).append(product)
    return replace(
        branch,
        products={product.id: product for product in products},
        menu=tuple((categories[category_id], tuple(sold)) for category_id, sold in by_category.items()),
    )


# In the order of the fields of `Branch`.
READ_BRANCHES = Statement(
    "catalog_branches",
    "uuid",
    """
    SELECT branch.id, branch.name, branch.line, branch.postal_code, branch.city, branch.country, branch.latitude,
        branch.longitude, branch.phone, branch.time_zone, branch.day_starts_at, branch.cooking_places,
        branch.restock_minutes::bigint * 60, branch.courier_wait_seconds, branch.slot_minutes, branch.slot_capacity,
        tax_class.courier_bps, branch.seller_name, branch.seller_tax_id, branch.seller_address
    FROM catalog_branch AS branch
    JOIN catalog_taxclass AS tax_class ON tax_class.id = branch.delivery_tax_class_id
    WHERE branch.id = $1 OR ($1 IS NULL AND branch.is_active)
    ORDER BY branch.position, branch.id
    """,
)
READ_HOURS = Statement(
    "catalog_hours",
    "",
    "SELECT branch_id, weekday, opens, closes FROM catalog_openinghours ORDER BY weekday, opens",
)
READ_EXCEPTIONS = Statement(
    "catalog_exceptions",
    "",
    "SELECT branch_id, date, name, opens, closes FROM catalog_hoursexception ORDER BY date, opens",
)
READ_ZONES = Statement(
    "catalog_zones",
    "",
    """
    SELECT branch_id, id, key, name, postal_prefixes, max_distance_m, fee, minimum, travel_seconds, priority
    FROM catalog_deliveryzone ORDER BY priority, id
    """,
)


def load_empty_branches(branch_id: UUID | None = None) -> list[Branch]:
    """Every active branch, or this one whatever it is, without anything that it sells."""
    hours, exceptions, zones = by_first(READ_HOURS), by_first(READ_EXCEPTIONS), by_first(READ_ZONES)
    branches = []
    for id_, *row in READ_BRANCHES.rows(branch_id):
        week = [tuple((opens, closes) for on, opens, closes in hours[id_] if on == weekday) for weekday in range(7)]
        areas = [Zone(zone_id, key, name, tuple(codes), *rest) for zone_id, key, name, codes, *rest in zones[id_]]
        columns = [id_, *row[:8], ZoneInfo(row[8]), *row[9:]]
        branches.append(Branch(*[*columns, tuple(week), build_exceptions(exceptions[id_]), tuple(areas), {}, ()]))
    return branches


def build_exceptions(rows: list[Row]) -> dict[date, HoursException]:
    """A branch's dates with hours of their own."""
    by_day: dict[date, list[Row]] = defaultdict(list)
    for day, *rest in rows:
        by_day[day].append(tuple(rest))
    return {
        day: HoursException(
            name=next((name for name, _opens, _closes in found if name), ""),
            intervals=tuple((opens, closes) for _name, opens, closes in found if opens is not None),
        )
        for day, found in by_day.items()
    }
