"""Whatever requests can be made up from the OpenAPI schema, they are answered as it says.

Of an answer that is not, a request is told that shows it. `make fuzz` sends many more, and others for another SEED.
"""

import logging
import os
from datetime import UTC, datetime
from importlib import import_module

import pytest

from customerbackend.vapid import make_private_key
from tests.clients import Api
from tests.customerbackend.fuzz_cases import make_cases, read_operations
from tests.customerbackend.fuzz_run import Fuzz
from tests.customerbackend.fuzz_world import World

pytestmark = pytest.mark.django_db(transaction=True)

SEED = int(os.environ.get("SEED", 1))
MANY = int(os.environ.get("CASES", 20_000))
FEW = 200


@pytest.fixture
def fuzz(transactional_db, settings, time_machine, caplog, capsys) -> Fuzz:
    """A run whose clock goes, and is put forward where an answer says to wait."""
    caplog.set_level(logging.WARNING, "customerbackend.requests")
    settings.LIMITS = {name: (10**6, seconds) for name, (_times, seconds) in settings.LIMITS.items()}
    settings.PUSH_KINDS, settings.VAPID_PRIVATE_KEY = ["webpush"], make_private_key()
    time_machine.move_to(datetime.now(UTC))

    def say(text: str) -> None:
        with capsys.disabled():
            print(text, flush=True)

    return Fuzz(World(), wait=time_machine.shift, say=say)


@pytest.fixture
def document(transactional_db):
    """The schema as a client gets it."""
    return Api().get("schema").json


def only(document, *paths):
    return {**document, "paths": {path: document["paths"][path] for path in paths}}


def texts(document, seed):
    cases = make_cases(read_operations(document), total=40, seed=seed)
    return [str((case.method, case.path_parameters, case.query, case.body, twist)) for case, twist in cases]


def run(fuzz, document, total, seed=SEED):
    fuzz.run(make_cases(read_operations(document), total=total, seed=seed))
    assert fuzz.kinds.total() == total


def assert_right(fuzz):
    if fuzz.failures:
        pytest.fail(f"Seed {SEED}. {fuzz.summary()}\n\n{fuzz.report()}", pytrace=False)
    assert not fuzz.crowded()


def test_hundreds_of_requests_are_answered_as_the_schema_says(fuzz, document):
    run(fuzz, document, FEW)

    assert_right(fuzz)


@pytest.mark.fuzz
def test_thousands_of_requests_are_answered_as_the_schema_says(fuzz, document):
    run(fuzz, document, MANY)

    assert_right(fuzz)
    fuzz.say(f"\nSeed {SEED}. {fuzz.summary()}")


def test_the_same_seed_makes_the_same_cases_and_another_one_others(document, tmp_path, monkeypatch):
    orders = only(document, "/api/v1/orders")
    (tmp_path / "loaded_meanwhile.py").write_text(f"WORDS = {[f'word-{number}' for number in range(999)]}")
    monkeypatch.syspath_prepend(tmp_path)

    first = texts(orders, seed=1)
    import_module("loaded_meanwhile")

    assert texts(orders, seed=1) == first
    assert len(set(texts(orders, seed=2)) - set(first)) > 10


def test_an_answer_that_the_schema_does_not_promise_is_found(fuzz, document):
    branch = document["components"]["schemas"]["RatedBranch"]
    del branch["properties"]["phone"]
    branch["required"].remove("phone")

    run(fuzz, only(document, "/api/v1/branches"), 20)

    assert list(fuzz.failures) == [("GET /api/v1/branches", "Response violates schema", "200")]


def test_a_fault_is_found(fuzz, document, settings):
    settings.ROOT_URLCONF = "tests.customerbackend.faulty_urls"
    document["paths"] = {"/api/v1/faulty": {"get": document["paths"]["/api/v1/branches"]["get"]}}

    run(fuzz, document, 20)

    assert ("GET /api/v1/faulty", "Server error", "500") in fuzz.failures
    assert "/api/v1/faulty" in fuzz.report()


def test_a_session_that_was_ended_is_followed_by_another(fuzz, document):
    run(fuzz, only(document, "/api/v1/auth/sign-out", "/api/v1/account"), 40)

    assert fuzz.answers["POST /api/v1/auth/sign-out"][204] > 1
    assert fuzz.answers["GET /api/v1/account"][200] > 1
    assert fuzz.again["after signing in"] > 1
