"""The admin's pages about messages and where they go."""

from notifications.admin.deliveries import DeliveryAdmin
from notifications.admin.devices import DeviceAdmin
from notifications.admin.endpoints import EndpointAdmin
from notifications.admin.mailboxes import MailboxAdmin
from notifications.admin.messages import MessageAdmin

__all__ = ["DeliveryAdmin", "DeviceAdmin", "EndpointAdmin", "MailboxAdmin", "MessageAdmin"]
