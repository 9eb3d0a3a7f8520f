"""Rating an order: once it is delivered, one rating, which can be changed for seven days.

The stars for the food count for the branch and for every product of which something was delivered. A trigger of the
database keeps those sums in the transaction that writes the rating.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts.sessions import live_session
from customerbackend.callers import Caller
from customerbackend.errors import Refusal
from customerbackend.statements import Statement, in_transaction
from notifications.messages import compose_message, write_messages
from orders.events import write_event
from orders.history import signed_in
from orders.models import DeliveryMethod, Order, OrderEvent, Rating
from orders.representation import json_rating
from orders.statuses import Status, visible
from orders.telling import stop_asking_to_rate

CHANGEABLE = timedelta(days=7)
LOW = 2


class OrderNotRatable(Refusal):
    """`order_status` is the visible one that holds; `reason` is `not_delivered`, or `rated_long_ago` for a rating that
    can no longer be changed.
    """

    status_code = 409
    default_code = "order_not_ratable"
    title = _("The order cannot be rated")
    default_detail = _("An order is rated once it has been delivered, and its rating can be changed for seven days.")


class NoDeliveryToRate(Refusal):
    """Stars for the delivery of an order that was fetched."""

    status_code = 422
    default_code = "no_delivery_to_rate"
    title = _("There was no delivery")
    default_detail = _("The order was fetched: there is no delivery to rate.")

    def __init__(self) -> None:
        fault = {"pointer": "/delivery", "code": self.default_code, "detail": str(self.default_detail)}
        super().__init__(errors=[fault])


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the customer says of an order: stars from 1 to 5, none for a delivery that they do not rate."""

    food: int
    delivery: int | None
    tags: Sequence[str]
    comment: str

    @property
    def is_low(self) -> bool:
        """Whether staff should know of it."""
        return min(self.food, self.delivery or self.food) <= LOW


class Rated(NamedTuple):
    """The order, locked, as far as rating it needs to know it."""

    order_id: UUID
    number: str
    status: str
    delivery_method: str
    branch_id: UUID
    items: list[dict[str, Any]]


# Locks the customer so far that they cannot be erased meanwhile, then the order: what the next statement reads is as
# whoever rated it before left it.
LOCK_TO_RATE = Statement(
    "lock_to_rate",
    "uuid, timestamptz, uuid",
    f"""
    WITH caller AS (
        SELECT customer.id AS customer_id
        FROM ({live_session("$1", "$2")}) AS live JOIN accounts_customer AS customer ON customer.id = live.customer_id
        WHERE customer.is_active FOR KEY SHARE OF customer
    ),
    locked AS (
        SELECT o.id, o.number, o.status, o.delivery_method, o.branch_id, o.items FROM orders_order AS o
        WHERE o.id = $3 AND o.customer_id = (SELECT customer_id FROM caller) FOR UPDATE
    )
    SELECT locked.* FROM caller LEFT JOIN locked ON true""",
)
READ_RATING = Statement(
    "read_rating", "uuid", f"SELECT {json_rating('rating')} FROM orders_rating AS rating WHERE rating.order_id = $1"
)


@in_transaction
def rate_order(*, caller: Caller, order_id: UUID, opinion: Opinion) -> str:
    """Give or change the rating of an order, and return it as JSON. The same again changes nothing.

    Raises TokenInvalid, NotFound, NoDeliveryToRate, OrderNotRatable. Locks the customer (FOR KEY SHARE), the order,
    then the sums of its products in id order and of its branch.
    """
    now = timezone.now()
    rated = Rated(*signed_in(LOCK_TO_RATE.row(caller.session_id, now, order_id)))
    if rated.order_id is None:
        raise NotFound()
    if opinion.delivery is not None and rated.delivery_method == DeliveryMethod.PICKUP:
        raise NoDeliveryToRate()
    if rated.status != Status.DELIVERED:
        raise OrderNotRatable(order_status=visible(rated.status), reason="not_delivered")
    rating = Rating.objects.filter(order_id=order_id).first()
    if rating is None or not holds(rating, opinion):
        if rating is not None and now >= rating.rated_at + CHANGEABLE:
            raise OrderNotRatable(order_status=visible(rated.status), reason="rated_long_ago")
        write_rating(rating or begin_rating(rated, now), rated, opinion, now)
    row = READ_RATING.row(order_id)
    assert row is not None
    return str(row[0])


def holds(rating: Rating, opinion: Opinion) -> bool:
    """Whether the rating says this already."""
    return Opinion(rating.food, rating.delivery, rating.tags, rating.comment) == opinion


def begin_rating(rated: Rated, now: datetime) -> Rating:
    """A rating without stars yet, of the products of which something was delivered."""
    delivered = {line["product_id"] for line in rated.items if line["quantity"] > line["quantity_removed"]}
    return Rating(
        order_id=rated.order_id,
        branch_id=rated.branch_id,
        product_ids=[UUID(product_id) for product_id in sorted(delivered)],
        rated_at=now,
    )


def write_rating(rating: Rating, rated: Rated, opinion: Opinion, now: datetime) -> None:
    """Write the opinion, and tell staff of the branch the first time that it is a low one."""
    rating.food, rating.delivery = opinion.food, opinion.delivery
    rating.tags, rating.comment = list(opinion.tags), opinion.comment
    rating.changed_at = now
    if opinion.is_low and rating.reported_at is None:
        rating.reported_at = now
        report_low_rating(rated, opinion, now)
    Order.objects.filter(id=rated.order_id).update(version=F("version") + 1, rated_at=rating.rated_at)
    write_event(rated.order_id, OrderEvent.Type.RATED, at=now)
    stop_asking_to_rate(rated.order_id)
    rating.save()


def report_low_rating(rated: Rated, opinion: Opinion, now: datetime) -> None:
    """Tell staff of the branch what the customer did not like."""
    data = {
        "order_id": str(rated.order_id),
        "number": rated.number,
        "food": opinion.food,
        "delivery": opinion.delivery,
        "tags": list(opinion.tags),
        "comment": opinion.comment,
    }
    write_messages(
        compose_message(
            kind="low_rating", recipient_kind="staff", recipient_id=rated.branch_id, subject_id=rated.order_id, at=now,
            data=data,
        )
    )  # fmt: skip
