"""What the ground floor holds about a person: answers kept for Idempotency-Keys."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from customerbackend.errors import Refusal
from customerbackend.models import IdempotentAnswer
from customerbackend.times import rfc3339


def export(customer_id: UUID) -> dict[str, Any]:
    """Which keys are kept, and what for; the answers themselves are copies of the orders."""
    kept = IdempotentAnswer.objects.filter(caller_id=customer_id).order_by("created_at")
    answers = [
        {"key": answer.key, "status": answer.status, "location": answer.location, "at": rfc3339(answer.created_at)}
        for answer in kept.defer("body")
    ]
    return {"idempotency_keys": answers}


def refusals(customer_id: UUID) -> Iterable[Refusal]:
    """Nothing here stands against erasing."""
    return ()


def erase(customer_id: UUID) -> None:
    """The kept answers go, with the copies of orders in them."""
    IdempotentAnswer.objects.filter(caller_id=customer_id).delete()
