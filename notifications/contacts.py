"""Where a customer can be reached, as the app that knows customers says. Settings name its module, as they do for
sessions: this app stands below it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer's verified email address, if there is one, and whose clock and language they go by."""

    email: str | None
    time_zone: str
    language: str


class Contacts(Protocol):
    """What `settings.CONTACTS` offers."""

    def sql_language(self, customer: str) -> str:
        """SQL expression: the language of the customer with this id (SQL); NULL where there is none."""

    def read_contacts(self, customer_ids: Collection[UUID]) -> Mapping[UUID, Contact]:
        """Those of these customers who are active. One statement."""


def contacts() -> Contacts:
    """The module that knows where customers are."""
    return cast(Contacts, import_module(settings.CONTACTS))


def read_contacts(customer_ids: Collection[UUID]) -> Mapping[UUID, Contact]:
    """Where these customers can be reached; whoever is not active cannot. One statement, none for nobody."""
    return contacts().read_contacts(customer_ids) if customer_ids else {}
