"""When orders are placed, while it is open: by the hour, the weekday and the season, and more each year."""

import random
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from operator import itemgetter

from catalog.hours import business_date, intervals_of
from catalog.value import Branch
from orders.seeding.copying import micros, moment_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
BY_HOUR = (1, 1, 0.5, 0.3, 0.3, 0.5, 1, 3, 5, 5, 8, 20, 34, 26, 12, 9, 11, 20, 38, 44, 34, 20, 9, 3)
BY_WEEKDAY = (0.85, 0.85, 0.9, 0.95, 1.25, 1.2, 1.1)
BY_MONTH = (1.15, 1.1, 1.05, 1, 0.95, 0.85, 0.8, 0.85, 0.95, 1, 1.1, 1.25)
# Of the last day beside the first one.
GROWTH = 3
WEATHER = 0.15


@dataclass(frozen=True)
class OpenHour:
    """One hour in which a branch takes orders: when it begins (as `copying` counts), and how much of a rush there is,
    from 0 to 1.
    """

    branch: Branch
    begin: int
    rush: float

    @cached_property
    def days(self) -> tuple[date, date]:
        """The business days of its beginning and its end."""
        begin = moment_of(self.begin)
        return business_date(self.branch, begin), business_date(self.branch, begin + HOUR - MOMENT)

    def day_of(self, at: int) -> date:
        """The business day of an order that is placed in this hour."""
        first, last = self.days
        return first if first == last else business_date(self.branch, moment_of(at))


class Calendar:
    """The open hours of some years in their order, each with the share of all orders that has come by its end."""

    def __init__(self, customers: Mapping[Branch, int], since: datetime, until: datetime, seed: str) -> None:
        """`customers` says how many each branch has, one of which at least is open at some time."""
        chance = random.Random(seed)
        opened = [(begin, branch) for branch in customers for begin in open_hours(branch, since, until)]
        weather: dict[date, float] = defaultdict(lambda: chance.lognormvariate(0, WEATHER))
        self.hours: list[OpenHour] = []
        self.reached = array("d")
        total = 0.0
        for begin, branch in sorted(opened, key=itemgetter(0)):
            local = begin.astimezone(branch.time_zone)
            usual = BY_HOUR[local.hour] * BY_WEEKDAY[local.weekday()] * BY_MONTH[local.month - 1]
            grown = 1 + (GROWTH - 1) * ((begin - since) / (until - since))
            total += customers[branch] * usual * grown * weather[begin.date()]
            self.hours.append(OpenHour(branch, micros(begin), BY_HOUR[local.hour] / max(BY_HOUR)))
            self.reached.append(total)

    def spread(self, orders: int) -> Iterator[tuple[OpenHour, int]]:
        """So many orders over the years: each hour that has some, and how many."""
        done = 0
        for hour, reached in zip(self.hours, self.reached, strict=True):
            until = round(orders * reached / self.reached[-1])
            if until > done:
                yield hour, until - done
                done = until


def open_hours(branch: Branch, since: datetime, until: datetime) -> set[datetime]:
    """The beginnings of the whole hours (UTC) in which the branch is open throughout."""
    found = set()
    for number in range((until - since).days + 3):
        for begin, end in intervals_of(branch, (since + (number - 1) * DAY).date()):
            hour = max(begin, since)
            hour += (since - hour) % HOUR
            while hour + HOUR <= min(end, until):
                found.add(hour)
                hour += HOUR
    return found
