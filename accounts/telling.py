"""What customers are told about their own account's security."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Customer
from notifications.messages import compose_message, write_messages


def write_security_message(
    kind: str, customer: Customer, *, subject_id: UUID | None = None, address: str = "", **data: Any
) -> None:
    """Write the message in the current transaction. `subject_id` is what it is about, by default the customer.

    With `address` it is mailed there, and not to the address that the customer has now.
    """
    message = compose_message(
        kind=kind,
        recipient_kind="customer",
        recipient_id=customer.id,
        subject_id=subject_id or customer.id,
        at=timezone.now(),
        data=data,
        language=customer.language,
        address=address,
    )
    write_messages(message)
