"""Which status may follow which, by whose hand, and when only with a reason: the whole matrix."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.exceptions import NotFound

from catalog.models import Reservation
from orders.lifecycle import Actor, MoveNotAllowed, ReasonRequired, StaffOnly, check_move, move_order
from orders.models import Order
from orders.scheduling import release_order
from orders.statuses import Status
from tests.orders.steps import CHEF, PICKUP, nothing_written, place, row

# "!": an exception, which only staff make and only with a reason.
TABLE = {
    "waiting_for_payment": "scheduled accepted cancelled",
    "scheduled": "accepted cancelled",
    "accepted": "restocking picking cooking cancelled",
    "restocking": "picking cancelled!",
    "picking": "cooking cancelled!",
    "cooking": "ready cancelled!",
    "ready": "in_delivery delivered undelivered cancelled! cooking!",
    "in_delivery": "delivered undelivered ready!",
    "delivered": "in_delivery!",
    "undelivered": "",
    "cancelled": "",
}
METHODS = ("courier", "pickup")
UNDELIVERED_REASONS = {"customer_absent", "refused", "wrong_address", "age_check", "courier"}
MOVES = [
    (origin, to.rstrip("!"), to.endswith("!"), method)
    for origin, followers in TABLE.items()
    for to in followers.split()
    for method in METHODS
    if (to.rstrip("!"), method) != ("in_delivery", "pickup")
    and (origin, to, method) != ("ready", "delivered", "courier")
]


def expected(origin, to, method, kind, reason):
    """What the table says of a move: the refusal, or None."""
    exceptional = next((is_exception for *move, is_exception, by in MOVES if (*move, by) == (origin, to, method)), None)
    if exceptional is None:
        return MoveNotAllowed
    if exceptional and kind != "staff":
        return StaffOnly
    if exceptional and not reason.strip():
        return ReasonRequired
    if to == "undelivered" and reason not in UNDELIVERED_REASONS:
        return ReasonRequired
    return None


def found(origin, to, method, kind, reason):
    """What the code says of it."""
    order = Order(status=origin, delivery_method=method)
    try:
        check_move(order, Status(origin), Status(to), Actor(kind), reason)
    except (MoveNotAllowed, StaffOnly, ReasonRequired) as refusal:
        return type(refusal)
    return None


def test_the_table_has_every_status():
    assert list(TABLE) == Status.values


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["customer", "staff", "service", "system"])
@pytest.mark.parametrize("reason", ["", "  ", "spilt", "customer_absent"])
def test_every_move_is_judged_by_the_table(method, kind, reason):
    moves = list(product(TABLE, TABLE))
    assert len(moves) == 121

    assert {move: found(*move, method, kind, reason) for move in moves} == {
        move: expected(*move, method, kind, reason) for move in moves
    }


@pytest.mark.parametrize("reason", sorted(UNDELIVERED_REASONS))
def test_each_reason_why_it_was_undelivered_will_do(reason):
    assert found("in_delivery", "undelivered", "courier", "service", reason) is None


def test_a_missing_reason_is_told_apart_from_one_that_is_not_known(alice, soup):
    order = Order(status="in_delivery", delivery_method="courier")

    with pytest.raises(ReasonRequired) as refusal:
        check_move(order, Status.IN_DELIVERY, Status.UNDELIVERED, CHEF, "rain")

    assert refusal.value.data == {"reasons": ["customer_absent", "refused", "wrong_address", "age_check", "courier"]}
    assert str(refusal.value.detail) == "Say why it was not delivered, as one of the reasons."


@pytest.mark.parametrize(
    ("status", "method", "allowed"),
    [
        ("accepted", "courier", ["restocking", "picking", "cooking", "cancelled"]),
        ("ready", "courier", ["in_delivery", "undelivered", "cancelled", "cooking"]),
        ("ready", "pickup", ["delivered", "undelivered", "cancelled", "cooking"]),
        ("delivered", "courier", ["in_delivery"]),
        ("delivered", "pickup", []),
        ("cancelled", "courier", []),
    ],
)
def test_a_refused_move_says_what_may_follow_instead(status, method, allowed):
    with pytest.raises(MoveNotAllowed) as refusal:
        check_move(Order(status=status, delivery_method=method), Status(status), Status.SCHEDULED, CHEF, "")

    assert refusal.value.data == {"order_status": status, "allowed": allowed}


@pytest.mark.parametrize(
    "move", [move for move in MOVES if move[1] != "accepted"], ids=lambda move: f"{move[0]}-{move[1]}-{move[3]}"
)
def test_each_move_of_the_table_is_carried_out(alice, soup, move):
    origin, to, is_exception, method = move
    delivery = {"delivery": PICKUP} if method == "pickup" else {}
    order = place(alice, soup, total=1000 if delivery else 1200, **delivery)
    Order.objects.filter(id=order["id"]).update(
        status=origin, release_at=order["times"]["placed_at"], payment_due_at=order["times"]["placed_at"]
    )

    reason = "refused" if is_exception or to == "undelivered" else ""
    moved = move_order(order_id=Order.objects.get().id, to=Status(to), actor=CHEF, reason=reason)

    stored = Order.objects.get()
    assert (moved.status, stored.status) == (to, to)
    assert (moved.version, stored.version) == (2, 2)
    assert stored.log.count() == 2


REFUSED = [
    ("accepted", "ready", ""),
    ("accepted", "in_delivery", "because"),
    ("accepted", "undelivered", "refused"),
    ("picking", "cancelled", ""),
    ("picking", "restocking", "because"),
    ("in_delivery", "undelivered", "rain"),
    ("ready", "delivered", ""),
    ("cancelled", "cooking", "because"),
]


@pytest.mark.parametrize(("origin", "to", "reason"), REFUSED)
def test_a_refused_move_writes_nothing(alice, soup, origin, to, reason):
    order = place(alice, soup, total=1200)
    Order.objects.update(status=origin, payment_due_at=order["times"]["placed_at"])

    with nothing_written(), pytest.raises((MoveNotAllowed, ReasonRequired)):
        move_order(order_id=Order.objects.get().id, to=Status(to), actor=CHEF, reason=reason)


def test_an_order_is_accepted_only_by_being_preprocessed(alice, soup):
    order = place(alice, soup, total=1000, delivery={**PICKUP, "requested_at": in_hours(5)})

    with nothing_written(), pytest.raises(ValueError, match="preprocessed"):
        move_order(order_id=row(order).id, to=Status.ACCEPTED, actor=CHEF)
    released = release_order(order_id=row(order).id, actor=CHEF)

    assert released is not None
    assert (released.status, released.version) == ("accepted", 2)
    assert Reservation.objects.get().reserved == 1000


@pytest.mark.parametrize("status", [status for status in TABLE if status != "scheduled"])
def test_only_an_order_for_later_is_released(alice, soup, status):
    order = place(alice, soup, total=1200)
    Order.objects.update(status=status, payment_due_at=order["times"]["placed_at"])

    with nothing_written():
        assert release_order(order_id=row(order).id) is None


def in_hours(hours):
    return (timezone.now() + timedelta(hours=hours)).isoformat()


def test_an_order_that_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        move_order(order_id=uuid4(), to=Status.CANCELLED, actor=CHEF)
