"""Times as the API writes them, and the zones that they are counted in."""

import zoneinfo
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def rfc3339(moment: datetime) -> str:
    """RFC 3339 in UTC with `Z`, to the microsecond. The moment must be aware."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def rfc3339_or_none(moment: datetime | None) -> str | None:
    """The same, null staying null."""
    return None if moment is None else rfc3339(moment)


@cache
def time_zones() -> frozenset[str]:
    """The names of all zones. Finding them reads hundreds of files; the machine's own is none of them."""
    return frozenset(zoneinfo.available_timezones() - {"localtime"})


def zone_or_utc(name: str) -> ZoneInfo:
    """The zone of this name; UTC where there is none any more: a name that was checked may be gone from a later release
    of the IANA database.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def check_time_zone(name: str) -> None:
    """Raise ValidationError unless the IANA database has a zone of this name."""
    if name not in time_zones():
        raise ValidationError(_("There is no time zone “%(name)s”."), params={"name": name})
