"""A second request comes while the first asks others over the network: it waits, and gets what came of the first."""

import threading
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection

from customerbackend.errors import Refusal
from customerbackend.idempotency import Answer, Attempt, IdempotencyKeyReused, carry_out
from customerbackend.models import IdempotentAnswer
from tests.servers import another_connection, wait_until
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMER = uuid4()


class Slow:
    """Work that begins, and goes on when it is told to."""

    def __init__(self, then=None):
        self.then = then or Answer(status=201, body="done")
        self.began, self.goes_on = threading.Event(), threading.Event()
        self.times = 0

    def __call__(self):
        self.times += 1
        self.began.set()
        assert self.goes_on.wait(20)
        if isinstance(self.then, Exception):
            raise self.then
        return self.then


def carry(work, key="k", fingerprint="f"):
    return carry_out(caller_id=CUSTOMER, attempt=Attempt(key, fingerprint), work=work)


def after(work, task):
    """The task, once the work has begun."""
    assert work.began.wait(20)
    return task()


def version_of_the_claim():
    """Whoever asks for the claim writes it anew, also who does not get it."""
    with another_connection() as raw, raw.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM customerbackend_idempotentanswer WHERE key = 'k'")
        return cursor.fetchall()


def let_go(work):
    """Have the work go on once somebody has asked for its claim."""
    before = version_of_the_claim()
    wait_until(lambda: version_of_the_claim() != before)
    work.goes_on.set()


def test_the_claim_is_there_for_others_to_see_and_no_transaction_is_open():
    slow = Slow()

    def look():
        with another_connection() as raw, raw.cursor() as cursor:
            cursor.execute("SELECT status FROM customerbackend_idempotentanswer WHERE key = 'k'")
            seen = cursor.fetchall()
        slow.goes_on.set()
        return seen

    answer, seen = run_together(lambda: (carry(slow), connection.in_atomic_block), partial(after, slow, look))
    assert answer == (Answer(status=201, body="done"), False)
    assert seen == [(None,)]


def test_the_second_waits_and_gets_the_answer_of_the_first():
    first, second = Slow(), Slow()
    second.goes_on.set()

    waiting = [partial(after, first, partial(carry, second))] * 5
    answers = run_together(partial(carry, first), *waiting, partial(after, first, partial(let_go, first)))[:-1]

    assert answers[0] == Answer(status=201, body="done")
    assert answers[1:] == [Answer(status=201, body="done", replayed=True)] * 5
    assert (first.times, second.times) == (1, 0)


def test_where_the_first_fails_one_of_those_who_wait_carries_it_out():
    first, second = Slow(then=Refusal()), Slow(then=Answer(status=200, body="of the second"))
    second.goes_on.set()

    waiting = [partial(after, first, partial(carry, second))] * 3
    results = run_together(partial(carry, first), *waiting, partial(after, first, partial(let_go, first)))[:-1]

    assert isinstance(results[0], Refusal)
    assert {answer.body for answer in results[1:]} == {"of the second"}
    assert sorted(answer.replayed for answer in results[1:]) == [False, True, True]
    assert (first.times, second.times) == (1, 1)


def test_something_else_with_the_key_is_refused_at_once_and_another_key_does_not_wait():
    first, other = Slow(), Slow()
    other.goes_on.set()

    def try_both():
        try:
            carry(other, fingerprint="of something else")
        except IdempotencyKeyReused:
            return carry(other, key="another")
        finally:
            first.goes_on.set()

    results = run_together(partial(carry, first), partial(after, first, try_both))
    assert [answer.replayed for answer in results] == [False, False]
    assert other.times == 1


def test_of_twenty_at_once_one_is_carried_out():
    work = Slow()
    work.goes_on.set()
    answers = run_together(*[partial(carry, work)] * 20)
    assert work.times == 1
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 19
    assert IdempotentAnswer.objects.count() == 1


def test_of_twenty_who_find_a_dead_one_at_once_one_is_carried_out():
    IdempotentAnswer.objects.create(caller_id=CUSTOMER, key="k", fingerprint="f", created_at="2026-01-01T00:00:00Z")
    work = Slow()
    work.goes_on.set()
    answers = run_together(*[partial(carry, work)] * 20)
    assert work.times == 1
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 19
