"""Orders in the admin: a list, a page to read, and moves. Only `orders.lifecycle` writes them, for the admin too."""

from orders.admin.dashboard import describe_today
from orders.admin.pages import OrderAdmin

__all__ = ["OrderAdmin", "describe_today"]
