"""Which branch delivers where. Pure functions."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.utils.translation import gettext_lazy as _

from catalog.value import Branch, Catalog, Zone
from customerbackend.errors import Refusal

EARTH_RADIUS_M = 6_371_009  # mean radius (IUGG)


class LocationRequired(Refusal):
    """Neither postal code nor coordinates that would tell."""

    status_code = 422
    default_code = "location_required"
    title = _("Where to?")
    default_detail = _(
        "It cannot be told which branch delivers there. Give the postal code, or latitude and longitude."
    )


@dataclass(frozen=True, slots=True)
class Location:
    """Where something is to be delivered, as far as it is known."""

    postal_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def has_coordinates(self) -> bool:
        return self.latitude is not None and self.longitude is not None


def distance_m(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance in metres (haversine formula)."""
    φ1, φ2 = radians(latitude), radians(other_latitude)
    half = sin((φ2 - φ1) / 2) ** 2 + cos(φ1) * cos(φ2) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(half))


def is_in_zone(branch: Branch, zone: Zone, location: Location) -> bool | None:
    """Whether the zone covers the location; None when the location lacks what the zone goes by."""
    if zone.max_distance_m is None:
        if location.postal_code is None:
            return None
        code = location.postal_code.replace(" ", "").upper()
        return any(code.startswith(prefix.replace(" ", "").upper()) for prefix in zone.postal_prefixes)
    if location.latitude is None or location.longitude is None:
        return None
    distance = distance_m(branch.latitude, branch.longitude, location.latitude, location.longitude)
    return distance <= zone.max_distance_m


def find_zone(branch: Branch, location: Location) -> Zone | None:
    """The branch's best zone for the location: lowest priority number, then lowest fee. None: not delivered there.

    Raises LocationRequired when no zone covers it, but one might if more were known.
    """
    verdicts = [(zone, is_in_zone(branch, zone, location)) for zone in branch.zones]
    covering = [zone for zone, verdict in verdicts if verdict]
    if covering:
        return min(covering, key=zone_rank)
    if any(verdict is None for _, verdict in verdicts):
        raise LocationRequired()
    return None


def zone_rank(zone: Zone) -> tuple[int, int, int]:
    """What is best comes first."""
    return zone.priority, zone.fee, zone.travel_seconds


def serving_branches(catalog: Catalog, location: Location) -> list[tuple[Branch, Zone]]:
    """The branches that deliver to the location, best first. Raises LocationRequired when that cannot be told."""
    found = []
    unknown = False
    for branch in catalog.branches:
        try:
            zone = find_zone(branch, location)
        except LocationRequired:
            unknown = True
            continue
        if zone is not None:
            found.append((branch, zone))
    if not found and unknown:
        raise LocationRequired()
    return sorted(found, key=lambda pair: zone_rank(pair[1]))
