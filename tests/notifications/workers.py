"""Workers, on the database of the test: as threads of the test, or as the processes that operators run."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.utils import timezone

from notifications.models import Delivery, Message
from notifications.worker import Worker
from tests.processes import environment_here


def start_worker(**variables: str) -> "subprocess.Popen[bytes]":
    """A worker in a process of its own, which may send webhooks to this machine."""
    environment = environment_here(WEBHOOKS_TO_PRIVATE_ADDRESSES="true", **variables)
    return subprocess.Popen([sys.executable, "manage.py", "deliver_messages"], env=environment)


@contextmanager
def workers(count: int = 1) -> Iterator[list[Worker]]:
    """So many workers, each in a thread with a connection of its own, until the block ends."""
    started = [Worker() for _ in range(count)]

    def run(worker: Worker) -> None:
        try:
            worker.run()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[worker]) for worker in started]
    for thread in threads:
        thread.start()
    try:
        yield started
    finally:
        for worker in started:
            worker.stop()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()


def is_all_told() -> bool:
    """Whether nothing that is due waits to be delivered."""
    new = Message.objects.filter(addressed_at=None).exclude(due_at__gt=timezone.now())
    if new.exists():  # looked at first: from here on each has its deliveries
        return False
    return not Delivery.objects.filter(state=Delivery.State.PENDING).exists()
