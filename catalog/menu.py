"""Reading what can be bought: one statement, then pure functions over the catalog's value.

The statement checks the session (if a token came along), says which version of the catalog is current, and brings the
conditions of the minute. An answer is rendered once for each state of things that it can tell; its ETag names that
state, so a 304 costs the statement and a comparison.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from rest_framework.exceptions import NotFound

from catalog.conditions import CALM, Conditions, read_free_stock, read_states, sql_free_stock, sql_states
from catalog.describing import describe_branch, describe_category, describe_product, describe_zone
from catalog.hours import closing_after, is_open, next_opening
from catalog.loading import current_catalog, loaded_catalog, sql_catalog_version
from catalog.ratings import describe_rating, read_ratings, sql_ratings
from catalog.recipes import find_unavailable, portions_left
from catalog.value import Branch, Catalog, Product
from catalog.zones import Location, serving_branches
from customerbackend.callers import TokenInvalid, sessions
from customerbackend.pagination import decode_cursor, encode_cursor
from customerbackend.statements import Statement

# Part of every ETag: raise it when a release shows the menu differently, so that what clients kept is old.
EDITION = 1

CONDITIONS = f"""
    SELECT $1 IS NULL OR EXISTS ({sessions().live_session("$1", "$2")}),
        {sql_catalog_version()}, {sql_states("$3", "$2")}, {sql_free_stock("$3")}"""
READ_CONDITIONS = Statement("catalog_conditions", "uuid, timestamptz, uuid", CONDITIONS)
READ_CONDITIONS_AND_RATINGS = Statement(
    "catalog_conditions_and_ratings", "uuid, timestamptz, uuid", f"{CONDITIONS}, {sql_ratings()}"
)


@dataclass(frozen=True)
class Moment:
    """The catalog and the conditions at its branches, at one moment."""

    catalog: Catalog
    states: Mapping[UUID, Conditions]
    free_text: str | None
    now: datetime
    ratings_text: str | None = None

    def conditions(self, branch: Branch) -> Conditions:
        """Conditions at a branch, without stock."""
        return self.states.get(branch.id, CALM)

    def free(self, branch: Branch) -> Mapping[UUID, int] | None:
        """Free stock of the branch that was asked for; None where it restocks."""
        return read_free_stock(self.free_text) if branch.restock_seconds is None else None

    def rating(self, rated_id: UUID) -> dict[str, Any] | None:
        """How customers rate the product or branch, where the moment was read with ratings; None where none has."""
        return describe_rating(read_ratings(self.ratings_text).get(rated_id))


def read_moment(*, session_id: UUID | None, branch_id: UUID | None, with_ratings: bool = False) -> Moment:
    """What is so now, with the stock of one branch. One statement, on a catalog that has not changed.

    Raises TokenInvalid when a session is given that does not live.
    """
    now = timezone.now()
    statement = READ_CONDITIONS_AND_RATINGS if with_ratings else READ_CONDITIONS
    row = statement.row(session_id, now, branch_id)
    assert row is not None
    is_signed_in, version, states, free, *ratings = row
    if not is_signed_in:
        raise TokenInvalid()
    return Moment(current_catalog(version), read_states(states), free, now, *ratings)


def read_branch(
    *, session_id: UUID | None, branch_id: UUID | None, with_ratings: bool = False
) -> tuple[Moment, Branch]:
    """The same with the branch itself, by default the first. Raises TokenInvalid, NotFound."""
    sought = branch_id or first_branch_id(loaded_catalog())
    moment = read_moment(session_id=session_id, branch_id=sought, with_ratings=with_ratings)
    if branch_id is None and first_branch_id(moment.catalog) != sought:
        sought = first_branch_id(moment.catalog)
        moment = read_moment(session_id=session_id, branch_id=sought, with_ratings=with_ratings)
    branch = moment.catalog.branch(sought) if sought else None
    if branch is None:
        raise NotFound()
    return moment, branch


def first_branch_id(catalog: Catalog) -> UUID | None:
    """The branch that is meant when none is named."""
    return catalog.branches[0].id if catalog.branches else None


@lru_cache(maxsize=16)
def unavailable_at(branch: Branch, stopped: frozenset[UUID], free_text: str | None) -> frozenset[UUID]:
    """`find_unavailable`, worked out once for each state of stock and stop list."""
    free = read_free_stock(free_text) if branch.restock_seconds is None else None
    return find_unavailable(branch, stopped, free)


@dataclass(frozen=True)
class Situation:
    """All of the moment that an answer about one branch can show. Equal situations have equal answers."""

    branch: Branch
    language: str
    next_opening_at: datetime | None
    closes_at: datetime | None
    open_now: bool
    is_paused: bool
    busy_seconds: int
    unavailable: frozenset[UUID]

    @property
    def tag(self) -> str:
        """The situation's name: what would be an ETag for an answer that shows all of it."""
        facts = [self.branch.id, self.branch.fingerprint, self.language, self.next_opening_at, self.closes_at]
        facts += [self.open_now, self.is_paused, self.busy_seconds, sorted(map(str, self.unavailable))]
        facts += [settings.PAYMENT_METHODS, settings.CURRENCY, EDITION]
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:24]


