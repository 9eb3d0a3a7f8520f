"""What a customer wants to be told, by which way, and at which hours not to be disturbed.

Kept is only what differs from the defaults of `notifications.kinds`: a default that changes later holds for everybody
who has not said otherwise.
"""

from collections.abc import Mapping
from datetime import time
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from customerbackend.errors import Refusal
from notifications.kinds import KINDS, PREFERENCES, SECURITY
from notifications.models import Channel, Preferences

CHANNELS = (Channel.PUSH, Channel.EMAIL)  # those that a customer switches
DEFAULTS: Mapping[str, Mapping[str, bool]] = {
    preference: {
        channel.value: any(kind.is_on_by_default(channel) for kind in KINDS.values() if kind.preference == preference)
        for channel in CHANNELS
    }
    for preference in PREFERENCES
}
UNCHANGED: Any = object()


class SecurityNotOptional(Refusal):
    """Somebody who has taken over an account would switch off first what tells its owner."""

    status_code = 422
    default_code = "security_not_optional"
    title = _("News about security cannot be switched off")
    default_detail = _("What concerns the security of your account is always told to you.")

    def __init__(self, channel: str) -> None:
        pointer = f"/notifications/preferences/{SECURITY}/{channel}"
        super().__init__(errors=[{"pointer": pointer, "code": self.default_code, "detail": str(self.default_detail)}])


def read_preferences(recipient_id: UUID) -> dict[str, Any]:
    """What holds for the recipient, as the API shows it. One statement."""
    return describe_preferences(Preferences.objects.filter(recipient_id=recipient_id).first())


def describe_preferences(kept: Preferences | None) -> dict[str, Any]:
    """The same of a row, or of its absence."""
    said = kept.channels if kept else {}
    quiet_hours = None
    if kept and kept.quiet_from is not None and kept.quiet_to is not None:
        quiet_hours = {"from": f"{kept.quiet_from:%H:%M}", "to": f"{kept.quiet_to:%H:%M}"}
    return {
        "preferences": {name: {**defaults, **said.get(name, {})} for name, defaults in DEFAULTS.items()},
        "quiet_hours": quiet_hours,
    }


def change_preferences(
    recipient_id: UUID,
    *,
    preferences: Mapping[str, Mapping[str, bool]] | None = None,
    quiet_hours: Mapping[str, time] | None = UNCHANGED,
) -> None:
    """Switch what is named, and set (`from`, `to`) or end the quiet hours; what is left out stays.

    Raises SecurityNotOptional. In the caller's transaction, which holds the recipient's lock.
    """
    kept = Preferences.objects.filter(recipient_id=recipient_id).first() or Preferences(recipient_id=recipient_id)
    kept.channels = merge_channels(kept.channels, preferences or {})
    if quiet_hours is not UNCHANGED:
        kept.quiet_from, kept.quiet_to = (quiet_hours["from"], quiet_hours["to"]) if quiet_hours else (None, None)
    kept.save()


def merge_channels(
    said: Mapping[str, Mapping[str, bool]], changes: Mapping[str, Mapping[str, bool]]
) -> dict[str, dict[str, bool]]:
    """What differs from the defaults when the changes are made. Raises SecurityNotOptional."""
    for channel, is_on in changes.get(SECURITY, {}).items():
        if not is_on:
            raise SecurityNotOptional(channel)
    merged = {}
    for name, defaults in DEFAULTS.items():
        wanted = {**defaults, **said.get(name, {}), **changes.get(name, {})}
        differing = {channel: is_on for channel, is_on in wanted.items() if is_on != defaults[channel]}
        if differing:
            merged[name] = differing
    return merged
