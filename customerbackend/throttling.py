"""Limits on how often something may be tried, exact under parallel requests and across processes.

A limit counts tries in a window that begins with the first one. Counting is one `INSERT … ON CONFLICT DO UPDATE`: of
thirty tries at once against a limit of five, five pass. A try is counted before the work that it asks for is done.
Limits that guard a secret grow: each window that was used up and is followed by another is twice as long as the one
before, up to LONGEST_SECONDS; tries that are refused do not prolong it.

Rows are keyed by a hash of limit and subject, so that the table holds no login, address or email.
"""

import hashlib
import hmac
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from customerbackend.clients import client_address, counted_block
from customerbackend.errors import Refusal
from customerbackend.models import Throttle
from customerbackend.statements import Statement

GROWING = frozenset({"sign_in_by_account", "sign_in_by_address", "password_by_customer"})
LONGEST_SECONDS = 3600
REMEMBERED_LEASES = 20_000


class Throttled(Refusal):
    """`Retry-After` says in how many seconds it is worth trying again."""

    status_code = 429
    default_code = "throttled"
    title = _("Too many requests")
    default_detail = _("This was tried too often. Wait a little before you try again.")

    def __init__(self, detail: Any = None, *, wait: int) -> None:
        super().__init__(detail)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so many seconds; `longest` is how far the window may grow."""

    name: str
    times: int
    seconds: int
    longest: int


def find_limit(name: str) -> Limit:
    """The limit of this name, from the settings."""
    times, seconds = settings.LIMITS[name]
    return Limit(name, times, seconds, max(seconds, LONGEST_SECONDS) if name in GROWING else seconds)


COUNT = Statement(
    "count_tries",
    "text, timestamptz, integer, integer, integer, integer",
    """
    INSERT INTO customerbackend_throttle AS mine (key, count, rounds, resets_at)
    VALUES ($1, $6, 0, $2 + make_interval(secs => $4))
    ON CONFLICT (key) DO UPDATE SET (count, rounds, resets_at) = (
        SELECT
            CASE WHEN mine.resets_at > $2 THEN LEAST(mine.count, 2000000000) + $6 ELSE $6 END,
            turn.rounds,
            CASE WHEN mine.resets_at > $2 THEN mine.resets_at
                ELSE $2 + make_interval(secs => LEAST($4 * power(2, turn.rounds), $5)) END
        FROM (SELECT CASE
            WHEN mine.resets_at > $2 THEN mine.rounds
            WHEN mine.count >= $3 AND mine.resets_at + make_interval(secs => $5) > $2 THEN LEAST(mine.rounds + 1, 20)
            ELSE 0 END AS rounds) AS turn
    )
    RETURNING count, resets_at""",
)
GIVE_BACK = Statement(
    "give_back_try", "text", "UPDATE customerbackend_throttle SET count = count - 1 WHERE key = $1 AND count > 0"
)


def count_try(name: str, subject: str) -> None:
    """Count one try of the subject against the limit. Raises Throttled. One statement, outside any transaction: what
    is refused later has been tried all the same.
    """
    limit = find_limit(name)
    tries, resets_at, now = count_tries(limit, subject, 1)
    if tries > limit.times:
        raise Throttled(wait=seconds_until(resets_at, now))


def count_tries(limit: Limit, subject: str, tries: int) -> tuple[int, datetime, datetime]:
    """Count several tries: how many there are now in the window, when it ends, and what time it is."""
    now = timezone.now()
    row = COUNT.row(key_of(limit.name, subject), now, limit.times, limit.seconds, limit.longest, tries)
    assert row is not None
    return row[0], row[1], now


def give_back(name: str, subject: str) -> None:
    """Take one try back: it turned out to be an honest one."""
    GIVE_BACK.run(key_of(name, subject))


@contextmanager
def giving_back(*tries: tuple[str, str]) -> Iterator[None]:
    """The tries, each a limit and a subject, were counted for what is done within; refused there, they were none."""
    try:
        yield
    except Refusal:
        for name, subject in tries:
            give_back(name, subject)
        raise


def forgive(names: Iterable[str], subjects: Iterable[str]) -> None:
    """Forget every try of the subjects against these limits."""
    keys = [key_of(name, subject) for name in names for subject in subjects]
    Throttle.objects.filter(key__in=keys).delete()


def vouch(name: str, subject: str) -> None:
    """Remember of the subject, for LONGEST_SECONDS, what `is_vouched` asks."""
    until = timezone.now() + timedelta(seconds=LONGEST_SECONDS)
    Throttle.objects.update_or_create(key=key_of(name, subject), defaults={"count": 0, "rounds": 0, "resets_at": until})


def is_vouched(name: str, subject: str) -> bool:
    """Whether `vouch` was called for the subject lately."""
    return Throttle.objects.filter(key=key_of(name, subject), resets_at__gt=timezone.now()).exists()


def key_of(name: str, subject: str) -> str:
    """What a row is found by: keyed, so that nobody can look for an email by hashing it."""
    return hmac.new(settings.SECRET_KEY.encode(), f"throttle:{name}:{subject}".encode(), hashlib.sha256).hexdigest()


def seconds_until(moment: datetime, now: datetime) -> int:
    """Whole seconds, at least one."""
    return max(1, ceil((moment - now).total_seconds()))


@dataclass(slots=True)
class Lease:
    """Tries that this process has counted ahead in the window that ends at `until`; `is_last`: there are no more."""

    until: datetime
    left: int = 0
    is_last: bool = False


class Leases:
    """A limit that every request counts against, without every request asking the database.

    A process counts a fortieth of the limit ahead and spends it by itself. All processes together never let more pass
    than the limit has; a subject that comes to many of them may be refused a little earlier.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leases: dict[tuple[str, str], Lease] = {}

    def spend(self, name: str, subject: str) -> None:
        """Count one try. Raises Throttled. No statement while a lease lasts, nor while the limit is used up."""
        now = timezone.now()
        if self._spend_known(name, subject, now):
            return
        limit = find_limit(name)
        size = max(1, limit.times // 40)
        tries, until, now = count_tries(limit, subject, size)
        granted = min(size, max(0, size - (tries - limit.times)))
        mine = min(1, granted)  # not to be spent by threads that come between
        self._add(name, subject, Lease(until, granted - mine, is_last=granted < size))
        if not mine and not self._spend_known(name, subject, now):
            raise Throttled(wait=1)  # the window has ended meanwhile

    def _spend_known(self, name: str, subject: str, now: datetime) -> bool:
        with self._lock:
            lease = self._leases.get((name, subject))
            if lease is None or lease.until <= now:
                return False
            if lease.left:
                lease.left -= 1
                return True
            if lease.is_last:
                raise Throttled(wait=seconds_until(lease.until, now))
            return False

    def _add(self, name: str, subject: str, new: Lease) -> None:
        with self._lock:
            known = self._leases.get((name, subject))
            if known is not None and known.until == new.until:
                new.left += known.left
            elif len(self._leases) >= REMEMBERED_LEASES:
                self._leases = {}
            self._leases[name, subject] = new

    def clear(self) -> None:
        """Forget what was counted ahead."""
        with self._lock:
            self._leases = {}


leases = Leases()


def count_request_by_address(request: Request) -> None:
    """Count a request of the API against what one client address may send. Raises Throttled."""
    leases.spend("requests_by_address", counted_block(client_address(request)))


def count_request_by_service_key(key_id: object) -> None:
    """Count a request of the API against what one service key may send. Raises Throttled."""
    leases.spend("requests_by_service_key", str(key_id))


def count_request_by_session(session_id: object) -> None:
    """Count a request of the API against what one session may send. Raises Throttled."""
    leases.spend("requests_by_session", str(session_id))
