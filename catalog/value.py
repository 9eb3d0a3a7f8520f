"""The catalog as a value: branches with their products, recipes, hours and zones, loaded once per version.

Everything that is calculated about an order is calculated from these frozen dataclasses, without a database. What
changes by the minute (state of a branch, stock) is not part of it. `catalog.loading` makes one.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

Recipe = tuple[tuple[UUID, int], ...]
Interval = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Allergens:
    """What is certainly and what is possibly in it; each sorted."""

    contains: tuple[str, ...]
    may_contain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ingredient:
    id: UUID
    name: str
    unit: str
    allergens: Allergens | None
    dietary: frozenset[str]


@dataclass(frozen=True, slots=True)
class Option:
    id: UUID
    name: str
    price: int
    recipe: Recipe
    allergens: Allergens | None


@dataclass(frozen=True, slots=True)
class OptionGroup:
    id: UUID
    name: str
    min: int
    max: int
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A product as one branch sells it."""

    id: UUID
    category_id: UUID
    name: str
    description: str
    picture_url: str | None
    price: int
    courier_bps: int
    pickup_bps: int
    cooking_seconds: int
    min_age: int | None
    recipe: Recipe
    allergens: Allergens | None
    dietary: tuple[str, ...]
    groups: tuple[OptionGroup, ...]


@dataclass(frozen=True, slots=True)
class Category:
    id: UUID
    position: int
    name: str
    description: str
    picture_url: str | None


@dataclass(frozen=True, slots=True)
class Zone:
    id: UUID
    key: str
    name: str
    postal_prefixes: tuple[str, ...]
    max_distance_m: int | None
    fee: int
    minimum: int
    travel_seconds: int
    priority: int


@dataclass(frozen=True, slots=True)
class HoursException:
    name: str
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, eq=False)
class Branch:
    """A branch with all that it sells. Compared by identity: there is one a version."""

    id: UUID
    name: str
    line: str
    postal_code: str
    city: str
    country: str
    latitude: float
    longitude: float
    phone: str
    time_zone: ZoneInfo
    day_starts_at: time
    cooking_places: int
    restock_seconds: int | None
    courier_wait_seconds: int
    slot_minutes: int
    slot_capacity: int | None
    delivery_tax_bps: int
    seller_name: str
    seller_tax_id: str
    seller_address: str
    hours: tuple[tuple[Interval, ...], ...]
    exceptions: dict[date, HoursException]
    zones: tuple[Zone, ...]
    products: dict[UUID, Product]
    menu: tuple[tuple[Category, tuple[Product, ...]], ...]

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the branch's own content only, not with what another branch changed."""
        content = [self.id, self.name, self.line, self.postal_code, self.city, self.country, self.phone]
        content += [self.latitude, self.longitude, self.time_zone.key]
        content += [self.hours, self.exceptions, self.zones, self.menu]
        return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class Catalog:
    """All of it, at one version."""

    version: int
    branches: tuple[Branch, ...]
    ingredients: dict[UUID, Ingredient]

    def branch(self, branch_id: UUID) -> Branch | None:
        """The branch with this id, if it is active."""
        return next((branch for branch in self.branches if branch.id == branch_id), None)


def combine_allergens(parts: Iterable[Allergens | None]) -> Allergens | None:
    """Of what is made of several parts; unknown as soon as one part's are."""
    contains: set[str] = set()
    may_contain: set[str] = set()
    for part in parts:
        if part is None:
            return None
        contains.update(part.contains)
        may_contain.update(part.may_contain)
    return Allergens(tuple(sorted(contains)), tuple(sorted(may_contain - contains)))
