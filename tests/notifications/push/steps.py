"""What is done with devices and pushes again and again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from customerbackend.ids import new_id
from notifications.models import Delivery, Device
from tests.clients import Api
from tests.notifications.telling import tell

FCM_TOKEN = "dQw4w9WgXcQ:APA91bH-token_of-alices-phone"
APNS_TOKEN = "0a1b2c3d" * 8
ORDER = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def register(api: Api, **body: Any) -> str:
    """Register a device that must be taken; its id."""
    answer = api.post("devices", body)
    assert answer.status in (200, 201), answer.text
    return str(answer.json["id"])


def tell_status(api: Api, status: str = "cooking", order_id: UUID | None = None, **more: Any) -> str:
    """Write that an order has come so far; the message's id. What must not be pushed stands in it too."""
    about = order_id or new_id()
    data = {
        "order_id": str(about), "number": "4711", "status": status, "address": "Ackerstr. 1",
        "total": {"amount": 1299, "currency": "EUR"},
    }  # fmt: skip
    plain = {
        "kind": "order_status", "recipient_kind": "customer", "recipient_id": api.customer.id, "subject_id": about,
        "data": data, "language": "en",
    }  # fmt: skip
    return tell(**{**plain, **more})


def states() -> list[tuple[str, str]]:
    """State and note of the deliveries by push, in their order."""
    return list(Delivery.objects.filter(channel="push").order_by("position").values_list("state", "note"))


def wait_seconds() -> float:
    """In how many seconds the one delivery that waits is tried again."""
    return (Delivery.objects.get(channel="push", state="pending").due_at - timezone.now()).total_seconds()


def is_registered(device_id: str) -> bool:
    return Device.objects.filter(id=device_id).exists()


def due_again() -> None:
    """Have what waits be tried at once."""
    Delivery.objects.filter(state="pending").update(due_at=timezone.now() - timedelta(seconds=1))
