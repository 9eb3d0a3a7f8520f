"""Tries at the same moment, in threads and in processes: as many pass as the limit says, not one more or less."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from customerbackend.models import Throttle
from customerbackend.throttling import Leases, Throttled, count_try
from tests.development.programs import BASE_DIR
from tests.limits import set_limits
from tests.processes import environment_here
from tests.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = "sign_in_by_account"
PROCESS = """
import json, sys
import django
django.setup()
from django.conf import settings
from customerbackend.throttling import Throttled, count_try, leases

def passes(count, *arguments):
    try:
        count(*arguments)
    except Throttled:
        return False
    return True

count_try("sign_in_by_account", "somebody")
print("ready", flush=True)
sys.stdin.readline()
counted = sum(passes(count_try, "sign_in_by_account", "alice") for _ in range(30))
spent = sum(passes(leases.spend, "requests_by_session", "alice") for _ in range(150))
print(json.dumps([counted, spent]))
"""


def passed(results) -> int:
    """How many were not refused; nothing but a refusal may have come in their place."""
    assert all(result is None or isinstance(result, Throttled) for result in results), results
    return results.count(None)


def test_of_thirty_threads_against_a_limit_of_five_exactly_five_pass(settings):
    set_limits(settings, sign_in_by_account=(5, 60))
    assert passed(run_together(*[lambda: count_try(LIMIT, "alice")] * 30)) == 5
    assert Throttle.objects.get().count == 30


def test_so_it_is_in_the_window_after_one_that_has_ended(settings):
    set_limits(settings, sign_in_by_account=(5, 60))
    for _ in range(5):
        count_try(LIMIT, "alice")
    Throttle.objects.update(resets_at=timezone.now() - timedelta(seconds=1))
    assert passed(run_together(*[lambda: count_try(LIMIT, "alice")] * 15)) == 5
    assert (Throttle.objects.get().count, Throttle.objects.get().rounds) == (15, 1)


@pytest.mark.parametrize(("times", "tries"), [(30, 5), (100, 15), (130, 40)])
def test_one_process_lets_exactly_the_limit_pass_whatever_its_threads_do(settings, times, tries):
    """A lease is one, two or three tries here."""
    set_limits(settings, requests_by_session=(times, 60))
    leases = Leases()

    def spend() -> list[object]:
        results: list[object] = []
        for _ in range(tries):
            try:
                leases.spend("requests_by_session", "alice")
                results.append(None)
            except Throttled as refusal:
                results.append(refusal)
        return results

    results = [result for some in run_together(*[spend] * 10) for result in some]
    assert len(results) > times
    assert passed(results) == times


class Interrupted(Leases):
    """Another request spends a try of the same subject as soon as one has been counted."""

    has_happened = False

    def _add(self, name, subject, new) -> None:
        super()._add(name, subject, new)
        if not self.has_happened:
            self.has_happened = True
            self.spend(name, subject)


def test_nobody_is_refused_below_the_limit_because_another_one_was_faster(settings):
    set_limits(settings, requests_by_session=(12, 60))
    leases = Interrupted()
    for _ in range(11):
        leases.spend("requests_by_session", "alice")
    with pytest.raises(Throttled):
        leases.spend("requests_by_session", "alice")


def test_all_processes_together_let_no_more_pass_than_the_limit():
    environment = environment_here(LIMIT_SIGN_IN_BY_ACCOUNT="5/600", LIMIT_REQUESTS_BY_SESSION="200/600")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS], cwd=BASE_DIR, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    counted, spent = zip(*[json.loads(process.communicate(timeout=60)[0]) for process in processes], strict=True)
    assert sum(counted) == 5
    # Each came to the end of what it had counted ahead.
    assert sum(spent) == 200
