"""Writing the shares of a history in processes of their own: one processor makes rows while others store them."""

import multiprocessing
import signal
import sys
from collections.abc import Sequence
from typing import Any

from django.db import connections

from orders.seeding.history import History, Share, write_share
from orders.seeding.progress import Progress

PAUSE_SECONDS = 0.1


class Interrupted(Exception):
    """Not all of it has been written. The message is a sentence that says why."""


def write_history(history: History, processes: int, progress: Progress) -> None:
    """Write every share of it, in this process or in so many others. Raises Interrupted."""
    shares, processes = history.shares, min(processes, len(history.shares))
    if processes == 1 or "fork" not in multiprocessing.get_all_start_methods():
        try:
            for share in shares:
                write_share(history, share, progress.add)
        except KeyboardInterrupt as fault:
            raise Interrupted("It was stopped.") from fault
        return
    context = multiprocessing.get_context("fork")  # what has been prepared is theirs without being sent
    done = context.Value("Q")
    connections.close_all()  # none is shared
    workers = [
        context.Process(target=work, args=(history, shares[number::processes], done)) for number in range(processes)
    ]
    try:
        follow(workers, done, progress)
    except KeyboardInterrupt as fault:
        raise Interrupted("It was stopped.") from fault
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
        progress.reach(done.value)


def follow(workers: Sequence[Any], done: Any, progress: Progress) -> None:
    """Start the processes, and show how far they are until the last one has ended. Raises Interrupted if one failed."""
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        if any(worker.exitcode for worker in workers):
            break
        next(worker for worker in workers if worker.is_alive()).join(PAUSE_SECONDS)
        progress.reach(done.value)
    if any(worker.exitcode for worker in workers):
        raise Interrupted("A process has failed.")


def work(history: History, shares: Sequence[Share], done: Any) -> None:
    """What one of the processes does. Ctrl-C reaches all of them: the one that began them ends the others. When that
    one is gone, they end too.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def report(orders: int) -> None:
        with done.get_lock():
            done.value += orders
        if parent is not None and not parent.is_alive():
            sys.exit(1)

    for share in shares:
        write_share(history, share, report)
    connections.close_all()
