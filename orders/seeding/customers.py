"""Customers who never were: when they joined, where they live, how often they order."""

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from math import cos, radians
from typing import Any

from django.conf import settings

from accounts.addresses import PLACE_COLUMNS
from accounts.models import Address, Customer
from catalog.value import Branch, Zone
from catalog.zones import Location, find_zone
from orders.seeding.copying import CopiedTable, micros, moment_of, write_id, write_json, write_text
from orders.seeding.ids import draw_tail, id_of

CUSTOMERS, ADDRESSES = CopiedTable(Customer, ()), CopiedTable(Address, ())

NAMES = (
    "Anna Ben Clara Deniz Emil Farah Greta Hanno Ida Jonas Kim Lena Mehmet Nadia Oskar Paula Rafael Sofia Timur Vera"
)
FAMILIES = (
    "Arndt Berg Chen Demir Engel Fuchs Graf Haas Ivanova Jansen Klein Lorenz Meier Novak Otto Petersen Roth Weber"
)
STREETS = "Linden Garten Schul Berg Wiesen Bahnhof Park Ring Mühlen Kirch"
# Numbers of Berlin that are kept free for stories (Bundesnetzagentur).
PHONE = "+4930231250{:02}"
# Most have the clock of their branch; some have come from somewhere else.
ELSEWHERE = ("Europe/London", "America/New_York", "Asia/Kathmandu", "Asia/Tokyo", "Australia/Lord_Howe", "UTC")
SHARE_ELSEWHERE = 0.12
KNOWN_BEFORE = 0.25
SECOND_HOME = 0.3
# How often somebody orders: most seldom, few very often.
STEADINESS, MOST_OFTEN = 1.3, 60
DEGREE_M = 111_195
AROUND_M = 2_500
DIGITS_OF_A_CODE = 5


@dataclass(frozen=True, slots=True)
class Home:
    """A place that orders are brought to, as the order keeps it, and the branch's zone that it lies in."""

    zone: Zone | None
    place: bytes


@dataclass(frozen=True, slots=True)
class SeededCustomer:
    """What their orders need of a customer, as columns' values. Without a zone they fetch what they order."""

    joined: int
    id: bytes
    name: bytes
    contact: bytes
    homes: tuple[Home, ...]


class Clientele:
    """The customers of one branch, the oldest first, and how often each of them orders."""

    def __init__(self, weighted: Sequence[tuple[float, SeededCustomer]]) -> None:
        ordered = sorted(weighted, key=lambda pair: (pair[1].joined, pair[1].id))
        self.customers = [customer for _weight, customer in ordered]
        self.joined = [customer.joined for customer in self.customers]
        self.reached = list(accumulate(weight for weight, _customer in ordered))

    def choose(self, chance: random.Random, at: int) -> SeededCustomer:
        """One of those who have joined before; where nobody has, the first one."""
        known = bisect_left(self.joined, at) or 1
        return self.customers[bisect_left(self.reached, chance.random() * self.reached[known - 1])]


class Newcomers:
    """Makes customers, and the rows of them and their addresses."""

    def __init__(self, *, chance: random.Random, since: datetime, until: datetime, password: str | None) -> None:
        self.chance = chance
        self.since, self.span = micros(since), micros(until) - micros(since)
        self.password = password
        self.clear()

    def clear(self) -> None:
        """Forget the rows that have been made."""
        self.size = 0
        self.rows: list[bytes] = []
        self.addresses: list[bytes] = []

    def make(self, number: int, branch: Branch, *, is_known: bool) -> tuple[float, SeededCustomer]:
        """The customer of this number, who orders at this branch, and how often they do. Who is known was there from
        the beginning, as some others are.
        """
        chance = self.chance
        share = -KNOWN_BEFORE * chance.random() if is_known else chance.uniform(-KNOWN_BEFORE, 1)
        joined = self.since + int(self.span * share)
        tail = draw_tail(chance)
        customer_id = id_of(joined, tail)
        at_home = chance.random() >= SHARE_ELSEWHERE
        row = {
            "id": customer_id,
            "login": f"seed-{number}",
            "email": f"seed-{number}@example.com",
            "phone": PHONE.format(chance.randrange(100)),
            "password": self.password,
            "name": f"{chance.choice(NAMES.split())} {chance.choice(FAMILIES.split())}",
            "language": chance.choice(settings.LANGUAGES)[0],
            "time_zone": branch.time_zone.key if at_home else chance.choice(ELSEWHERE),
            "messengers": [],
            "allergens": [],
            "is_active": True,
            "created_at": moment_of(joined),
        }
        self.size += 1
        self.rows += [CUSTOMERS.head, CUSTOMERS.common(row)]
        customer = SeededCustomer(
            joined=joined,
            id=write_id(customer_id),
            name=write_text(str(customer_id)),
            contact=write_json({"name": row["name"], "phone": row["phone"]}),
            homes=tuple(self.settle(row, branch, joined, tail)),
        )
        return min(MOST_OFTEN, chance.paretovariate(STEADINESS)), customer

    def settle(self, customer: dict[str, Any], branch: Branch, joined: int, tail: int) -> Iterator[Home]:
        """One place that the customer lives at, or two; the first one is their default address."""
        for count in range(1, 2 + (self.chance.random() < SECOND_HOME)):
            place = draw_place(self.chance, branch)
            row = {
                **place,
                "id": id_of(joined, tail + count),
                "customer_id": customer["id"],
                "is_default": count == 1,
                "created_at": customer["created_at"],
            }
            self.addresses += [ADDRESSES.head, ADDRESSES.common(row)]
            yield Home(zone_of(branch, place), write_json(place))

    def copy(self) -> None:
        """Write the rows that have been made, and forget them. In the caller's transaction."""
        CUSTOMERS.copy(self.rows)
        ADDRESSES.copy(self.addresses)
        self.clear()


def draw_place(chance: random.Random, branch: Branch) -> dict[str, Any]:
    """A place that one of the branch's zones covers, if it has any."""
    zone = chance.choice(branch.zones) if branch.zones else None
    code, reach = branch.postal_code, AROUND_M
    if zone is not None and zone.postal_prefixes:
        code = chance.choice(zone.postal_prefixes)
        if code.isdigit():
            code += "".join(str(chance.randrange(10)) for _ in range(DIGITS_OF_A_CODE - len(code)))
    if zone is not None and zone.max_distance_m is not None:
        reach = zone.max_distance_m
    north, east = (chance.uniform(-0.7, 0.7) * reach / DEGREE_M for _ in range(2))
    said = {
        "city": branch.city,
        "line": f"{chance.choice(STREETS.split())}straße {chance.randint(1, 120)}",
        "postal_code": code,
        "apartment": str(chance.randint(1, 40)) if chance.random() < 0.4 else None,
        "leave_at_door": chance.random() < 0.1,
        "latitude": round(branch.latitude + north, 6),
        "longitude": round(branch.longitude + east / cos(radians(branch.latitude)), 6),
    }
    return {column: said.get(column) for column in PLACE_COLUMNS}


def zone_of(branch: Branch, place: dict[str, Any]) -> Zone | None:
    """The branch's zone that a place lies in."""
    return find_zone(branch, Location(place["postal_code"], place["latitude"], place["longitude"]))
