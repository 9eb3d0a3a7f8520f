"""Limits as a test wants them, whom they are counted for, and what they answer."""

from typing import Any

from customerbackend.throttling import Throttled, count_try
from tests.clients import Answer, Api
from tests.problems import assert_problem


def set_limits(settings: Any, **limits: tuple[int, int]) -> None:
    """`name=(times, seconds)`; the others stay."""
    settings.LIMITS = {**settings.LIMITS, **limits}


def at(address: str, api: Api | None = None) -> Api:
    """The client (nobody, unless one is given) at this network address."""
    found = api or Api()
    found.client.defaults["REMOTE_ADDR"] = address
    return found


def assert_throttled(answer: Answer, seconds: int) -> None:
    """429 in its whole form, to be tried again in so many seconds."""
    assert_problem(answer, 429, "throttled")
    assert answer.headers["Retry-After"] == str(seconds)


def wait_for(name: str, subject: str) -> int:
    """Count a try; the seconds that a refused one is told to wait, 0 for one that passes."""
    try:
        count_try(name, subject)
    except Throttled as refusal:
        return refusal.wait
    return 0
