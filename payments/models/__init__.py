"""What payments keep. Amounts are in minor units, moments in UTC. Nothing here holds a card's number or its CVC."""

from payments.models.cards import Forgetting, LinkedCard, ProviderCustomer
from payments.models.events import ProviderEvent
from payments.models.payments import OPEN, DoorOrder, Payment, Provider
from payments.models.refunds import Refund
from payments.models.sandbox import (
    SandboxCard,
    SandboxCustomer,
    SandboxEvent,
    SandboxIntent,
    SandboxRefund,
    SandboxSetup,
)

__all__ = [
    "OPEN",
    "DoorOrder",
    "Forgetting",
    "LinkedCard",
    "Payment",
    "Provider",
    "ProviderCustomer",
    "ProviderEvent",
    "Refund",
    "SandboxCard",
    "SandboxCustomer",
    "SandboxEvent",
    "SandboxIntent",
    "SandboxRefund",
    "SandboxSetup",
]
