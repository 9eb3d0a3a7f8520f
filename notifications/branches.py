"""The names of branches, as the app that knows them says. Settings name its module, as they do for sessions: this app
stands below it.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings


class Branches(Protocol):
    """What `settings.BRANCHES` offers."""

    def read_branch_names(self) -> Mapping[UUID, str]:
        """All branches, by name. One statement."""


def read_branch_names() -> Mapping[UUID, str]:
    """All branches with their names, in the order of these. One statement."""
    return cast(Branches, import_module(settings.BRANCHES)).read_branch_names()
