"""A warehouse, a kitchen and couriers that are not there: they move orders as real ones would, in believable times.

How long a step takes is random around what was estimated (log-normal: now and then much longer, never less than
nothing), and always the same for an order, a step and a seed. So nothing has to be remembered between two looks at the
database: whoever looks later, or after a restart, or beside another simulator, finds the same moments.
"""

import logging
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Sum
from django.utils import timezone
from rest_framework.exceptions import NotFound

from catalog import stock
from catalog.models import Ingredient, Reservation
from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from customerbackend.statements import in_transaction
from orders.lifecycle import Actor, ActorKind, lock_order, move_locked
from orders.models import Order
from orders.statuses import IN_QUEUE, TIMESTAMPS, Status, UndeliveredReason

logger = logging.getLogger("customerbackend.simulating")

ACTOR = Actor(ActorKind.SERVICE, "simulator")
UNDER_WAY = (*IN_QUEUE, Status.READY, Status.IN_DELIVERY)
# What the order itself does not say, in seconds.
UNTIL_SEEN, UNTIL_PICKED, UNTIL_FETCHED = 45, 90, 300
SPREAD = 0.25


@dataclass(frozen=True)
class Step:
    """What an order does next, and when that is due."""

    to: Status
    due_at: datetime
    reason: str = ""


class Simulator:
    """Plays with `speed` times the pace of real life. At a share `absent` of the doors (0 to 1) nobody opens."""

    def __init__(self, *, speed: float, seed: int, absent: float = 0) -> None:
        self.speed = speed
        self.seed = seed
        self.absent = absent

    def play(self) -> Iterator[Order]:
        """Move every order whose next step is due, until none is; those that were moved, as they are then.

        Each move is a transaction of its own. An order that somebody else has moved meanwhile is left to them.
        """
        while moved := [order for order in map(self.advance, self.find_due()) if order is not None]:
            yield from moved

    def advance(self, due: tuple[Order, Step]) -> Order | None:
        """Take the step that was found due; None where that is not possible any more, or is refused."""
        order, step = due
        try:
            return take_step(order_id=order.id, version=order.version, step=step)
        except (Refusal, NotFound) as refusal:
            logger.warning("order not moved", exc_info=refusal, extra={"order_id": str(order.id)})
            return None

    def find_due(self) -> list[tuple[Order, Step]]:
        """The orders whose next step is due, the longest overdue first; no more than the kitchens have places."""
        now = timezone.now()
        orders = list(orders_under_way())
        cooking = Counter(order.branch_id for order in orders if order.status == Status.COOKING)
        steps = [(order, step) for order in orders if (step := self.next_step(order)).due_at <= now]
        due = []
        for order, step in sorted(steps, key=lambda pair: (pair[1].due_at, pair[0].id)):
            if step.to == Status.COOKING:
                if cooking[order.branch_id] >= order.branch.cooking_places:
                    continue
                cooking[order.branch_id] += 1
            due.append((order, step))
        return due

    def next_step(self, order: Order) -> Step:
        """What the order does next. An order for later is not handed over before it was asked for."""
        status, chance = Status(order.status), self.chance(order)
        begun_at = getattr(order, TIMESTAMPS[status])
        to, seconds, reason = usual_step(order)
        due_at = begun_at + self.shortened(seconds * chance.lognormvariate(0, SPREAD))
        if order.requested_at is not None and status in (Status.READY, Status.IN_DELIVERY):
            travel = (order.travel_seconds or 0) if status == Status.READY else 0
            due_at = max(due_at, order.requested_at - self.shortened(travel))
        if status == Status.IN_DELIVERY and chance.random() < self.absent:
            to, reason = Status.UNDELIVERED, UndeliveredReason.CUSTOMER_ABSENT.value
        return Step(to, due_at, reason)

    def chance(self, order: Order) -> random.Random:
        """The chance of this step of this order."""
        return random.Random(f"{self.seed} {order.id} {order.status}")

    def shortened(self, seconds: float) -> timedelta:
        """So many seconds of real life as they pass here."""
        return timedelta(seconds=seconds / self.speed)


def orders_under_way() -> QuerySet[Order]:
    """Every order that somebody has to do something with; `is_lacking` says that goods must be fetched for it."""
    lacking = Reservation.objects.filter(holder_id=OuterRef("id"), closed_at=None, reserved__lt=F("wanted"))
    fields = ("version", "status", "branch", "delivery_method", "requested_at", "cooking_seconds", "travel_seconds")
    return (
        Order.objects.filter(status__in=UNDER_WAY)
        .select_related("branch")
        .annotate(is_lacking=Exists(lacking))
        .only(
            *fields, "courier_wait_seconds", *TIMESTAMPS.values(), "branch__cooking_places", "branch__restock_minutes"
        )
        .order_by("id")
    )


def usual_step(order: Order) -> tuple[Status, float, str]:
    """Where the order goes from where it is, and after how many seconds as a rule."""
    match Status(order.status):
        case Status.ACCEPTED if order.is_lacking and order.branch.restock_minutes is not None:  # type: ignore[attr-defined]
            return Status.RESTOCKING, UNTIL_SEEN, ""
        case Status.ACCEPTED:
            return Status.PICKING, UNTIL_SEEN, ""
        case Status.RESTOCKING:
            return Status.PICKING, (order.branch.restock_minutes or 0) * 60, ""
        case Status.PICKING:
            return Status.COOKING, UNTIL_PICKED, ""
        case Status.COOKING:
            return Status.READY, order.cooking_seconds, ""
        case Status.READY if order.is_pickup:
            return Status.DELIVERED, UNTIL_FETCHED, ""
        case Status.READY:
            return Status.IN_DELIVERY, order.courier_wait_seconds or 0, ""
        case Status.IN_DELIVERY:
            return Status.DELIVERED, order.travel_seconds or 0, ""
        case status:
            raise ValueError(f"nothing is to be done with an order that is {status}")


@in_transaction
def take_step(*, order_id: UUID, version: int, step: Step) -> Order | None:
    """Move the order if nobody has changed it since it had this version. Goods that were fetched for it are booked.

    Locks the order, then stock rows in id order.
    """
    order = lock_order(order_id)
    if order.version != version:
        return None
    if order.status == Status.RESTOCKING:
        receive_what_lacks(order)
    return move_locked(order, to=step.to, actor=ACTOR, reason=step.reason)


def receive_what_lacks(order: Order) -> None:
    """Book the goods that the order still waits for. They go to the oldest backorders first, as all goods do."""
    waiting = Reservation.objects.filter(holder_id=order.id, closed_at=None, reserved__lt=F("wanted"))
    gaps = dict(waiting.values_list("stock__ingredient_id").annotate(gap=Sum(F("wanted") - F("reserved"))))
    if gaps:
        ingredients = Ingredient.objects.in_bulk(list(gaps))
        quantities = {ingredients[ingredient_id]: gap for ingredient_id, gap in gaps.items()}
        stock.receive(
            branch=order.branch, quantities=quantities, operation_id=new_id(), actor=ACTOR.name, reason="restocked"
        )
