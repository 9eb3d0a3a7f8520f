"""What the customer is told of an order."""

from datetime import datetime
from typing import Any
from uuid import UUID

from notifications.messages import compose_message
from orders.statuses import Status, visible


def compose_status_message(
    *, order_id: UUID, number: str, customer_id: UUID, language: str, status: Status, at: datetime
) -> dict[str, Any]:
    """What the customer is told of a visible change of status."""
    return compose_message(
        kind="order_status",
        recipient_kind="customer",
        recipient_id=customer_id,
        subject_id=order_id,
        language=language,
        at=at,
        data={"order_id": str(order_id), "number": number, "status": visible(status)},
    )
