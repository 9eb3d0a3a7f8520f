"""What the fuzz sends: for each operation of the OpenAPI schema its boundary values, then valid and invalid requests.

The same schema and seed always make the same cases. What only the moment of sending knows (ids, codes, tags) is put
into them then, as their `Twist` says.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, count, islice, zip_longest
from random import Random
from typing import Any
from unittest.mock import patch

import hypothesis
import schemathesis
from hypothesis.errors import Unsatisfiable
from hypothesis.internal.cache import LRUCache
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from schemathesis.generation import GenerationMode
from schemathesis.generation.coverage import GenerationSession
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.meta import TestPhase

BATCH = 25
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
WORDS: Any = LRUCache(1024)


@dataclass(frozen=True)
class Twist:
    """What is done to a case when it is sent, by chance that follows from the seed."""

    number: int
    real: float  # the share of ids, codes, passwords and the like that real ones are put for
    caller: str  # "customer", "nobody", "forged", or "as made": with the Authorization that was made up
    language: str | None
    tag: str | None  # If-None-Match; "last": the ETag that this operation answered last


def make_twist(number: int, label: str, seed: int) -> Twist:
    dice = Random(f"{seed} {label} {number}")
    return Twist(
        number=number,
        real=dice.choice((0.0, 0.5, 1.0, 1.0)),
        caller=dice.choices(("customer", "nobody", "forged", "as made"), (91, 3, 3, 3))[0],
        language=dice.choices((None, "ru", "en-GB, de;q=0.5", "*;q=x,\xe9"), (6, 2, 1, 1))[0],
        tag=dice.choices((None, "last", "*", '"a", W/"b", c'), (16, 2, 1, 1))[0],
    )


def read_operations(document: dict[str, Any]) -> list[Any]:
    """The operations of an OpenAPI schema, with one promise more: an answer has no field that the schema lacks."""
    document = deepcopy(document)
    for name, shape in document["components"]["schemas"].items():
        if name != "Problem" and "properties" in shape:
            shape.setdefault("additionalProperties", False)
    schema = schemathesis.openapi.from_dict(document)
    schema.config.output.sanitization.enabled = False  # all secrets are made up
    return [operation.ok() for operation in schema.get_all_operations()]


def make_cases(operations: list[Any], *, total: int, seed: int) -> Iterator[tuple[Any, Twist]]:
    """So many cases: one of each operation in turn, until each has had an equal share."""
    share, more = divmod(total, len(operations))
    streams = [
        cases_of(operation, share=share + (index < more), seed=seed) for index, operation in enumerate(operations)
    ]
    for number, case in enumerate(in_turn(streams)):
        yield case, make_twist(number, case.operation.label, seed)


def cases_of(operation: Any, *, share: int, seed: int) -> Iterator[Any]:
    """So many cases: the boundary cases, or as many of them as make half of the share, then valid and invalid ones in
    turn. Where there are not so many different ones, the boundary cases come again.
    """
    boundary = boundary_cases(operation)
    first = evenly(boundary, share // 2)
    yield from first
    left = share - len(first)
    strategies = [operation.as_strategy(generation_mode=mode, feedback=NO_FEEDBACK) for mode in MODES]
    for batch in count():
        size = min(BATCH, (left + 1) // 2)
        drawn = [draw(strategy, size, f"{seed} {operation.label} {batch}") for strategy in strategies]
        cases = list(islice(in_turn(drawn if len(drawn[0]) > 1 else [boundary_cases(operation)]), left))
        yield from cases
        left -= len(cases)
        if not left:
            return


@contextmanager
def without_words_of_the_code() -> Iterator[None]:
    """Hypothesis puts in words that it reads in the modules loaded so far, which are not the same every time."""
    with patch.multiple(providers, _get_local_constants=Constants, CONSTANTS_CACHE=WORDS):
        yield


@without_words_of_the_code()
def boundary_cases(operation: Any) -> list[Any]:
    """The values at the edges of what the schema allows, within and beyond; wrong methods and media types."""
    config = operation.schema.config.generation_for(operation=operation, phase=TestPhase.COVERAGE.value)
    return list(
        operation.schema.iter_coverage_cases(
            operation, generation_modes=MODES, generation_config=config, session=GenerationSession()
        )
    )


@without_words_of_the_code()
def draw(strategy: Any, size: int, seed: str) -> list[Any]:
    """So many cases; fewer, or none, where there are not so many different ones."""
    drawn: list[Any] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=size,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def collect(case: Any) -> None:
        drawn.append(case)

    with suppress(Unsatisfiable):
        collect()
    return drawn


def evenly(values: list[Any], limit: int) -> list[Any]:
    """At most so many of the values, from the first to the last."""
    size = len(values)
    return values if size <= limit else [values[index * size // limit] for index in range(limit)]


def in_turn(streams: Iterable[Iterable[Any]]) -> Iterator[Any]:
    """One of each, then the next of each; those that have ended are left out."""
    return (value for value in chain.from_iterable(zip_longest(*streams)) if value is not None)
