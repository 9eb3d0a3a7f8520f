"""The branch that cooks an order, as it is at a moment."""

from dataclasses import dataclass
from uuid import UUID

from catalog.conditions import CALM, Conditions
from catalog.loading import load_empty_branches
from catalog.menu import read_moment
from catalog.value import Branch, Catalog


@dataclass(frozen=True)
class Kitchen:
    """A branch with its conditions, and the catalog that it is of."""

    catalog: Catalog
    branch: Branch
    conditions: Conditions


def kitchen_of(branch_id: UUID) -> Kitchen:
    """The branch as it is now. One statement, on a catalog that has not changed."""
    moment = read_moment(session_id=None, branch_id=None)
    branch = moment.catalog.branch(branch_id) or closed_down_branch(branch_id)
    return Kitchen(moment.catalog, branch, moment.states.get(branch.id, CALM))


def closed_down_branch(branch_id: UUID) -> Branch:
    """A branch that is no longer active but still has orders to hand out."""
    [branch] = load_empty_branches(branch_id)
    return branch