def situation_of(moment: Moment, branch: Branch) -> Situation:
    """The situation of a branch whose stock was read with the moment."""
    conditions = moment.conditions(branch)
    opening, closing = next_opening(branch, moment.now), closing_after(branch, moment.now)
    return Situation(
        branch=branch,
        language=get_language() or "",
        next_opening_at=opening,
        closes_at=closing,
        open_now=is_open(branch, moment.now),
        is_paused=conditions.is_paused,
        busy_seconds=conditions.busy_seconds,
        unavailable=unavailable_at(branch, conditions.stopped, moment.free_text),
    )


@lru_cache(maxsize=16)
def render_menu(situation: Situation) -> bytes:
    """The menu, ready to be sent."""
    branch, unavailable = situation.branch, situation.unavailable
    categories = [
        {**describe_category(category), "products": [describe_product(product, unavailable) for product in products]}
        for category, products in branch.menu
    ]
    body = {"branch": describe_situation(situation), "categories": categories}
    return json.dumps(body, ensure_ascii=False).encode()


def describe_situation(situation: Situation) -> dict[str, Any]:
    """The branch as the API gives it, with what is so now."""
    return describe_branch(
        situation.branch,
        open_now=situation.open_now,
        closes_at=situation.closes_at,
        next_opening_at=situation.next_opening_at,
        is_paused=situation.is_paused,
        busy_minutes=situation.busy_seconds // 60,
    )


def describe_rated(moment: Moment, branch: Branch) -> dict[str, Any]:
    """The same with how customers rate it, from a moment that was read with ratings."""
    return {**describe_situation(situation_of(moment, branch)), "rating": moment.rating(branch.id)}


def read_menu(*, session_id: UUID | None, branch_id: UUID | None, tags: list[str]) -> tuple[str, bytes | None]:
    """ETag and body of the menu of a branch, by default the first; None in place of the body where one of the client's
    tags holds. One statement. Raises TokenInvalid, NotFound.
    """
    moment, branch = read_branch(session_id=session_id, branch_id=branch_id)
    situation = situation_of(moment, branch)
    holds = situation.tag in tags or "*" in tags
    return situation.tag, None if holds else render_menu(situation)


def read_branches(*, session_id: UUID | None) -> dict[str, Any]:
    """Every branch, with how customers rate it. One statement. Raises TokenInvalid."""
    moment = read_moment(session_id=session_id, branch_id=None, with_ratings=True)
    return {"data": [describe_rated(moment, branch) for branch in moment.catalog.branches], "next_cursor": None}


