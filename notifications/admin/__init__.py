"""What has been told to whom, and where to."""

from notifications.admin.devices import DeviceAdmin
from notifications.admin.messages import MessageAdmin

__all__ = ["DeviceAdmin", "MessageAdmin"]
