"""Whatever happens to the stock, in any order: the books are what somebody with pencil and paper would write."""

from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import pytest
from django.db import IntegrityError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from catalog.stock import QuantityInvalid, find_contradictions
from customerbackend.ids import new_id
from tests.catalog import books
from tests.factories import make_branch

INGREDIENTS = ("flour", "salt")
numbers = count(1)
some = st.dictionaries(st.sampled_from(INGREDIENTS), st.integers(1, 6), min_size=1)
counts = st.dictionaries(st.sampled_from(INGREDIENTS), st.integers(0, 6), min_size=1)
which = st.integers(0, 99)


@dataclass
class Paper:
    """The books on paper: what is on the shelf, and who wants and holds how much, oldest first."""

    on_hand: dict[str, int] = field(default_factory=dict)
    orders: dict[UUID, dict[str, tuple[int, int]]] = field(default_factory=dict)

    def reserved(self, key: str) -> int:
        return sum(order[key][1] for order in self.orders.values() if key in order)

    def free(self, key: str) -> int:
        return max(0, self.on_hand.get(key, 0) - self.reserved(key))

    def put(self, key: str, on_hand: int) -> None:
        self.on_hand[key] = on_hand
        self.fill(key)

    def fill(self, key: str) -> None:
        for order in self.orders.values():
            if key in order:
                wanted, reserved = order[key]
                order[key] = (wanted, reserved + min(self.free(key), wanted - reserved))


class Books(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.branch = make_branch(f"Branch {next(numbers)}")
        self.paper = Paper()
        self.receipts: list[tuple[UUID, dict[str, int]]] = []

    def pick(self, index: int) -> UUID:
        return list(self.paper.orders)[index % len(self.paper.orders)]

    @rule(quantities=some)
    def receive(self, quantities: dict[str, int]) -> None:
        operation_id = new_id()
        books.receive(self.branch, operation_id, **quantities)
        self.receipts.append((operation_id, quantities))
        for key, quantity in quantities.items():
            self.paper.put(key, self.paper.on_hand.get(key, 0) + quantity)

    @precondition(lambda self: self.receipts)
    @rule(index=which)
    def receive_again(self, index: int) -> None:
        operation_id, quantities = self.receipts[index % len(self.receipts)]
        with pytest.raises(IntegrityError):
            books.receive(self.branch, operation_id, **quantities)

    @rule(quantities=counts)
    def count(self, quantities: dict[str, int]) -> None:
        overdrawn = books.count(self.branch, **quantities)
        for key, quantity in quantities.items():
            self.paper.put(key, quantity)
        lacking = [key for key in quantities if self.paper.on_hand[key] < self.paper.reserved(key)]
        assert len(overdrawn) == len(lacking)

    @rule(quantities=some)
    def discard(self, quantities: dict[str, int]) -> None:
        if all(quantity <= self.paper.on_hand.get(key, 0) for key, quantity in quantities.items()):
            books.discard(self.branch, **quantities)
            for key, quantity in quantities.items():
                self.paper.on_hand[key] -= quantity
        else:
            with pytest.raises(QuantityInvalid):
                books.discard(self.branch, **quantities)

    @rule(quantities=some)
    def place(self, quantities: dict[str, int]) -> None:
        holder_id = books.set_aside(self.branch, **quantities)
        self.paper.orders[holder_id] = {
            key: (wanted, min(self.paper.free(key), wanted)) for key, wanted in quantities.items()
        }

    @precondition(lambda self: self.paper.orders)
    @rule(index=which)
    def cancel(self, index: int) -> None:
        holder_id = self.pick(index)
        books.release(holder_id)
        for key in self.paper.orders.pop(holder_id):
            self.paper.fill(key)

    @precondition(lambda self: self.paper.orders)
    @rule(index=which)
    def cook(self, index: int) -> None:
        holder_id = self.pick(index)
        books.consume(holder_id)
        for key, (wanted, _reserved) in self.paper.orders.pop(holder_id).items():
            self.paper.on_hand[key] = max(0, self.paper.on_hand.get(key, 0) - wanted)

    @invariant()
    def books_are_as_on_paper(self) -> None:
        shelf = {key: row for key, row in books.shelf(self.branch).items() if row != (0, 0)}
        on_paper = {key: (self.paper.on_hand.get(key, 0), self.paper.reserved(key)) for key in INGREDIENTS}
        assert shelf == {key: row for key, row in on_paper.items() if row != (0, 0)}
        assert {holder_id: books.held(holder_id) for holder_id in self.paper.orders} == self.paper.orders
        assert find_contradictions() == []


def test_the_books_are_right_after_anything_that_may_happen(db):
    run_state_machine_as_test(
        Books, settings=settings(max_examples=25, stateful_step_count=14, deadline=None, database=None)
    )