def read_serving(*, session_id: UUID | None, location: Location) -> dict[str, Any]:
    """The branches that deliver to a location, best first. One statement. Raises TokenInvalid, LocationRequired."""
    moment = read_moment(session_id=session_id, branch_id=None, with_ratings=True)
    return {
        "data": [
            {"branch": describe_rated(moment, branch), **describe_zone(zone)}
            for branch, zone in serving_branches(moment.catalog, location)
        ],
        "next_cursor": None,
    }


def read_categories(*, session_id: UUID | None) -> dict[str, Any]:
    """The categories that any branch sells from, in menu order. One statement. Raises TokenInvalid."""
    moment = read_moment(session_id=session_id, branch_id=None)
    found = {category.id: category for branch in moment.catalog.branches for category, _ in branch.menu}
    in_order = sorted(found.values(), key=lambda category: (category.position, category.id))
    return {"data": [describe_category(category) for category in in_order], "next_cursor": None}


@dataclass(frozen=True)
class ProductFilter:
    """What `GET /products` can be narrowed by."""

    category_id: UUID | None = None
    search: str = ""
    dietary: frozenset[str] = frozenset()
    without_allergens: frozenset[str] = frozenset()
    available: bool | None = None

    def matches(self, product: Product, unavailable: frozenset[UUID]) -> bool:
        """Whether the product is asked for. What may contain an allergen, or is undeclared, is not without it."""
        if self.category_id is not None and product.category_id != self.category_id:
            return False
        if self.available is not None and self.available == (product.id in unavailable):
            return False
        if not self.dietary <= set(product.dietary):
            return False
        if self.without_allergens:
            known = product.allergens
            if known is None or self.without_allergens & {*known.contains, *known.may_contain}:
                return False
        text = f"{product.name} {product.description}".casefold()
        return all(word in text for word in self.search.casefold().split())


def read_products(
    *, session_id: UUID | None, branch_id: UUID | None, wanted: ProductFilter, limit: int, cursor: str | None
) -> dict[str, Any]:
    """A page of a branch's products, in menu order. One statement. Raises TokenInvalid, NotFound, InvalidParameter.

    The cursor names the last product shown; where that has gone from the menu meanwhile, the list begins anew.
    """
    last = decode_cursor(cursor, UUID)[0] if cursor else None
    moment, branch = read_branch(session_id=session_id, branch_id=branch_id)
    unavailable = situation_of(moment, branch).unavailable
    products = list(branch.products.values())
    begin = next((index for index, product in enumerate(products, 1) if product.id == last), 0)
    matching = [product for product in products[begin:] if wanted.matches(product, unavailable)]
    more = len(matching) > limit
    return {
        "data": [describe_product(product, unavailable) for product in matching[:limit]],
        "next_cursor": encode_cursor(matching[limit - 1].id) if more else None,
    }


def read_product(*, session_id: UUID | None, branch_id: UUID | None, product_id: UUID) -> dict[str, Any]:
    """One product with what is left of it, what is in it and how customers rate it. One statement.

    Raises TokenInvalid, NotFound.
    """
    moment, branch = read_branch(session_id=session_id, branch_id=branch_id, with_ratings=True)
    product = branch.products.get(product_id)
    if product is None:
        raise NotFound()
    conditions = moment.conditions(branch)
    ingredients = [moment.catalog.ingredients[ingredient_id].name for ingredient_id, _ in product.recipe]
    return {
        **describe_product(product, situation_of(moment, branch).unavailable),
        "portions_left": portions_left(product, conditions.stopped, moment.free(branch)),
        "ingredients": ingredients,
        "rating": moment.rating(product_id),
    }


def require_product(*, product_id: UUID) -> None:
    """Raise NotFound unless some branch sells the product. One statement."""
    moment = read_moment(session_id=None, branch_id=None)
    if not any(product_id in branch.products for branch in moment.catalog.branches):
        raise NotFound()
