"""Several who come to the same order at the same moment."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connections

from payments.closing import cancel_stray_payments, capture_due_payments
from payments.models import OPEN, Payment
from tests.payments.books import find_faults
from tests.payments.refunds import give_back_now
from tests.payments.shop import Shop
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.threads import run_together

LOCK = "SELECT 1 FROM orders_order WHERE id = %s FOR UPDATE"


def meet(order_id: UUID, *tasks: Callable[[], Any]) -> list[Any]:
    """Run the tasks at once. Whoever wants the order's row finds it locked until all have come to it, or have ended;
    then they get it in the order in which they are given.

    Their results in order; what one raises is its result.
    """
    results: list[Any] = [None] * len(tasks)

    def run(index: int) -> None:
        try:
            results[index] = tasks[index]()
        except Exception as fault:
            results[index] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(tasks))]
    with another_connection() as other, other.cursor() as cursor:
        cursor.execute(LOCK, [str(order_id)])
        for thread in threads:
            thread.start()
            wait_until(lambda: len(waiting_for_a_lock()) >= sum(one.is_alive() for one in threads))
    for thread in threads:
        thread.join()
    return results


def meet_backwards(order_id: UUID, *tasks: Callable[[], Any]) -> list[Any]:
    """The same, and they get it the other way round."""
    return meet(order_id, *tasks[::-1])[::-1]


def rush(order_id: UUID, *tasks: Callable[[], Any]) -> list[Any]:
    """The same without anybody who holds them up: who comes first is chance."""
    return run_together(*tasks)


def faults_in(results: list[Any]) -> list[Exception]:
    """What the tasks have raised."""
    return [result for result in results if isinstance(result, Exception)]


def finish(shop: Shop) -> None:
    """All that is still to come, comes: events, what is captured, let go and given back."""
    shop.deliver()
    capture_due_payments()
    cancel_stray_payments()
    give_back_now()
    shop.deliver()
    give_back_now()


def assert_right(shop: Shop, order_id: UUID) -> None:
    """Nothing is kept of a cancelled order, none goes on without money, stock adds up, one payment at most is open."""
    assert find_faults(shop.stripe) == []
    assert Payment.objects.filter(order_id=order_id, state__in=OPEN).count() <= 1
