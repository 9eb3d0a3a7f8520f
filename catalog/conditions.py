"""The conditions of the minute at a branch: paused, busy, what is stopped, and what is free in stock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a branch is at one moment."""

    is_paused: bool = False
    busy_seconds: int = 0
    stopped: frozenset[UUID] = frozenset()


CALM = Conditions()


def sql_states(branch: str, now: str) -> str:
    """SQL expression, JSON text: by branch id `[is paused, busy minutes, [stopped ids]]`, of one branch or (NULL) all.

    Branches without anything to say are left out. The arguments are SQL.
    """
    return f"""(
    SELECT json_object_agg(branch.id, json_build_array(
        COALESCE(state.is_paused AND COALESCE(state.paused_until > {now}, true), false),
        CASE WHEN COALESCE(state.busy_until > {now}, true) THEN COALESCE(state.busy_minutes, 0) ELSE 0 END,
        COALESCE(stop.ids, '[]'::json)
    ) ORDER BY branch.id)::text
    FROM catalog_branch AS branch
    LEFT JOIN catalog_branchstate AS state ON state.branch_id = branch.id
    LEFT JOIN LATERAL (
        SELECT json_agg(COALESCE(entry.product_id, entry.option_id) ORDER BY entry.id) AS ids
        FROM catalog_stoplistentry AS entry
        WHERE entry.branch_id = branch.id AND COALESCE(entry.until > {now}, true)
    ) AS stop ON true
    WHERE (branch.id = {branch} OR {branch} IS NULL)
        AND (state.is_paused OR state.busy_minutes > 0 OR stop.ids IS NOT NULL)
    )"""


def sql_free_stock(branch: str) -> str:
    """SQL expression, JSON text: free thousandths by ingredient at a branch that does not restock, else NULL."""
    return f"""(
    SELECT json_object_agg(stock.ingredient_id, stock.on_hand - stock.reserved ORDER BY stock.id)::text
    FROM catalog_stock AS stock JOIN catalog_branch AS branch ON branch.id = stock.branch_id
    WHERE stock.branch_id = {branch} AND branch.restock_minutes IS NULL
    )"""


@lru_cache(maxsize=256)
def read_states(text: str | None) -> Mapping[UUID, Conditions]:
    """What `sql_states` selected, by branch; branches that are not in it are `CALM`."""
    found: dict[str, Any] = json.loads(text) if text else {}
    return MappingProxyType(
        {
            UUID(branch_id): Conditions(
                is_paused=is_paused, busy_seconds=busy_minutes * 60, stopped=frozenset(map(UUID, stopped))
            )
            for branch_id, (is_paused, busy_minutes, stopped) in found.items()
        }
    )


@lru_cache(maxsize=256)
def read_free_stock(text: str | None) -> Mapping[UUID, int]:
    """What `sql_free_stock` selected; empty for NULL (nothing has ever been counted)."""
    return MappingProxyType({UUID(ingredient): free for ingredient, free in json.loads(text or "{}").items()})
