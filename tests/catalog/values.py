"""Branches, products and zones as plain values, for what is calculated without a database."""

from datetime import date, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from catalog.value import Allergens, Branch, Catalog, HoursException, Interval, Option, OptionGroup, Product, Zone

NOTHING = Allergens((), ())


def at(text: str) -> time:
    """`"24:00"` is midnight too."""
    return time.fromisoformat(text.replace("24:00", "00:00"))


def interval(text: str) -> Interval:
    """`"10:00-14:00"` as the catalog has it."""
    opens, _, closes = text.partition("-")
    return at(opens), at(closes)


def every_day(*intervals: str) -> list[list[str]]:
    return [list(intervals)] * 7


def a_branch(
    *,
    week: list[list[str]] | None = None,
    exceptions: dict[str, list[str]] | None = None,
    zones: tuple[Zone, ...] = (),
    products: tuple[Product, ...] = (),
    **fields: Any,
) -> Branch:
    """A branch in Berlin; `week` and `exceptions` as texts like `"10:00-14:00"`, Monday first."""
    defaults = {
        "id": uuid4(),
        "name": "Mitte",
        "line": "Invalidenstr. 1",
        "postal_code": "10115",
        "city": "Berlin",
        "country": "DE",
        "latitude": 52.53,
        "longitude": 13.38,
        "phone": "",
        "time_zone": ZoneInfo("Europe/Berlin"),
        "day_starts_at": time(5),
        "cooking_places": 1,
        "restock_seconds": None,
        "courier_wait_seconds": 300,
        "slot_minutes": 15,
        "slot_capacity": None,
        "delivery_tax_bps": 1900,
        "seller_name": "Kitchen GmbH",
        "seller_tax_id": "DE123456789",
        "seller_address": "Invalidenstr. 1, 10115 Berlin",
        "hours": tuple(tuple(map(interval, day)) for day in week or every_day()),
        "exceptions": {
            date.fromisoformat(day): HoursException("", tuple(map(interval, hours)))
            for day, hours in (exceptions or {}).items()
        },
        "zones": zones,
        "products": {product.id: product for product in products},
        "menu": (),
    }
    return Branch(**{**defaults, **fields})


def a_catalog(*branches: Branch) -> Catalog:
    return Catalog(version=1, branches=branches, ingredients={})


def a_zone(name: str, **fields: Any) -> Zone:
    defaults = {"postal_prefixes": (), "max_distance_m": None, "fee": 200, "minimum": 1000, "travel_seconds": 600}
    return Zone(**{"id": uuid4(), "key": name, "name": name, "priority": 1, **defaults, **fields})


def an_option(**recipe: int) -> Option:
    """An option that takes these thousandths of these ingredients; see `ingredient_id`."""
    return Option(id=uuid4(), name="", price=0, recipe=recipe_of(recipe), allergens=NOTHING)


def a_group(*options: Option, min: int = 0, max: int = 1) -> OptionGroup:
    return OptionGroup(id=uuid4(), name="", min=min, max=max, options=options)


def a_product(*groups: OptionGroup, **recipe: int) -> Product:
    return Product(
        id=uuid4(),
        category_id=uuid4(),
        name="",
        description="",
        picture_url=None,
        price=1000,
        courier_bps=700,
        pickup_bps=700,
        cooking_seconds=600,
        min_age=None,
        recipe=recipe_of(recipe),
        allergens=NOTHING,
        dietary=(),
        groups=groups,
    )


def ingredient_id(name: str) -> UUID:
    """Always the same id for the same name."""
    return UUID(bytes=name.encode().rjust(16, b"\0"))


def recipe_of(quantities: dict[str, int]) -> tuple[tuple[UUID, int], ...]:
    return tuple((ingredient_id(name), quantity) for name, quantity in quantities.items())


def shelf(**quantities: int) -> dict[UUID, int]:
    """What is free, thousandths by ingredient."""
    return {ingredient_id(name): quantity for name, quantity in quantities.items()}
