"""Where and when an order is to be handed over: which branch, which zone, whether it is open then. Pure functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from catalog.conditions import CALM, Conditions
from catalog.hours import is_open, next_opening
from catalog.value import Branch, Catalog, Zone
from catalog.zones import Location, find_zone, serving_branches
from customerbackend.errors import Refusal
from customerbackend.times import rfc3339, rfc3339_or_none
from orders.models import DeliveryMethod


class BranchUnknown(Refusal):
    status_code = 422
    default_code = "branch_unknown"
    title = _("Unknown branch")
    default_detail = _("There is no such branch.")


class OutsideDeliveryZone(Refusal):
    status_code = 422
    default_code = "outside_delivery_zone"
    title = _("Not delivered there")
    default_detail = _("We do not deliver to this address.")


class RequestedTimeInvalid(Refusal):
    """`earliest_at` and `latest_at` say what can be asked for."""

    status_code = 422
    default_code = "requested_time_invalid"
    title = _("This time is not possible")
    default_detail = _("An order can be asked for from now on and for some days ahead.")


class BranchClosed(Refusal):
    """`next_opening_at`, null when none is known."""

    status_code = 409
    default_code = "branch_closed"
    title = _("Closed")
    default_detail = _("The branch is closed at that time.")


class BranchPaused(Refusal):
    status_code = 409
    default_code = "branch_paused"
    title = _("No orders at the moment")
    default_detail = _("The branch takes no orders at the moment. Please try again later.")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the client wants it handed over. `place` and `contact` as they will be kept, `address_id` names a place."""

    method: str
    branch_id: UUID | None = None
    address_id: UUID | None = None
    place: dict[str, Any] | None = None
    contact: dict[str, Any] | None = None
    requested_at: datetime | None = None

    @property
    def location(self) -> Location:
        """What of the place tells who delivers there."""
        place = self.place or {}
        return Location(place.get("postal_code"), place.get("latitude"), place.get("longitude"))


def choose_branch(
    *,
    catalog: Catalog,
    delivery: Delivery,
    states: Mapping[UUID, Conditions],
    cooking_seconds: Callable[[Branch], int],
    now: datetime,
) -> tuple[Branch, Zone | None]:
    """The branch that hands the order over, and the zone it brings it to (None for pickup).

    Without a branch named: the best serving one, preferring such as take the order; for pickup the first. Raises
    BranchUnknown, OutsideDeliveryZone, LocationRequired.
    """
    named = catalog.branch(delivery.branch_id) if delivery.branch_id else None
    if delivery.branch_id and named is None:
        raise BranchUnknown()
    if delivery.method == DeliveryMethod.PICKUP:
        branch = named or (catalog.branches[0] if catalog.branches else None)
        if branch is None:
            raise BranchUnknown()
        return branch, None
    if named is not None:
        zone = find_zone(named, delivery.location)
        if zone is None:
            raise OutsideDeliveryZone()
        return named, zone
    serving = serving_branches(catalog, delivery.location)
    if not serving:
        raise OutsideDeliveryZone()
    ready = [
        (branch, zone)
        for branch, zone in serving
        if takes_orders(
            branch=branch,
            conditions=states.get(branch.id, CALM),
            now=now,
            waits_until=waits_until(delivery, branch, zone, cooking_seconds(branch), now),
        )
    ]
    return (ready or serving)[0]


def check_requested_time(requested_at: datetime, now: datetime) -> None:
    """Raise RequestedTimeInvalid for a time that has passed or is too far ahead."""
    latest = now + timedelta(days=settings.SCHEDULE_DAYS)
    if not now <= requested_at <= latest:
        raise RequestedTimeInvalid(earliest_at=rfc3339(now), latest_at=rfc3339(latest))


def waits_until(
    delivery: Delivery, branch: Branch, zone: Zone | None, cooking_seconds: int, now: datetime
) -> datetime | None:
    """When an order must be cooked that is asked for so late that there is still time to wait with it; else None."""
    if delivery.requested_at is None:
        return None
    cooked_at = delivery.requested_at - handover(branch, zone)
    return cooked_at if cooked_at - timedelta(seconds=cooking_seconds) > now else None


def handover(branch: Branch, zone: Zone | None) -> timedelta:
    """How long it takes from cooked to handed over, as assumed ahead of time."""
    return timedelta(seconds=branch.courier_wait_seconds + zone.travel_seconds) if zone else timedelta()


def takes_orders(*, branch: Branch, conditions: Conditions, now: datetime, waits_until: datetime | None) -> bool:
    """Whether `check_open` has nothing against it."""
    return is_open(branch, waits_until or now) and (waits_until is not None or not conditions.is_paused)


def check_open(*, branch: Branch, conditions: Conditions, now: datetime, waits_until: datetime | None) -> None:
    """Raise BranchClosed or BranchPaused. What waits must be cooked while the branch is open, and a pause, which is of
    the minute, does not concern it.
    """
    at = waits_until or now
    if not is_open(branch, at):
        raise BranchClosed(next_opening_at=rfc3339_or_none(next_opening(branch, at)))
    if not takes_orders(branch=branch, conditions=conditions, now=now, waits_until=waits_until):
        raise BranchPaused()
