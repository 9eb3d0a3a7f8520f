"""Pages of a history, and what they cost."""

from typing import Any

from django.utils import timezone

from accounts.models import Session
from customerbackend.pagination import END_OF_TIME, LAST_ID, encode_cursor
from orders.history import BEGINNING_OF_TIME, READ_HISTORY
from orders.models import Order
from orders.statuses import Status
from tests.clients import Api
from tests.plans import rows_read


def rows_of_page(api: Api, number: int, *, limit: int) -> int:
    """How many orders the database reads for a page, counted from 1, that is full and shows the orders it should."""
    orders = Order.objects.filter(customer=api.customer).order_by("-placed_at", "-id")
    skipped = (number - 1) * limit
    after: Any = orders.values_list("placed_at", "id")[skipped - 1] if skipped else (END_OF_TIME, LAST_ID)
    page = api.get(f"orders?limit={limit}&cursor={encode_cursor(*after)}").json
    expected = [str(order_id) for order_id in orders.values_list("id", flat=True)[skipped : skipped + limit]]
    assert [order["id"] for order in page["data"]] == expected and len(expected) == limit

    session = Session.objects.get(customer=api.customer)
    times = (BEGINNING_OF_TIME, END_OF_TIME)
    return rows_read(
        READ_HISTORY, (session.id, timezone.now(), ["none"], "", list(Status.values), *times, *after, limit)
    )
