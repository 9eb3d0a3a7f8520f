"""How long an order takes: a pure function of what is known, whose every result is kept.

`cooked_at = now + wait + cooking`, `delivered_at = cooked_at + courier wait + travel`. The promise is the end of the
window around it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from catalog.value import Branch
from customerbackend.ids import new_id
from customerbackend.times import rfc3339

# Raised whenever a figure or a rule below changes, so that accuracy can be told apart by model.
MODEL_VERSION = 1
# What each further portion adds, as a share of its own cooking time: they are cooked side by side, but not quite.
SHARE_OF_FURTHER_PORTIONS = 0.15
# The window reaches 5 minutes before the estimate, and after it 10 minutes or 20% of the whole, whichever is more.
EARLY = timedelta(minutes=5)
LATE = timedelta(minutes=10)
LATE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Queue:
    """The kitchen's load: remaining work of released, unfinished orders, how many they are, and what its couriers have
    lately taken between ready and picked up (None: too few to tell).
    """

    work_seconds: int = 0
    open_orders: int = 0
    courier_wait_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """One estimate with its parts. `courier_wait_seconds` and `travel_seconds` are None for pickup."""

    made_at: datetime
    restock_seconds: int
    queue_seconds: int
    busy_seconds: int
    cooking_seconds: int
    courier_wait_seconds: int | None
    travel_seconds: int | None
    cooked_at: datetime
    delivered_at: datetime
    delivered_from: datetime
    delivered_to: datetime
    open_orders: int

    @property
    def wait_seconds(self) -> int:
        """Goods are fetched while others are cooked for, so the longer of the two counts, and what staff announced."""
        return max(self.restock_seconds, self.queue_seconds) + self.busy_seconds

    @property
    def seconds(self) -> int:
        """The whole, until it is handed over."""
        return self.wait_seconds + self.cooking_seconds + (self.courier_wait_seconds or 0) + (self.travel_seconds or 0)


def cooking_seconds(portions: Iterable[tuple[int, int]]) -> int:
    """How long an order cooks: its slowest product, and a share for every further portion.

    `portions` are (seconds of one, how many).
    """
    seconds = [one for one, quantity in portions for _ in range(quantity)]
    slowest = max(seconds, default=0)
    return slowest + round(SHARE_OF_FURTHER_PORTIONS * (sum(seconds) - slowest))


def forecast(
    *,
    now: datetime,
    branch: Branch,
    cooking: int,
    queue: Queue,
    busy_seconds: int,
    is_lacking: bool,
    travel_seconds: int | None,
    not_before: datetime | None = None,
) -> Forecast:
    """The estimate of an order that goes to the kitchen now. `travel_seconds` is None for pickup.

    An order that was asked for later (`not_before`) is not handed over earlier.
    """
    courier_wait = None
    if travel_seconds is not None:
        measured = queue.courier_wait_seconds
        courier_wait = branch.courier_wait_seconds if measured is None else measured
    restock = (branch.restock_seconds or 0) if is_lacking else 0
    queued = round(queue.work_seconds / branch.cooking_places)
    handover = (courier_wait or 0) + (travel_seconds or 0)
    earliest = now + timedelta(seconds=max(restock, queued) + busy_seconds + cooking + handover)
    delivered_at = max(earliest, not_before) if not_before else earliest
    late = max(LATE, (delivered_at - now) * LATE_SHARE)
    return Forecast(
        made_at=now,
        restock_seconds=restock,
        queue_seconds=queued,
        busy_seconds=busy_seconds,
        cooking_seconds=cooking,
        courier_wait_seconds=courier_wait,
        travel_seconds=travel_seconds,
        cooked_at=delivered_at - timedelta(seconds=handover),
        delivered_at=delivered_at,
        delivered_from=max(now, delivered_at - EARLY),
        delivered_to=delivered_at + late,
        open_orders=queue.open_orders,
    )


def forecast_for_later(
    *, now: datetime, branch: Branch, cooking: int, travel_seconds: int | None, requested_at: datetime
) -> Forecast:
    """The estimate of an order for later: as asked, within EARLY and LATE. Nothing waits in a queue yet."""
    courier_wait = None if travel_seconds is None else branch.courier_wait_seconds
    handover = (courier_wait or 0) + (travel_seconds or 0)
    return Forecast(
        made_at=now,
        restock_seconds=0,
        queue_seconds=0,
        busy_seconds=0,
        cooking_seconds=cooking,
        courier_wait_seconds=courier_wait,
        travel_seconds=travel_seconds,
        cooked_at=requested_at - timedelta(seconds=handover),
        delivered_at=requested_at,
        delivered_from=requested_at - EARLY,
        delivered_to=requested_at + LATE,
        open_orders=0,
    )


def forecast_onward(
    *,
    now: datetime,
    queue_seconds: int,
    busy_seconds: int,
    cooking_seconds: int,
    courier_wait_seconds: int | None,
    travel_seconds: int | None,
    cooking_started_at: datetime | None,
    cooked_at: datetime | None,
    picked_up_at: datetime | None,
    not_before: datetime | None,
    open_orders: int,
) -> Forecast:
    """The estimate of an order that is under way: what has happened counts, what has not is reckoned from now.

    What should have happened by now happens now.
    """
    courier_wait, travel = timedelta(seconds=courier_wait_seconds or 0), timedelta(seconds=travel_seconds or 0)
    cooking = timedelta(seconds=cooking_seconds)
    if cooked_at is None:
        begin = cooking_started_at or now + timedelta(seconds=queue_seconds + busy_seconds)
        cooked_at = max(now, begin + cooking)
        if not_before is not None:
            cooked_at = max(cooked_at, not_before - courier_wait - travel)
    picked_up = picked_up_at or max(now, cooked_at + courier_wait)
    delivered_at = max(now, picked_up + travel, not_before or now)
    return Forecast(
        made_at=now,
        restock_seconds=0,
        queue_seconds=queue_seconds,
        busy_seconds=busy_seconds,
        cooking_seconds=cooking_seconds,
        courier_wait_seconds=courier_wait_seconds,
        travel_seconds=travel_seconds,
        cooked_at=cooked_at,
        delivered_at=delivered_at,
        delivered_from=max(now, delivered_at - EARLY),
        delivered_to=delivered_at + max(LATE, (delivered_at - now) * LATE_SHARE),
        open_orders=open_orders,
    )


def describe_forecast(estimate: Forecast, why: str) -> dict[str, Any]:
    """The row of `Estimate`, as the writing statements take it."""
    return {
        "id": str(new_id()),
        "made_at": rfc3339(estimate.made_at),
        "why": why,
        "wait_seconds": estimate.wait_seconds,
        "restock_seconds": estimate.restock_seconds,
        "queue_seconds": estimate.queue_seconds,
        "busy_seconds": estimate.busy_seconds,
        "cooking_seconds": estimate.cooking_seconds,
        "courier_wait_seconds": estimate.courier_wait_seconds,
        "travel_seconds": estimate.travel_seconds,
        "cooked_at": rfc3339(estimate.cooked_at),
        "delivered_at": rfc3339(estimate.delivered_at),
        "delivered_from": rfc3339(estimate.delivered_from),
        "delivered_to": rfc3339(estimate.delivered_to),
        "open_orders": estimate.open_orders,
        "model_version": MODEL_VERSION,
    }
