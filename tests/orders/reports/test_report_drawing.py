"""A process draws one report at a time; whoever finds no room comes again, and everything else goes on."""

import threading
from contextlib import contextmanager

import pytest

from customerbackend.throttling import Throttled
from orders.reports.content import describe_report
from orders.reports.making import DrawingRoom, drawing_room, make_document, make_picture
from tests.limits import assert_throttled
from tests.orders.reports.samples import forty_lines, six_lines, subject_of
from tests.orders.steps import place
from tests.servers import wait_until
from tests.threads import run_together


@contextmanager
def taken(room: DrawingRoom):
    """Somebody draws as long as the block takes, and somebody waits."""
    waited = threading.Event()

    def wait() -> None:
        waited.set()
        with room.place():
            pass

    with room.place():
        waiting = threading.Thread(target=wait)
        waiting.start()
        wait_until(lambda: waited.is_set() and room._door._value == 0)
        yield
    waiting.join()


def test_never_do_two_draw_at_once():
    room, inside, most, refused = DrawingRoom(), [], [], []

    def draw() -> None:
        for _ in range(50):
            try:
                with room.place():
                    inside.append(1)
                    most.append(len(inside))
                    threading.Event().wait(0.0002)
                    inside.pop()
            except Throttled:
                refused.append(1)

    assert run_together(*[draw] * 6) == [None] * 6
    assert max(most) == 1
    assert len(most) + len(refused) == 300
    assert refused
    with room.place():
        inside.append(1)
    assert inside == [1]


def test_the_third_is_refused_at_once_and_the_room_is_free_afterwards(alice, soup):
    order = place(alice, soup, total=1200)
    with taken(drawing_room):
        for form in ("pdf", "png"):
            assert_throttled(alice.get(f"orders/{order['id']}/report.{form}"), 1)
        assert_throttled(alice.post(f"orders/{order['id']}/report/email"), 1)
        assert alice.get(f"orders/{order['id']}/report.html").status == 200
        assert alice.get(f"orders/{order['id']}").status == 200
    assert alice.get(f"orders/{order['id']}/report.png").status == 200


def test_a_fault_gives_its_place_back():
    room = DrawingRoom()
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), room.place():
            raise ZeroDivisionError
    with room.place():
        pass


def test_reports_that_are_drawn_at_the_same_time_are_those_that_are_drawn_alone():
    reports = [describe_report(subject_of(order)) for order in (six_lines(), forty_lines())]
    alone = [(make_document(report), make_picture(report)) for report in reports]

    together = run_together(
        *[lambda report=report: (make_document(report), make_picture(report)) for report in reports]
    )

    assert together == alone
