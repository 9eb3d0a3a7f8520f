"""Where customers can be reached, for whoever tells them something."""

from collections.abc import Collection, Mapping
from uuid import UUID

from customerbackend.statements import Statement
from notifications.contacts import Contact

READ_CONTACTS = Statement(
    "read_contacts",
    "uuid[]",
    "SELECT id, email, time_zone, language FROM accounts_customer WHERE id = ANY ($1) AND is_active",
)


def sql_language(customer: str) -> str:
    """SQL expression: the language of the customer with this id (SQL); NULL where there is none."""
    return f"(SELECT language FROM accounts_customer WHERE id = {customer})"


def read_contacts(customer_ids: Collection[UUID]) -> Mapping[UUID, Contact]:
    """Where those of these customers can be reached who are active, by their ids. One statement."""
    rows = READ_CONTACTS.rows(list(customer_ids))
    return {customer_id: Contact(email, time_zone, language) for customer_id, email, time_zone, language in rows}
