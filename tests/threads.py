"""Real threads on real rows."""

import threading
from collections.abc import Callable
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
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
