"""Orders in the admin: a list, a page to read, and moves. Only `orders.lifecycle` writes them, for the admin too.

And the keys of services, which name branches: accounts, where they are kept, does not know any.
"""

from orders.admin.dashboard import describe_today
from orders.admin.pages import OrderAdmin
from orders.admin.ratings import RatingAdmin
from orders.admin.service_keys import ServiceKeyAdmin

__all__ = ["OrderAdmin", "RatingAdmin", "ServiceKeyAdmin", "describe_today"]
