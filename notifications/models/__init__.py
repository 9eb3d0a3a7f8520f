"""What is to be told, by which way to whom, and where everybody can be reached."""

from notifications.models.deliveries import Attempt, Channel, Delivery
from notifications.models.devices import Device
from notifications.models.endpoints import Endpoint, Mailbox
from notifications.models.message import Message, Recipient
from notifications.models.preferences import Preferences

__all__ = ["Attempt", "Channel", "Delivery", "Device", "Endpoint", "Mailbox", "Message", "Preferences", "Recipient"]
