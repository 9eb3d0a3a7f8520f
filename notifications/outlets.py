"""Outlets: what messages leave by, each with threads of its own and a health of its own, so that one that hangs keeps
nothing else waiting.

An outlet that is unwell is left alone for a while that doubles, and is then tried with one delivery.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from notifications.channels.base import SEND_SECONDS, NotDelivered, Parcel, Send
from notifications.claiming import Outcome, State

logger = logging.getLogger("customerbackend.messages")

THREADS = 8
# How many of an outlet a worker holds at once; what it has sent when it is killed, and nobody knows of, is no more.
WINDOW = 64
UNWELL_AFTER = 3  # failures of the outlet itself, one after the other
SHORTEST_REST, LONGEST_REST = 5.0, 300.0  # seconds

# Seconds after each try that failed; after the last there is none. A day and a quarter in all.
PAUSES = (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 6 * 3600, 6 * 3600, 6 * 3600)
LONGEST_ASKED_FOR = 3600.0

Report = Callable[[str, Outcome], None]


class Outlet:
    """One way out, as one worker uses it. `report` is called from its threads with what came of each parcel.

    The worker's own thread counts what it has in hand; threads only send.
    """

    def __init__(self, name: str, report: Report) -> None:
        self.name = name
        self.in_hand = 0
        self._report = report
        self._health = threading.Lock()
        self._failures = 0
        self._rested_at = 0.0  # when it was left alone last
        self._rests_until = 0.0
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix=name)

    @property
    def rest_seconds(self) -> float:
        """For how long it is left alone still."""
        return max(0.0, self._rests_until - time.monotonic())

    @property
    def is_resting(self) -> bool:
        """Whether it is left alone for now."""
        return self.rest_seconds > 0

    @property
    def quota(self) -> int:
        """How many more deliveries it can take."""
        if self.is_resting:
            return 0
        return max(0, (1 if self._failures >= UNWELL_AFTER else WINDOW) - self.in_hand)

    def take(self, send: Send, parcel: Parcel, claim_id: UUID, ends_at: datetime) -> None:
        """Have the parcel sent by one of the threads."""
        self.in_hand += 1
        self._pool.submit(self._carry_out, send, parcel, claim_id, ends_at)

    def hand_back(self) -> None:
        """Note that a parcel has been dealt with."""
        self.in_hand -= 1

    def stop(self) -> None:
        """Send nothing more of what is still waiting for a thread."""
        self._rests_until = float("inf")

    def close(self) -> None:
        """End the threads, without waiting for one that hangs."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _carry_out(self, send: Send, parcel: Parcel, claim_id: UUID, ends_at: datetime) -> None:
        # It may have waited for a thread until the lease leaves no time, or until the outlet was found unwell.
        if self.is_resting or timezone.now() > ends_at - timedelta(seconds=SEND_SECONDS):
            outcome = Outcome(parcel.delivery_id, claim_id, State.PENDING)
        else:
            outcome = self._try(send, parcel, claim_id)
        self._report(self.name, outcome)

    def _try(self, send: Send, parcel: Parcel, claim_id: UUID) -> Outcome:
        tried_at, started = timezone.now(), time.monotonic()
        try:
            status_code, failure = send(parcel), None
        except NotDelivered as fault:
            status_code, failure = fault.status_code, fault
        except Exception as fault:
            logger.error("message not sent", exc_info=fault, extra={"code": parcel.kind})
            status_code, failure = None, NotDelivered(type(fault).__name__)
        took_ms = round((time.monotonic() - started) * 1000)
        self._judge(failure, started)
        due_at = None if failure is None else next_try(parcel.attempts, failure)
        return Outcome(
            delivery_id=parcel.delivery_id,
            claim_id=claim_id,
            state=State.DELIVERED if failure is None else State.PENDING if due_at else State.DEAD,
            due_at=due_at,
            note="" if failure is None else str(failure),
            tried_at=tried_at,
            took_ms=took_ms,
            status_code=status_code,
            target_id=parcel.target_id,
            is_target_gone=failure is not None and failure.is_target_gone,
            is_target_closed=failure is not None and failure.is_target_closed,
        )

    def _judge(self, failure: NotDelivered | None, started: float) -> None:
        """Whether it is well, by one more try. What began before it was left alone last says nothing new."""
        with self._health:
            if failure is None or not failure.is_outlet_unwell:
                self._failures = 0
                return
            if started < self._rested_at:
                return
            self._failures += 1
            rest = min(failure.retry_seconds or 0.0, LONGEST_REST)  # who says when to come again means everybody
            if self._failures >= UNWELL_AFTER:
                rest = max(rest, min(LONGEST_REST, SHORTEST_REST * 2.0 ** min(self._failures - UNWELL_AFTER, 10)))
            if rest:
                self._rested_at = time.monotonic()
                self._rests_until = max(self._rests_until, self._rested_at + rest)


def next_try(attempts: int, failure: NotDelivered) -> datetime | None:
    """When to try again after `attempts` tries before this one; None: not any more.

    A fifth more or less than the pause, so that what failed together does not come again together.
    """
    if failure.is_final or attempts >= len(PAUSES):
        return None
    pause = PAUSES[attempts] * random.uniform(0.8, 1.2)
    if failure.retry_seconds is not None:
        pause = max(pause, min(failure.retry_seconds, LONGEST_ASKED_FOR))
    return timezone.now() + timedelta(seconds=pause)
