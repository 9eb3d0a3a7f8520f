"""From products to ingredients: what is demanded, what is available, how many portions are left. Pure functions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from catalog.value import Branch, Option, Product, Recipe


def demand(recipes: Iterable[tuple[Recipe, int]]) -> dict[UUID, int]:
    """Thousandths of each ingredient that these recipes take together, each as many times as said."""
    total: Counter[UUID] = Counter()
    for recipe, times in recipes:
        for ingredient_id, quantity in recipe:
            total[ingredient_id] += quantity * times
    return dict(total)


def portions(recipe: Recipe, free: Mapping[UUID, int]) -> int:
    """How many times a recipe that takes something can be made of what is free."""
    return max(0, min(free.get(ingredient_id, 0) // quantity for ingredient_id, quantity in recipe))


def has_enough(recipe: Recipe, free: Mapping[UUID, int] | None) -> bool:
    """Whether one portion can be made; `free` is None where the branch restocks and nothing is ever lacking."""
    return free is None or not recipe or portions(recipe, free) > 0


def is_option_available(option: Option, stopped: frozenset[UUID], free: Mapping[UUID, int] | None) -> bool:
    """Whether an option can be chosen now: not on the stop list, and in stock."""
    return option.id not in stopped and has_enough(option.recipe, free)


def is_product_available(product: Product, stopped: frozenset[UUID], free: Mapping[UUID, int] | None) -> bool:
    """Whether a product can be ordered now: not stopped, in stock, and of every group that must be chosen from enough
    options can be had.
    """
    if product.id in stopped or not has_enough(product.recipe, free):
        return False
    return all(
        sum(is_option_available(option, stopped, free) for option in group.options) >= group.min
        for group in product.groups
        if group.min
    )


def find_unavailable(branch: Branch, stopped: frozenset[UUID], free: Mapping[UUID, int] | None) -> frozenset[UUID]:
    """Ids of the products and options that cannot be ordered at the branch now."""
    unavailable = set()
    for product in branch.products.values():
        if not is_product_available(product, stopped, free):
            unavailable.add(product.id)
        for group in product.groups:
            unavailable.update(o.id for o in group.options if not is_option_available(o, stopped, free))
    return frozenset(unavailable)


def portions_left(product: Product, stopped: frozenset[UUID], free: Mapping[UUID, int] | None) -> int | None:
    """How many portions can still be had; None: not limited by stock."""
    if not is_product_available(product, stopped, free):
        return 0
    return None if free is None or not product.recipe else portions(product.recipe, free)
