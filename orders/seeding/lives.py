"""What becomes of an order: when it was cooked and brought, or why it was not, in believable times.

Moments are counted as PostgreSQL does, in microseconds.
"""

import random
from dataclasses import dataclass
from math import exp, log

from orders.seeding import passages
from orders.seeding.baskets import Basket, Promise
from orders.seeding.copying import SECOND
from orders.seeding.passages import Passage, Reason

# Shares of all orders.
CANCELLED, UNDELIVERED, GOODWILL, REMOVED = 0.04, 0.012, 0.02, 0.015
RESTOCKED, PICKED = 0.03, 0.3
# In the rush hour the kitchen has more before it, and everything takes longer.
QUEUE_MINUTES, RUSH_MINUTES, LONGEST_QUEUE = 1, 8, 45
RUSH = 0.08
UNTIL_BEGUN, UNTIL_FETCHED, UNTIL_LOOKED_INTO = 60, 300, 3600
SHORTEST = 45 * SECOND

# How much longer or shorter than usual something takes: log-normal, drawn beforehand, since that is slow.
SPREAD, DRAWN_BITS = 0.22, 10
_chance = random.Random(0)
FACTORS = tuple(exp(_chance.gauss(0, SPREAD)) for _ in range(2**DRAWN_BITS))


@dataclass(slots=True)
class Life:
    """The passages of an order in their order, and by how much (minor units) less was owed at the end, when and why."""

    promise: Promise
    way: list[tuple[Passage, int]]
    times: dict[str, int]
    lowered_by: int = 0
    lowered_at: int = 0
    reason: Reason = passages.NOT_OWED
    removed_line: int | None = None

    def go(self, passage: Passage, at: int) -> None:
        """Into the status, at the moment."""
        self.way.append((passage, at))
        self.times[passage.column] = at

    def lower(self, amount: int, at: int, reason: Reason) -> None:
        """Owe so much less from then on."""
        self.lowered_by, self.lowered_at, self.reason = amount, at, reason


class Fate:
    """Draws what becomes of orders. `rush` is from 0 to 1."""

    def __init__(self, chance: random.Random) -> None:
        self.random, self.getrandbits = chance.random, chance.getrandbits

    def lasting(self, seconds: float, rush: float) -> int:
        """About so many seconds."""
        usual = seconds * (1 + RUSH * rush) * SECOND
        return max(SHORTEST, int(usual * FACTORS[self.getrandbits(DRAWN_BITS)]))

    def draw(self, basket: Basket, placed_at: int, rush: float) -> Life:
        """The life of an order of this basket."""
        queue = min(LONGEST_QUEUE, int(-log(1 - self.random()) * (QUEUE_MINUTES + RUSH_MINUTES * rush)))
        life = Life(basket.promise(queue), [], {})
        life.go(passages.PLACED, placed_at)
        fate = self.random()
        if fate < CANCELLED:
            self.cancel(life, basket, placed_at)
            return life
        self.cook(life, basket, placed_at + self.lasting(queue * 60 + UNTIL_BEGUN, rush), rush)
        is_undelivered = fate > 1 - UNDELIVERED and not basket.is_pickup
        self.hand_over(life, basket, rush, is_undelivered)
        if is_undelivered:
            self.lower_later(life, basket.total, passages.NOT_OWED)
        elif fate > 1 - UNDELIVERED - GOODWILL:
            self.lower_later(life, basket.total // 5, passages.APOLOGY)
        elif fate > 1 - UNDELIVERED - GOODWILL - REMOVED:
            line = self.getrandbits(8) % len(basket.lines)
            life.removed_line = line
            life.lower(basket.lines[line].unit_price, life.times["cooked_at"] + SHORTEST // 2, passages.MISSING)
        return life

    def cancel(self, life: Life, basket: Basket, placed_at: int) -> None:
        """Before anything is done with it, by the customer or by staff."""
        passage, reason = passages.CANCELLATIONS[self.getrandbits(8) % len(passages.CANCELLATIONS)]
        at = placed_at + self.lasting(UNTIL_BEGUN, 0) // 2
        life.go(passage, at)
        life.lower(basket.total, at, reason)

    def cook(self, life: Life, basket: Basket, begun_at: int, rush: float) -> None:
        """From the warehouse through the kitchen."""
        placed_at = life.times["accepted_at"]
        chance = self.random()
        if chance < RESTOCKED:
            life.go(passages.RESTOCKING, placed_at + (begun_at - placed_at) // 3)
        if chance < RESTOCKED + PICKED:
            life.go(passages.PICKING, placed_at + (begun_at - placed_at) // 2)
        life.go(passages.COOKING, begun_at)
        life.go(passages.READY, begun_at + self.lasting(basket.cooking_seconds, rush))

    def hand_over(self, life: Life, basket: Basket, rush: float, is_undelivered: bool) -> None:
        """At the counter, or by courier; then perhaps nobody takes it."""
        cooked_at = life.times["cooked_at"]
        if basket.zone is None:
            life.go(passages.HANDED_OUT, cooked_at + self.lasting(UNTIL_FETCHED, rush))
            return
        picked_up_at = cooked_at + self.lasting(basket.branch.courier_wait_seconds, rush)
        life.go(passages.IN_DELIVERY, picked_up_at)
        ends = passages.NOT_DELIVERED
        end = ends[self.getrandbits(8) % len(ends)] if is_undelivered else passages.DELIVERED
        life.go(end, picked_up_at + self.lasting(basket.zone.travel_seconds, rush))

    def lower_later(self, life: Life, amount: int, reason: Reason) -> None:
        """When staff have looked into it."""
        life.lower(amount, life.way[-1][1] + self.lasting(UNTIL_LOOKED_INTO, 0), reason)
