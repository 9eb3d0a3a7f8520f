"""Orders in the admin: a list, a page to read, and moves. Only `orders.lifecycle` writes them, for the admin too."""

from orders.admin.dashboard import describe_today
from orders.admin.pages import OrderAdmin
from orders.admin.ratings import RatingAdmin

__all__ = ["OrderAdmin", "RatingAdmin", "describe_today"]
