"""A history: its customers first, then their orders from the oldest on, in shares that can be written side by side."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge

from django.db import transaction

from catalog.value import Branch, Catalog
from orders.seeding.baskets import Baskets
from orders.seeding.calendar import Calendar, OpenHour
from orders.seeding.copying import NULL, SECOND
from orders.seeding.customers import Clientele, Newcomers, SeededCustomer
from orders.seeding.lives import Fate
from orders.seeding.writing import Writer

# A batch is one transaction: however it ends, there are whole orders.
BATCH = 2_000
SHARES, LEAST_CUSTOMERS = 4, 250
HOUR = 3600 * SECOND
FETCHED = 0.15


@dataclass(frozen=True)
class Wanted:
    """What is asked for: at these branches of the catalog, in these years. `heavy` orders are the first customer's."""

    catalog: Catalog
    branches: Sequence[Branch]
    since: datetime
    until: datetime
    customers: int
    orders: int
    heavy: int
    seed: int
    first_number: int
    password: str | None = None

    @property
    def shares(self) -> int:
        """How many shares it has; each has customers of its own at every branch, and needs nothing of the others."""
        return SHARES if self.customers >= SHARES * max(LEAST_CUSTOMERS, len(self.branches)) else 1

    @property
    def most_heavy(self) -> int:
        """So many orders the first customer may have: their share's."""
        return self.orders_of(0)

    def orders_of(self, share: int) -> int:
        """How many orders a share has."""
        return self.orders // self.shares + (share < self.orders % self.shares)


@dataclass(frozen=True)
class Share:
    """Some of the customers, branch by branch, and how many orders are theirs besides the first customer's."""

    number: int
    clienteles: Mapping[Branch, Clientele]
    orders: int


@dataclass(frozen=True)
class History:
    """What is to be written: when orders are placed, when by the first customer, and by whom else."""

    wanted: Wanted
    baskets: Baskets
    calendar: Calendar
    first_customer: SeededCustomer
    first_calendar: Calendar | None
    shares: Sequence[Share]


@transaction.atomic
def begin_history(wanted: Wanted) -> History:
    """Write the customers with their addresses, and plan what they order."""
    seed = f"{wanted.seed} {wanted.first_number}"
    newcomers = Newcomers(
        chance=random.Random(seed), since=wanted.since, until=wanted.until, password=wanted.password
    )  # fmt: skip
    divided: list[dict[Branch, list[tuple[float, SeededCustomer]]]]
    divided = [defaultdict(list) for _ in range(wanted.shares)]
    for count in range(wanted.customers):
        # Dealt out so that every share has customers at every branch, the first of them from the beginning.
        share, branch = divided[count % wanted.shares], wanted.branches[count // wanted.shares % len(wanted.branches)]
        is_known = not share[branch]
        share[branch].append(newcomers.make(wanted.first_number + count, branch, is_known=is_known))
        if newcomers.size == BATCH:
            newcomers.copy()
    newcomers.copy()
    known = Counter({branch: len(customers) for share in divided for branch, customers in share.items()})
    shares = [
        Share(
            number,
            {branch: Clientele(customers) for branch, customers in share.items()},
            wanted.orders_of(number) - (wanted.heavy if number == 0 else 0),
        )
        for number, share in enumerate(divided)
    ]
    return History(
        wanted=wanted,
        baskets=Baskets(wanted.catalog, wanted.seed),
        calendar=Calendar(known, wanted.since, wanted.until, seed),
        first_customer=divided[0][wanted.branches[0]][0][1],
        first_calendar=Calendar({wanted.branches[0]: 1}, wanted.since, wanted.until, seed) if wanted.heavy else None,
        shares=shares,
    )


def write_share(history: History, share: Share, report: Callable[[int], None]) -> None:
    """Write the orders of a share, the oldest first, in batches; `report` is told how many each batch had."""
    chance = random.Random(f"{history.wanted.seed} {history.wanted.first_number} {share.number}")
    writer, fate, left = Writer(chance), Fate(chance), history.wanted.orders_of(share.number)
    writer.draw_numbers(min(BATCH, left))
    for hour, at, customer in placed_orders(history, share, chance):
        place, zone = NULL, None
        if chance.random() >= FETCHED:
            home = customer.homes[int(chance.random() * len(customer.homes))]
            place, zone = home.place, home.zone
        basket = history.baskets.choose(chance, hour.branch, zone)
        life = fate.draw(basket, at, hour.rush)
        writer.add(customer, NULL if basket.zone is None else place, basket, life, hour.day_of(at))
        if writer.size == min(BATCH, left):
            left -= writer.size
            report(writer.write())
            writer.draw_numbers(min(BATCH, left))


def placed_orders(
    history: History, share: Share, chance: random.Random
) -> Iterator[tuple[OpenHour, int, SeededCustomer]]:
    """Every order of a share: in which hour, when, by whom."""
    usual = ((hour, orders, None) for hour, orders in history.calendar.spread(share.orders))
    often: Iterator[tuple[OpenHour, int, SeededCustomer]] = iter(())
    if history.first_calendar is not None and share.number == 0:
        spread = history.first_calendar.spread(history.wanted.heavy)
        often = ((hour, orders, history.first_customer) for hour, orders in spread)
    for hour, orders, customer in merge(usual, often, key=lambda each: each[0].begin):
        for at in sorted([hour.begin + int(chance.random() * HOUR) for _ in range(orders)]):
            yield hour, at, customer or share.clienteles[hour.branch].choose(chance, at)
