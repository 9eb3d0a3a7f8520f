"""The admin's pages about money."""

from payments.admin.door import DoorOrderAdmin
from payments.admin.events import ProviderEventAdmin
from payments.admin.payments import PaymentAdmin
from payments.admin.refunds import RefundAdmin

__all__ = ["DoorOrderAdmin", "PaymentAdmin", "ProviderEventAdmin", "RefundAdmin"]
