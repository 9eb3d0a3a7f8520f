"""The system of a kitchen, a warehouse or of couriers, as it speaks to the API."""

from typing import Any
from uuid import uuid4

from accounts.models import ServiceKey
from accounts.service_keys import make_service_key
from catalog.models import Branch
from tests.clients import Answer, Api

EVERYTHING = ("status", "delay", "stock")


class Service(Api):
    """Speaks under a service key; under a new Idempotency-Key each time, unless one is given."""

    def __init__(self, text: str, key: ServiceKey | None = None) -> None:
        super().__init__(text)
        self.key = key

    def report(self, order: dict[str, Any], status: str, *, key: str | None = None, **more: Any) -> Answer:
        path = f"fulfilment/orders/{order['id']}/status"
        return self.post(path, {"status": status, **more}, idempotency_key=key or str(uuid4()))

    def delay(self, order: dict[str, Any], minutes: Any, *, key: str | None = None) -> Answer:
        path = f"fulfilment/orders/{order['id']}/delay"
        return self.post(path, {"minutes": minutes}, idempotency_key=key or str(uuid4()))

    def count(self, branch: Branch, *, key: str | None = None, **thousandths: int) -> Answer:
        """Counts by ingredient key."""
        return self.count_lines(branch, *lines_of(**thousandths), key=key)

    def count_lines(self, branch: Branch, *lines: dict[str, Any], key: str | None = None) -> Answer:
        path = f"fulfilment/branches/{branch.id}/stock"
        return self.call("PUT", path, {"counts": list(lines)}, idempotency_key=key or str(uuid4()))


def lines_of(**thousandths: int) -> list[dict[str, Any]]:
    return [{"ingredient": name, "thousandths": number} for name, number in thousandths.items()]


def make_service(name: str, *scopes: str, branches: tuple[Branch, ...] = (), days: int | None = None) -> Service:
    """With a new key of these scopes, or of all, at these branches, or at all."""
    key, text = make_service_key(
        name=name, scopes=scopes or EVERYTHING, branch_ids=[branch.id for branch in branches], days=days
    )
    return Service(text, key)
