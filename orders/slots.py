"""Slots: how many orders for later a branch takes for the same quarter of an hour."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from catalog.value import Branch
from customerbackend.errors import Refusal
from customerbackend.statements import Statement
from customerbackend.times import rfc3339_or_none
from orders.statuses import Status


class SlotFull(Refusal):
    """`next_slot_at` is the next one that has a place, null when none of the following day has."""

    status_code = 409
    default_code = "slot_full"
    title = _("Fully booked")
    default_detail = _("There is no place left for that time.")


NEXT_NUMBER = Statement("next_order_number", "", "SELECT nextval('orders_number')")
LOCK_SLOTS = Statement("lock_slots", "text", "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
TAKEN_SLOTS = f"""(SELECT json_object_agg(taken.slot, taken.orders) FROM (
        SELECT EXTRACT(EPOCH FROM slot_at)::bigint AS slot, count(*) AS orders FROM orders_order
        WHERE branch_id = $1 AND slot_at >= $2 AND slot_at < $3 AND status <> '{Status.CANCELLED}' GROUP BY slot_at
    ) AS taken)"""
# Sees, begun after the lock was had, what the one before has committed.
COUNT_SLOTS = Statement(
    "count_slots", "uuid, timestamptz, timestamptz", f"SELECT nextval('orders_number'), {TAKEN_SLOTS}"
)
LOOK_AT_SLOTS = Statement("look_at_slots", "uuid, timestamptz, timestamptz", f"SELECT {TAKEN_SLOTS}")


def slot_of(branch: Branch, moment: datetime) -> datetime:
    """The beginning of the slot that the moment falls into; slots are counted from midnight of the branch."""
    local = moment.astimezone(branch.time_zone)
    minute = (local.hour * 60 + local.minute) // branch.slot_minutes * branch.slot_minutes
    begin = local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
    return begin.astimezone(UTC)


def take_slot(*, branch: Branch, requested_at: datetime) -> int:
    """Make sure of a place in the slot until the transaction ends; the next number of the sequence. Raises SlotFull.

    Holds an advisory lock on the branch's slots where they are limited.
    """
    if branch.slot_capacity is None:
        row = NEXT_NUMBER.row()
        assert row is not None
        return int(row[0])
    slot = slot_of(branch, requested_at)
    LOCK_SLOTS.row(f"slots of {branch.id}")
    row = COUNT_SLOTS.row(branch.id, slot, slot + timedelta(days=1))
    assert row is not None
    check_slot(branch, slot, row[1] or {}, branch.slot_capacity)
    return int(row[0])


def look_at_slot(*, branch: Branch, requested_at: datetime) -> None:
    """Raise SlotFull where no place is left at the moment; none is taken."""
    if branch.slot_capacity is not None:
        slot = slot_of(branch, requested_at)
        row = LOOK_AT_SLOTS.row(branch.id, slot, slot + timedelta(days=1))
        check_slot(branch, slot, (row and row[0]) or {}, branch.slot_capacity)


def check_slot(branch: Branch, slot: datetime, taken: dict[str, int], capacity: int) -> None:
    """Raise SlotFull where as many orders as the branch takes are taken for the slot."""
    if taken.get(str(int(slot.timestamp())), 0) >= capacity:
        raise SlotFull(next_slot_at=rfc3339_or_none(next_free_slot(branch, slot, taken, capacity)))


def next_free_slot(branch: Branch, slot: datetime, taken: dict[str, int], capacity: int) -> datetime | None:
    """The first slot with a place within a day after `slot`."""
    step = timedelta(minutes=branch.slot_minutes)
    later = slot + step
    while later < slot + timedelta(days=1):
        if taken.get(str(int(later.timestamp())), 0) < capacity:
            return later
        later += step
    return None
