"""How customers rate products and branches, read beside the conditions of the minute. The menu does not show it."""

import json
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID


def sql_ratings() -> str:
    """SQL expression, JSON text: by id of product or branch `[stars in all, ratings]`; NULL where nobody has rated."""
    return """(
    SELECT json_object_agg(rated.id, json_build_array(rated.sum, rated.count))::text
    FROM (
        SELECT product_id AS id, sum, count FROM catalog_productrating
        UNION ALL SELECT branch_id, sum, count FROM catalog_branchrating
    ) AS rated WHERE rated.count > 0)"""


@lru_cache(maxsize=16)
def read_ratings(text: str | None) -> Mapping[UUID, tuple[int, int]]:
    """What `sql_ratings` selected."""
    found: dict[str, tuple[int, int]] = json.loads(text or "{}")
    return MappingProxyType({UUID(rated_id): (stars, count) for rated_id, (stars, count) in found.items()})


def describe_rating(rated: tuple[int, int] | None) -> dict[str, Any] | None:
    """Average to one decimal, half up, and how many there are; None for none."""
    if rated is None:
        return None
    stars, count = rated
    return {"average": (20 * stars + count) // (2 * count) / 10, "count": count}
