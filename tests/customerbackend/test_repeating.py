"""Commands with `--every`: what is due, again and again, until they are asked to end; the database may restart."""

import os
import signal
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError

from customerbackend.repeating import RepeatedCommand

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    """What the command does with signals is undone."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Sweep(RepeatedCommand):
    """Does the next of these at each turn."""

    def __init__(self, *deeds: Callable[[], object]) -> None:
        super().__init__(stdout=StringIO(), stderr=StringIO())
        self.deeds = [*deeds]
        self.turns = 0

    def turn(self, **options: object) -> None:
        self.turns += 1
        self.stdout.write(f"turn {self.turns}")
        self.deeds.pop(0)()


def end(number: int = signal.SIGTERM) -> None:
    """Somebody asks for the end while a turn is under way."""
    os.kill(os.getpid(), number)


def fail(fault: Exception) -> Callable[[], None]:
    def raise_it() -> None:
        raise fault

    return raise_it


def nothing() -> None:
    pass


def test_without_every_it_takes_one_turn() -> None:
    sweep = Sweep(nothing, nothing)
    call_command(sweep)
    assert sweep.turns == 1


@pytest.mark.parametrize("number", SIGNALS)
def test_it_takes_turns_until_it_is_asked_to_end_and_finishes_that_one(number: int) -> None:
    done = []

    def end_and_go_on() -> None:
        end(number)
        done.append("all of it")

    sweep = Sweep(nothing, nothing, end_and_go_on, nothing)
    call_command(sweep, every=0.001)

    assert sweep.turns == 3
    assert done == ["all of it"]


def test_it_ends_at_once_however_long_the_pause() -> None:
    sweep = Sweep(end)
    call_command(sweep, every=3600)
    assert sweep.turns == 1


@pytest.mark.parametrize("fault", [OperationalError("gone away\nDETAIL: Alice"), InterfaceError("closed")])
def test_it_survives_a_restart_of_the_database_and_says_one_line(fault: Exception) -> None:
    sweep = Sweep(nothing, fail(fault), nothing, end)

    call_command(sweep, every=0.001)

    assert sweep.turns == 4
    assert sweep.stderr._out.getvalue() == f"test_repeating: {str(fault).splitlines()[0]}\n"


def test_another_fault_ends_it() -> None:
    with pytest.raises(ZeroDivisionError):
        call_command(Sweep(nothing, fail(ZeroDivisionError())), every=0.001)


def test_without_every_a_lost_database_is_a_fault() -> None:
    with pytest.raises(OperationalError):
        call_command(Sweep(fail(OperationalError("gone away"))))
