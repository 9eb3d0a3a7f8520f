"""The worker that delivers messages: addresses what is new, claims what is due, has it sent, records what came of it.

Any number may run. One thread asks the database; those that send only send. It wakes when a message is written and when
something has been sent, and looks every POLL_SECONDS for what has become due.
"""

import contextlib
import logging
import select
import socket
import threading
import time
from collections.abc import Iterator
from queue import SimpleQueue

import psycopg2
import psycopg2.extensions
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from customerbackend.statements import Statement
from notifications.addressing import BATCH, MAIL, address_messages
from notifications.channels.registry import CHANNELS
from notifications.claiming import HEARD_ON, LEASE, WAKE_WORKERS, Outcome, claim_deliveries, record_outcomes
from notifications.outlets import WINDOW, Outlet

logger = logging.getLogger("customerbackend.messages")

POLL_SECONDS = 5.0
PAUSE_SECONDS = 2.0  # before a database that is gone is tried again
# While more is being sent, what has been sent is gathered: so many, or as many as come in so long.
ENOUGH = WINDOW // 2
GATHER_SECONDS = 0.02

# What is recorded may be lost with the machine: then something is sent again, which it may be. Statements are planned
# each time: a plan made while nothing waited is a bad one when thousands do. Only where the connection is the worker's
# own: PgBouncer would hand it on to requests as it is, and their orders and money must not be lost.
PREPARE_CONNECTION = Statement(
    "prepare_to_deliver",
    "",
    "SELECT set_config('synchronous_commit', 'off', false), set_config('plan_cache_mode', 'force_custom_plan', false)",
)
READ_OUTLETS = Statement("read_outlets", "", "SELECT id::text FROM notifications_endpoint WHERE is_on")


class Worker:
    """One worker, in this process. `stop` may be called from a signal handler or another thread."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._outlets: dict[str, Outlet] = {}
        self._in_hand = 0  # deliveries that outlets have and have not reported
        self._reports: SimpleQueue[tuple[str, Outcome]] = SimpleQueue()
        self._unrecorded: list[Outcome] = []
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)

    def stop(self) -> None:
        """Have the worker finish what it has in hand, and end."""
        self.stopping.set()
        self._wake()

    def run(self) -> None:
        """Deliver until asked to stop. Where the database goes away, what is being sent is recorded when it is back."""
        with self._closing():
            while True:
                try:
                    self._deliver()
                    return
                except (OperationalError, InterfaceError, psycopg2.Error) as fault:
                    logger.error("the database does not answer", exc_info=fault)
                    connection.close()
                    if self.stopping.wait(PAUSE_SECONDS):
                        return

    def _deliver(self) -> None:
        with listening() as heard:
            if settings.DATABASE_PREPARE:
                PREPARE_CONNECTION.row()
            while not self.stopping.is_set():
                if not self._turn():
                    self._wait(heard)
            self._finish()
            WAKE_WORKERS.row()

    def run_once(self) -> None:
        """Deliver all that is due now, and what that lets through, each tried once."""
        with self._closing():
            while self._turn() or self._in_hand:
                if self._in_hand:
                    self._wait(None)
            self._finish()

    def _turn(self) -> bool:
        """Record, address, claim, have sent; whether another turn would find more at once."""
        self._record()
        is_more = address_messages() == BATCH
        quotas = {name: quota for name in self._known_outlets() if (quota := self._outlet(name).quota)}
        if not quotas:
            return is_more
        claim = claim_deliveries(quotas)
        self._unrecorded += claim.dropped
        self._write_down()
        for channel, parcel in claim.parcels:
            self._in_hand += 1
            self._outlet(parcel.outlet).take(CHANNELS[channel], parcel, claim.id, claim.ends_at)
        return is_more or bool(claim.dropped)

    def _known_outlets(self) -> list[str]:
        return [MAIL, *settings.PUSH_KINDS, *(name for (name,) in READ_OUTLETS.rows())]

    def _outlet(self, name: str) -> Outlet:
        if name not in self._outlets:
            self._outlets[name] = Outlet(name, self._report)
        return self._outlets[name]

    def _report(self, outlet: str, outcome: Outcome) -> None:
        """Called by the threads that send. The last of what is in hand always wakes."""
        self._reports.put((outlet, outcome))
        if self._reports.qsize() >= min(ENOUGH, self._in_hand):
            self._wake()

    def _record(self) -> None:
        """Write down what the threads have reported."""
        while not self._reports.empty():
            outlet, outcome = self._reports.get()
            self._outlets[outlet].hand_back()
            self._in_hand -= 1
            self._unrecorded.append(outcome)
        self._write_down()

    def _write_down(self) -> None:
        record_outcomes(self._unrecorded)
        self._unrecorded.clear()

    def _finish(self) -> None:
        """Wait for what is being sent, give back what is not, and record."""
        for outlet in self._outlets.values():
            outlet.stop()
        deadline = time.monotonic() + LEASE.total_seconds()
        while self._in_hand and time.monotonic() < deadline:
            self._wait(None)
            self._record()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full: it will wake anyway; closed: it has ended
            self._waker.send(b"!")

    def _wait(self, heard: "psycopg2.extensions.connection | None") -> None:
        """Until a message was written, something was sent, or it is time to look."""
        sources = [self._woken, *([heard] if heard else [])]
        looks_at = time.monotonic() + POLL_SECONDS
        ready: list[object] = []
        left = POLL_SECONDS
        while not ready and left > 0:
            ready, _, _ = select.select(sources, [], [], min(left, GATHER_SECONDS) if self._in_hand else left)
            left = looks_at - time.monotonic() if self._reports.empty() else 0
        if heard in ready and heard is not None:
            heard.poll()
            heard.notifies.clear()
        if self._woken in ready:
            with contextlib.suppress(BlockingIOError):
                self._woken.recv(65536)

    @contextlib.contextmanager
    def _closing(self) -> Iterator[None]:
        try:
            yield
        finally:
            for outlet in self._outlets.values():
                outlet.close()
            self._woken.close()
            self._waker.close()


@contextlib.contextmanager
def listening() -> Iterator["psycopg2.extensions.connection"]:
    """A connection of its own that hears when a message has been written. It must reach PostgreSQL itself: through
    PgBouncer's transaction mode nothing is heard (hence DATABASE_DIRECT_URL).
    """
    if settings.DATABASE_DIRECT_URL:
        heard = psycopg2.connect(settings.DATABASE_DIRECT_URL, connect_timeout=5)
    else:
        heard = psycopg2.connect(**connection.get_connection_params())
    try:
        heard.autocommit = True
        with heard.cursor() as cursor:
            cursor.execute(f"LISTEN {HEARD_ON}")
        yield heard
    finally:
        heard.close()
