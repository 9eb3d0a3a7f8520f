"""A warehouse, a kitchen and couriers that are not there, for whoever writes a client."""

import random
import time
from argparse import ArgumentParser, ArgumentTypeError
from math import isfinite
from typing import Any

from django.conf import settings
from django.core.management.base import OutputWrapper

from customerbackend.repeating import RepeatedCommand
from orders.management.commands.load_demo import PASSWORD
from orders.simulating import Simulator
from orders.simulating_customers import NotOrdered, SimulatedCustomer
from orders.statuses import Status

LOGINS = ("alice", "bob")


def pace(text: str) -> float:
    """A number above zero."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not (isfinite(number) and number > 0):
        raise ArgumentTypeError(f"{text} is not a number above zero")
    return number


def share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 1:
        raise ArgumentTypeError(f"{text} is not a number from 0 to 1")
    return number


class Command(RepeatedCommand):
    help = (
        "Play warehouse, kitchen and courier: every order that is under way goes on in believable times, until it is "
        "delivered. Stays until SIGTERM or SIGINT; with --every 0 moves what is due, and ends. Not for production, "
        "where others do that."
    )
    customers: "SimulatedCustomers | None" = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(every=0.5)
        parser.add_argument("--speed", type=pace, default=60, help="How many times faster than life; by default 60.")
        parser.add_argument("--seed", type=int, default=1, help="Other chances for another one.")
        parser.add_argument(
            "--absent", type=share, default=0.02, help="At which share of the doors nobody opens; by default 0.02."
        )
        parser.add_argument(
            "--orders-per-minute", type=pace, metavar="N", help="Also have the demo customers order, at PUBLIC_URL."
        )

    def turn(self, **options: Any) -> None:
        if options["orders_per_minute"]:
            self.customers = self.customers or SimulatedCustomers(options["orders_per_minute"], options["seed"])
            self.customers.order_what_is_due(self.stdout, self.stderr)
        simulator = Simulator(speed=options["speed"], seed=options["seed"], absent=options["absent"])
        for order in simulator.play():
            self.stdout.write(f"Order {order.number}: {Status(order.status).value}.")


class SimulatedCustomers:
    """The demo customers, who order now and then, so often a minute on average."""

    def __init__(self, orders_per_minute: float, seed: int) -> None:
        self.per_second = orders_per_minute / 60
        self.chance = random.Random(seed)
        self.customers = [
            SimulatedCustomer(public_url=settings.PUBLIC_URL, login=login, password=PASSWORD, chance=self.chance)
            for login in LOGINS
        ]
        self.next_at = time.monotonic()

    def order_what_is_due(self, out: OutputWrapper, err: OutputWrapper) -> None:
        """Have each order placed whose moment has come; one that is refused is told, and the others are not kept."""
        begun_at = time.monotonic()
        while self.next_at <= begun_at:
            self.next_at += self.chance.expovariate(self.per_second)
            customer = self.chance.choice(self.customers)
            try:
                out.write(f"Order {customer.order()}: placed.")
            except NotOrdered as reason:
                err.write(f"simulate_fulfilment: not ordered: {reason}")
