"""Real threads on real rows."""

import fcntl
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections


def run_together(*tasks: Callable[[], Any]) -> list[Any]:
    """Run every task in a thread of its own, all at once. Their results in order; what one raises is its result."""
    barrier = threading.Barrier(len(tasks))
    results: list[Any] = [None] * len(tasks)

    def run(index: int, task: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[index] = task()
        except Exception as fault:
            results[index] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, task)) for index, task in enumerate(tasks)]
    with crowd(len(tasks)):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return results


@contextmanager
def crowd(size: int) -> Iterator[None]:
    """Has many threads run in one process at a time: a server as it is installed takes a hundred connections."""
    if size < 20:
        yield
        return
    with (Path(tempfile.gettempdir()) / f"customerbackend-crowd-{os.geteuid()}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
